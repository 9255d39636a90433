package mail

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sesv2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/naming"
)

// sesPrincipal is SES as a caller of other services.
const sesPrincipal = "ses.amazonaws.com"

// KeyStatement lets SES publish to the environment's encrypted topic: SNS asks for a data key in the name of who publishes, with
// the topic as encryption context (SNS Developer Guide, "Managing encryption keys"). The topic's own policy says on whose behalf.
func KeyStatement(where account.Account, environment naming.Environment) policy.Statement {
	return policy.Statement{
		Sid:        "MailEvents",
		Principals: policy.Principals{Services: []string{sesPrincipal}},
		Actions:    []string{"kms:GenerateDataKey*", "kms:Decrypt"},
		Resources:  policy.Strings("*"), // in a key's policy, this key
		Conditions: []policy.Condition{{
			Operator: "StringEquals", Key: "kms:EncryptionContext:aws:sns:topicArn",
			Values: policy.Strings(where.ARN("sns", topicName(environment))),
		}},
	}
}

// makeTopic registers the topic of what comes back, and who is told of it. What is published has the addresses of customers.
func (b *builder) makeTopic() error {
	topic, err := sns.NewTopic(b.Ctx, b.Child("events"), &sns.TopicArgs{
		Name:           pulumi.String(topicName(b.args.Environment)),
		KmsMasterKeyId: b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("topic of events: %w", err)
	}
	document, err := policy.Document(b.topicStatements(topic.Arn)...)
	if err != nil {
		return err
	}
	published, err := sns.NewTopicPolicy(b.Ctx, b.Child("events-policy"), &sns.TopicPolicyArgs{Arn: topic.Arn, Policy: document}, b.Parent)
	if err != nil {
		return fmt.Errorf("policy of the topic of events: %w", err)
	}
	for _, address := range b.args.EventAddresses {
		// Whoever reads the mailbox confirms first. Until then SNS keeps the subscription for three days (SNS Developer Guide,
		// "Confirming a subscription").
		if _, err := sns.NewTopicSubscription(b.Ctx, b.Child("events-to-"+address), &sns.TopicSubscriptionArgs{
			Topic: topic.Arn, Protocol: pulumi.String("email"), Endpoint: pulumi.String(address),
		}, b.Parent); err != nil {
			return fmt.Errorf("subscription of %s: %w", address, err)
		}
	}
	b.topic, b.mayPublish, b.EventsTopicARN = topic, published, topic.Arn
	return nil
}

// topicStatements lets SES publish on behalf of the configuration set alone (SES, "Set up an Amazon SNS event destination"), and
// nobody without TLS.
func (b *builder) topicStatements(topic pulumi.StringOutput) []policy.Statement {
	return []policy.Statement{
		{
			Sid:        "MailEvents",
			Principals: policy.Principals{Services: []string{sesPrincipal}},
			Actions:    []string{"sns:Publish"},
			Resources:  []pulumi.StringInput{topic},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.Strings(b.args.Account.ID)},
				{Operator: "ArnEquals", Key: "aws:SourceArn", Values: policy.Strings(configurationSetARN(b.args.Account, b.args.Environment))},
			},
		},
		{
			Sid:        "TLSOnly",
			Effect:     policy.Deny,
			Principals: policy.Principals{Anyone: true},
			Actions:    []string{"sns:Publish"},
			Resources:  []pulumi.StringInput{topic},
			Conditions: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.Strings("false")}},
		},
	}
}

// makeConfigurationSet registers what holds for every mail: a recipient's server that has no TLS gets none, and an address that
// bounced or complained gets no further ones. Opens and clicks are not counted: that would put a picture and foreign links into
// the customers' mails.
func (b *builder) makeConfigurationSet() error {
	set, err := sesv2.NewConfigurationSet(b.Ctx, b.Child("configuration-set"), &sesv2.ConfigurationSetArgs{
		ConfigurationSetName: pulumi.String(configurationSet(b.args.Environment)),
		DeliveryOptions:      sesv2.ConfigurationSetDeliveryOptionsArgs{TlsPolicy: pulumi.String("REQUIRE")},
		ReputationOptions:    sesv2.ConfigurationSetReputationOptionsArgs{ReputationMetricsEnabled: pulumi.Bool(true)},
		SendingOptions:       sesv2.ConfigurationSetSendingOptionsArgs{SendingEnabled: pulumi.Bool(true)},
		SuppressionOptions:   sesv2.ConfigurationSetSuppressionOptionsArgs{SuppressedReasons: pulumi.ToStringArray([]string{"BOUNCE", "COMPLAINT"})},
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("configuration set: %w", err)
	}
	if _, err := sesv2.NewConfigurationSetEventDestination(b.Ctx, b.Child("events-destination"), &sesv2.ConfigurationSetEventDestinationArgs{
		ConfigurationSetName: set.ConfigurationSetName,
		EventDestinationName: pulumi.String("topic"),
		EventDestination: sesv2.ConfigurationSetEventDestinationEventDestinationArgs{
			Enabled:            pulumi.Bool(true),
			MatchingEventTypes: pulumi.ToStringArray([]string{"BOUNCE", "COMPLAINT", "REJECT"}),
			SnsDestination:     sesv2.ConfigurationSetEventDestinationEventDestinationSnsDestinationArgs{TopicArn: b.topic.Arn},
		},
		// SES may publish once before it takes a destination, so that the right is there first (hashicorp/terraform-provider-aws#8023).
	}, b.Parent, pulumi.DependsOn([]pulumi.Resource{b.mayPublish})); err != nil {
		return fmt.Errorf("destination of events: %w", err)
	}
	b.set = set
	return nil
}
