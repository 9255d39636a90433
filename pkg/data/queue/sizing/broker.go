package sizing

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Version is a version of RabbitMQ, as Amazon MQ names it: without the patch, which AWS chooses.
type Version string

const (
	// RabbitMQ313 is the version that Adobe's table names for Amazon MQ, "3.13+" for Magento 2.4.6 to 2.4.9
	// (AdobeDocs, system requirements, 2026-08). A policy of Amazon MQ mirrors all queues of a cluster.
	RabbitMQ313 Version = "3.13"

	// RabbitMQ42 is the newer line, where queues are quorum queues unless declared otherwise, and which runs on
	// m7g only (MQG, "RabbitMQ 4"). A broker can be upgraded to it in place, and not back.
	RabbitMQ42 Version = "4.2"
)

// Allowed lists the versions.
func (Version) Allowed() string { return fmt.Sprintf("%s or %s", RabbitMQ313, RabbitMQ42) }

// Validate refuses versions that Magento or the service does not support.
func (v Version) Validate() error {
	if v != RabbitMQ313 && v != RabbitMQ42 {
		return fmt.Errorf("version %q: must be RabbitMQ %s", string(v), v.Allowed())
	}
	return nil
}

// UnmarshalText reads a setting.
func (v *Version) UnmarshalText(text []byte) error {
	if err := Version(text).Validate(); err != nil {
		return err
	}
	*v = Version(text)
	return nil
}

// InstanceType is a type of broker node, such as mq.m7g.large.
type InstanceType string

// prefix begins every instance type.
const prefix = "mq."

type family struct {
	name  string
	sizes []string
}

// families are those that Amazon MQ has for RabbitMQ (MQG, "Amazon MQ for RabbitMQ broker instance types"). AWS
// recommends medium for evaluation only: it takes 300 connections for each node. mq.t3.micro, which old
// examples use, is for ActiveMQ; CreateBroker refuses it for RabbitMQ.
var families = []family{
	{"m7g", []string{"medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"}},
	{"m5", []string{"large", "xlarge", "2xlarge", "4xlarge"}},
}

// Allowed lists the families and their sizes.
func (InstanceType) Allowed() string {
	texts := make([]string, len(families))
	for i, f := range families {
		texts[i] = prefix + f.name + ".{" + strings.Join(f.sizes, ",") + "}"
	}
	return "one of " + strings.Join(texts, " ")
}

// Validate refuses instance types that are not in the list of families.
func (i InstanceType) Validate() error {
	for _, f := range families {
		for _, size := range f.sizes {
			if string(i) == prefix+f.name+"."+size {
				return nil
			}
		}
	}
	return fmt.Errorf("instance type %q: must be %s", string(i), i.Allowed())
}

// UnmarshalText reads a setting.
func (i *InstanceType) UnmarshalText(text []byte) error {
	if err := InstanceType(text).Validate(); err != nil {
		return err
	}
	*i = InstanceType(text)
	return nil
}

// Broker is what a broker is made of.
type Broker struct {
	Version      Version
	Mode         Mode
	InstanceType InstanceType

	// ConsumerTimeoutMinutes is how long a consumer may work on one message before RabbitMQ takes it back and gives it to
	// the next one. Magento acknowledges a message when it is done with it: work that takes longer than this is cut off
	// and begun again, for ever.
	ConsumerTimeoutMinutes int
}

const (
	// MinConsumerTimeoutMinutes is what Amazon MQ has without a configuration, and MaxConsumerTimeoutMinutes ours: a
	// consumer that hangs is noticed after a day. Amazon MQ itself takes 0, which is for ever, to 2,147,483,647 ms (MQG,
	// "Configurable values", consumer_timeout).
	MinConsumerTimeoutMinutes = 30
	MaxConsumerTimeoutMinutes = 24 * 60
)

// Configuration is what the broker is told beside its size, in the format that RabbitMQ reads (MQG, "Configurable values").
func (b Broker) Configuration() string {
	return fmt.Sprintf("consumer_timeout = %d\n", b.ConsumerTimeoutMinutes*millisecondsPerMinute)
}

const millisecondsPerMinute = 60 * 1000

// Validate reports everything that is wrong with the broker.
func (b Broker) Validate() error {
	problems := []error{b.Version.Validate(), b.Mode.Validate(), b.InstanceType.Validate()}
	if b.Version == RabbitMQ42 && strings.HasPrefix(string(b.InstanceType), prefix+"m5.") {
		problems = append(problems, fmt.Errorf("instance type %q: RabbitMQ %s runs on %sm7g only", string(b.InstanceType), b.Version, prefix))
	}
	if t := b.ConsumerTimeoutMinutes; t < MinConsumerTimeoutMinutes || t > MaxConsumerTimeoutMinutes {
		problems = append(problems, fmt.Errorf("consumer timeout of %d minutes: must be %d to %d", t, MinConsumerTimeoutMinutes, MaxConsumerTimeoutMinutes))
	}
	return errors.Join(problems...)
}

// nameFormat is the rule for names of brokers (API, CreateBroker, BrokerName), without the underscores.
var nameFormat = regexp.MustCompile(`^[A-Za-z0-9-]{1,50}$`)

// ValidateName refuses names that Amazon MQ does not take.
func ValidateName(name string) error {
	if !nameFormat.MatchString(name) {
		return fmt.Errorf("broker name %q has %d characters: must be 1 to 50 letters, digits and hyphens", name, len(name))
	}
	return nil
}

// Host is the host name in a broker's endpoint, such as amqps://b-1234.mq.eu-central-1.amazonaws.com:5671.
func Host(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", fmt.Errorf("reading the broker's endpoint: %w", err)
	}
	if u.Scheme != "amqps" || u.Hostname() == "" {
		return "", fmt.Errorf("broker endpoint %q: must be amqps://HOST:PORT", endpoint)
	}
	return u.Hostname(), nil
}
