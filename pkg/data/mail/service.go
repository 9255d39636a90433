// Package mail has Magento's mails sent by Amazon SES: verified domains that sign what they send, a configuration set that
// demands TLS and reports what comes back, and a credential that may send and nothing else.
//
// Sources are named where a fact stands: "SES" is the Amazon SES Developer Guide, "GR" the AWS General Reference.
package mail

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sesv2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
)

// ServiceType is the type token of a Service.
const ServiceType = "magento:mail:Service"

// Service is how an environment's mails leave.
type Service struct {
	pulumi.ResourceState
	EventsTopicARN pulumi.StringOutput // of bounces, complaints and rejects
	Secret         pulumi.StringOutput // the name of the secret with the SMTP credential

	// Records are what is to be entered by hand, as name, type and value: those of domains without a zone of the environment.
	Records pulumi.StringArray
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Service
	args Args

	topic      *sns.Topic
	mayPublish *sns.TopicPolicy // SES to the topic
	set        *sesv2.ConfigurationSet
}

// New registers a Service.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Service, error) {
	made := &Service{Records: pulumi.StringArray{}}
	return made, component.New(ctx, ServiceType, name, args, made, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Service: made, args: args}
		err := component.Steps(b.makeTopic, b.makeConfigurationSet, b.makeIdentities, b.makeCredential)
		return pulumi.Map{"eventsTopicArn": made.EventsTopicARN, "secret": made.Secret, "records": made.Records}, err
	}, opts...)
}

// Host returns the SMTP endpoint of a region, which the VPC's interface endpoint answers for (GR, "Amazon Simple Email Service
// endpoints and quotas").
func Host(where account.Account) string {
	return string(topology.EndpointMail) + "." + where.Region + ".amazonaws.com"
}

// configurationSet returns the name of an environment's configuration set. Rights are written with it before it is there.
func configurationSet(environment naming.Environment) string { return environment.Name("mail") }

func configurationSetARN(where account.Account, environment naming.Environment) string {
	return where.ARN("ses", "configuration-set/"+configurationSet(environment))
}

// topicName returns the name of the topic of events, which the key's policy has before the topic is there.
func topicName(environment naming.Environment) string { return environment.Name("mail-events") }
