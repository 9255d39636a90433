package karpenter

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// queueRetentionSeconds is longer than any of the events is of use: a spot instance is gone after two minutes.
const queueRetentionSeconds = 300

// event is a kind of event that AWS sends about instances.
type event struct {
	part       string
	source     string
	detailType string
	about      string
}

// events are all that Karpenter reads (Karpenter 1.14, "CloudFormation": Interruption Handling). It acts on all of them
// but the recommendation to rebalance, which it only notes.
func events() []event {
	return []event{
		{"health", "aws.health", "AWS Health Event", "Maintenance that AWS plans"},
		{"spot", "aws.ec2", "EC2 Spot Instance Interruption Warning", "Spot instances that go in two minutes"},
		{"rebalance", "aws.ec2", "EC2 Instance Rebalance Recommendation", "Spot instances that may go"},
		{"state", "aws.ec2", "EC2 Instance State-change Notification", "Instances that stop or end"},
		{"reservation", "aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning", "Reserved capacity that ends"},
	}
}

// interruptions is the queue through which Karpenter learns that nodes are about to go.
type interruptions struct {
	queue  *sqs.Queue
	needed []pulumi.Resource // before an event arrives
}

// interruptionQueue registers the queue, the rules that write to it, and the policy that lets those rules alone. The
// queue is encrypted with SQS's own key: EventBridge would have to be let into a key of ours, and what is in it are the ids
// of instances.
func (b *builder) interruptionQueue() error {
	queue, err := sqs.NewQueue(b.Ctx, b.Child("interruptions"), &sqs.QueueArgs{
		MessageRetentionSeconds: pulumi.Int(queueRetentionSeconds),
		SqsManagedSseEnabled:    pulumi.Bool(true),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("interruption queue: %w", err)
	}
	b.queue.queue = queue
	rules := map[string]*cloudwatch.EventRule{}
	var sources []pulumi.StringInput
	for _, e := range events() {
		pattern, err := json.Marshal(map[string][]string{"source": {e.source}, "detail-type": {e.detailType}})
		if err != nil {
			return fmt.Errorf("rule for %q: %w", e.detailType, err)
		}
		rule, err := cloudwatch.NewEventRule(b.Ctx, b.Child("event-"+e.part), &cloudwatch.EventRuleArgs{
			Description:  pulumi.String(e.about + ", for " + b.args.cluster()),
			EventPattern: pulumi.String(pattern),
		}, b.Parent)
		if err != nil {
			return fmt.Errorf("rule for %q: %w", e.detailType, err)
		}
		rules[e.part], sources = rule, append(sources, rule.Arn)
	}
	access, err := b.queuePolicy(sources)
	if err != nil {
		return err
	}
	for _, e := range events() {
		target, err := cloudwatch.NewEventTarget(b.Ctx, b.Child("event-"+e.part+"-target"), &cloudwatch.EventTargetArgs{
			Rule: rules[e.part].Name, Arn: queue.Arn,
		}, b.Parent, pulumi.DependsOn([]pulumi.Resource{access}))
		if err != nil {
			return fmt.Errorf("target for %q: %w", e.detailType, err)
		}
		b.queue.needed = append(b.queue.needed, target)
	}
	return nil
}

func (b *builder) queuePolicy(rules []pulumi.StringInput) (*sqs.QueuePolicy, error) {
	resources := []pulumi.StringInput{b.queue.queue.Arn}
	document, err := policy.Document(
		policy.Statement{
			Sid:        "Rules",
			Principals: policy.Principals{Services: []string{"events.amazonaws.com"}},
			Actions:    []string{"sqs:SendMessage"},
			Resources:  resources,
			Conditions: []policy.Condition{{Operator: "ArnEquals", Key: "aws:SourceArn", Values: rules}},
		},
		policy.Statement{
			Sid:        "TLSOnly",
			Effect:     policy.Deny,
			Principals: policy.Principals{Anyone: true},
			Actions:    []string{"sqs:*"},
			Resources:  resources,
			Conditions: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.Strings("false")}},
		},
	)
	if err != nil {
		return nil, fmt.Errorf("policy of the interruption queue: %w", err)
	}
	access, err := sqs.NewQueuePolicy(b.Ctx, b.Child("interruptions-policy"), &sqs.QueuePolicyArgs{
		QueueUrl: b.queue.queue.Url, Policy: document,
	}, b.Parent)
	if err != nil {
		return nil, fmt.Errorf("policy of the interruption queue: %w", err)
	}
	return access, nil
}
