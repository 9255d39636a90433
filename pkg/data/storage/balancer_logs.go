package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// NewLoadBalancerLogs registers the bucket that load balancers of the account and region write their logs to. It is
// encrypted by S3 with a key of its own and not with ours, because Elastic Load Balancing can write to no other
// (Application Load Balancers, "Enable access logs": bucket requirements).
//
// Who reads it is in no access log: that log would need a bucket of its own, and CloudTrail has what reads a bucket.
func NewLoadBalancerLogs(ctx *pulumi.Context, name string, args LogsArgs, opts ...pulumi.ResourceOption) (*Bucket, error) {
	return NewBucket(ctx, name, BucketArgs{
		Name:       args.Name,
		Lifecycle:  Lifecycle{ExpireDays: logDays, NoncurrentDays: logNoncurrentDays},
		Protect:    args.Protect,
		Statements: writtenByLoadBalancers(args.Account),
		encryption: withS3Key,
	}, opts...)
}

// writtenByLoadBalancers lets the account's load balancers deliver their logs, each kind below a prefix of its own, and
// nobody else's (same page, "Attach a policy to your S3 bucket").
func writtenByLoadBalancers(acct account.Account) func(bucket pulumi.StringInput) []policy.Statement {
	return func(bucket pulumi.StringInput) []policy.Statement {
		return []policy.Statement{{
			Sid:        "LoadBalancerLogs",
			Principals: policy.Principals{Services: []string{"logdelivery.elasticloadbalancing.amazonaws.com"}},
			Actions:    []string{"s3:PutObject"},
			Resources:  []pulumi.StringInput{Objects(bucket, "*/AWSLogs/"+acct.ID+"/*")},
			Conditions: []policy.Condition{
				{Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.Strings(acct.ARN("elasticloadbalancing", "loadbalancer/*"))},
			},
		}}
	}
}

// Written is what must be there before somebody else writes to the bucket: who may is looked at first.
func (b *Bucket) Written() pulumi.Resource { return b.policy }
