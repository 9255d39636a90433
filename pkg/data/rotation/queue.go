package rotation

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// failuresRetentionSeconds is the longest that SQS keeps a message, 14 days (SQS API Reference, SetQueueAttributes).
const failuresRetentionSeconds = 14 * 24 * 60 * 60

// makeQueue registers the queue of events that the function could not work off. Those of Secrets Manager are not among them: it
// tries again by itself, and tells of a failure in CloudTrail (AWS Secrets Manager User Guide, "Troubleshoot rotation").
func (b *builder) makeQueue() (err error) {
	b.failures, err = sqs.NewQueue(b.Ctx, b.Child("failures"), &sqs.QueueArgs{
		Name:                    pulumi.String(b.args.functionName() + "-failures"),
		KmsMasterKeyId:          b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
		MessageRetentionSeconds: pulumi.Int(failuresRetentionSeconds),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("queue of failures: %w", err)
	}
	document, err := policy.Document(policy.Statement{
		Sid:        "TLSOnly",
		Effect:     policy.Deny,
		Principals: policy.Principals{Anyone: true},
		Actions:    []string{"sqs:*"},
		Resources:  []pulumi.StringInput{b.failures.Arn},
		Conditions: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.Strings("false")}},
	})
	if err != nil {
		return fmt.Errorf("policy of the queue of failures: %w", err)
	}
	access, err := sqs.NewQueuePolicy(b.Ctx, b.Child("failures-policy"), &sqs.QueuePolicyArgs{QueueUrl: b.failures.Url, Policy: document}, b.Parent)
	if err != nil {
		return fmt.Errorf("policy of the queue of failures: %w", err)
	}
	b.rights = append(b.rights, access)
	return nil
}
