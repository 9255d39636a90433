// Package queue makes the broker of Magento's message queues: Amazon MQ for RabbitMQ, reachable from inside the
// VPC only.
package queue

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/mq"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/queue/sizing"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// BrokerType is the type token of a Broker.
const BrokerType = "magento:queue:Broker"

const (
	// port is that of AMQP over TLS. Brokers of Amazon MQ do not listen on the plain one.
	port = 5671

	// engine is what Amazon MQ calls RabbitMQ.
	engine = "RabbitMQ"

	// user is as whom Magento connects. Amazon MQ deletes a user named guest.
	user = "magento"

	// virtualHost is the one that every broker has, and to which Amazon MQ applies its limits.
	virtualHost = "/"
)

// BrokerArgs configures a Broker.
type BrokerArgs struct {
	Account     account.Account
	Environment naming.Environment
	Broker      sizing.Broker
	Protect     bool // refuse to delete the broker; Amazon MQ itself has no deletion protection

	SubnetIDs       []string // one in each zone, in an order that stays: another one replaces a single broker
	SecurityGroupID string
	KeyARN          pulumi.StringInput // of the messages
	SecretsKeyARN   pulumi.StringInput // of the credential
}

// Broker is a RabbitMQ broker.
type Broker struct {
	pulumi.ResourceState
	ID     pulumi.StringOutput
	ARN    pulumi.StringOutput
	Name   pulumi.StringOutput // what its metrics are named after
	Host   pulumi.StringOutput
	Secret pulumi.StringOutput // name in Secrets Manager

	// SecretARNs are those of the administrator's credential and of Magento's, by their names.
	SecretARNs map[naming.Secret]pulumi.StringOutput

	// LogGroup is where its general log goes. Amazon MQ names it after the broker's id and makes it together
	// with the broker, so that it cannot be made before, with our key and an end, as other logs are: it is
	// encrypted with AWS's key and kept until a retention is set.
	LogGroup pulumi.StringOutput
}

// NewBroker registers a Broker.
func NewBroker(ctx *pulumi.Context, name string, args BrokerArgs, opts ...pulumi.ResourceOption) (*Broker, error) {
	r := &Broker{}
	return r, component.New(ctx, BrokerType, name, args, r, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, args: args}
		if err := component.Steps(b.configure, b.rabbitMQ, b.credential, b.shopCredential); err != nil {
			return nil, err
		}
		r.ID, r.ARN, r.Name = b.broker.ID().ToStringOutput(), b.broker.Arn, b.broker.BrokerName
		r.Host, r.Secret = b.host(), b.secret.Name
		r.LogGroup = pulumi.Sprintf("/aws/amazonmq/broker/%s/general", r.ID)
		r.SecretARNs = map[naming.Secret]pulumi.StringOutput{naming.SecretQueue: b.secret.ARN, naming.SecretQueueShop: b.shop.ARN}
		return pulumi.Map{
			"id": r.ID, "arn": r.ARN, "name": r.Name, "host": r.Host, "secret": r.Secret, "logGroup": r.LogGroup,
		}, nil
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a BrokerArgs) Inputs() pulumi.Map {
	return pulumi.Map{
		"version":      pulumi.String(a.Broker.Version),
		"mode":         pulumi.String(a.Broker.Mode),
		"instanceType": pulumi.String(a.Broker.InstanceType),

		"consumerTimeoutMinutes": pulumi.Int(a.Broker.ConsumerTimeoutMinutes),
	}
}

// Validate refuses arguments that Amazon MQ would.
func (a BrokerArgs) Validate() error {
	_, err := a.Broker.Mode.Subnets(a.SubnetIDs)
	problems := []error{a.Broker.Validate(), sizing.ValidateName(a.brokerName()), err}
	if !account.ValidID(a.Account.ID) {
		problems = append(problems, fmt.Errorf("account %q: must be twelve digits", a.Account.ID))
	}
	if a.Environment == "" || a.SecurityGroupID == "" {
		problems = append(problems, errors.New("environment and securityGroupId: required"))
	}
	if a.KeyARN == nil || a.SecretsKeyARN == nil {
		problems = append(problems, errors.New("keyArn and secretsKeyArn: required"))
	}
	return errors.Join(problems...)
}

func (a BrokerArgs) brokerName() string { return a.Environment.Broker() }

// builder makes the children of a Broker, one concern after the other.
type builder struct {
	component.Scope
	args BrokerArgs

	configuration *mq.Configuration
	broker        *mq.Broker
	secret        *secrets.Secret
	shop          *secrets.Secret // Magento's
}

func (b *builder) rabbitMQ() error {
	a := b.args
	subnets, err := a.Broker.Mode.Subnets(a.SubnetIDs)
	if err != nil {
		return err
	}
	b.broker, err = mq.NewBroker(b.Ctx, b.Child("broker"), &mq.BrokerArgs{
		BrokerName:       pulumi.String(a.brokerName()),
		EngineType:       pulumi.String(engine),
		EngineVersion:    pulumi.String(a.Broker.Version),
		DeploymentMode:   pulumi.String(a.Broker.Mode.AWS()),
		HostInstanceType: pulumi.String(a.Broker.InstanceType),
		Configuration: mq.BrokerConfigurationArgs{
			Id: b.configuration.ID().ToStringOutput().ToStringPtrOutput(), Revision: b.configuration.LatestRevision.ToIntPtrOutput(),
		},

		PubliclyAccessible: pulumi.Bool(false),
		SubnetIds:          pulumi.ToStringArray(subnets),
		SecurityGroups:     pulumi.StringArray{pulumi.String(a.SecurityGroupID)},
		EncryptionOptions: mq.BrokerEncryptionOptionsArgs{
			UseAwsOwnedKey: pulumi.Bool(false), KmsKeyId: a.KeyARN.ToStringOutput().ToStringPtrOutput(),
		},
		Users: mq.BrokerUserArray{mq.BrokerUserArgs{
			Username: pulumi.String(user), Password: secrets.NewPassword(b.Ctx, b.Parent),
		}},
		Logs: mq.BrokerLogsArgs{General: pulumi.Bool(true)}, // RabbitMQ has no audit log

		// Patches only, within the pinned minor version; Amazon MQ accepts nothing else from RabbitMQ 3.13 on (Amazon
		// MQ REST API Reference, CreateBroker, AutoMinorVersionUpgrade).
		AutoMinorVersionUpgrade: pulumi.Bool(true),
		MaintenanceWindowStartTime: mq.BrokerMaintenanceWindowStartTimeArgs{ // two hours, in which no other store may restart
			DayOfWeek: pulumi.String("MONDAY"), TimeOfDay: pulumi.String("04:00"), TimeZone: pulumi.String("UTC"),
		},

		// Larger nodes, another version and another configuration come with the update that asks for them, by a reboot that it
		// waits for: they would be reported as done a week early otherwise. A cluster reboots one node after the other, a
		// single broker stops for minutes (MQG, "Rebooting a broker"); messages that wait are on disk either way.
		ApplyImmediately: pulumi.Bool(true),
	}, b.Parent, pulumi.Protect(a.Protect), pulumi.AdditionalSecretOutputs([]string{"users"}), pulumi.IgnoreChanges([]string{
		// A new password is drawn at every run, and Amazon MQ cannot change users of RabbitMQ: that is done in
		// RabbitMQ's own API, by rotation.
		"users",
	}))
	if err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	return nil
}

// host is the broker's one host name: a load balancer's, in front of all nodes.
func (b *builder) host() pulumi.StringOutput {
	return b.broker.Instances.Index(pulumi.Int(0)).Endpoints().Index(pulumi.Int(0)).ApplyT(sizing.Host).(pulumi.StringOutput)
}

// credential keeps what Magento needs to connect. The password is that of the broker, which a second run does
// not draw again.
func (b *builder) credential() (err error) {
	b.secret, err = secrets.NewSecret(b.Ctx, b.Child("credential"), secrets.SecretArgs{
		Of:          b.broker,
		Account:     b.args.Account,
		Name:        b.args.Environment.Secret(naming.SecretQueue),
		Description: "Connection to the broker " + b.args.brokerName(),
		KeyARN:      b.args.SecretsKeyARN,
		Value: pulumi.Map{
			"host":        b.host(),
			"port":        pulumi.Int(port),
			"username":    pulumi.String(user),
			"password":    b.broker.Users.Index(pulumi.Int(0)).Password(),
			"ssl":         pulumi.Bool(true),
			"virtualhost": pulumi.String(virtualHost),
		},
		Protect: b.args.Protect,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("credential: %w", err)
	}
	return nil
}
