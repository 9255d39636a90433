package loadbalancer

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// newLogs registers the bucket that load balancers of the account and region write their logs to. S3 encrypts it with a key
// of its own, because Elastic Load Balancing can write to no other (Application Load Balancers, "Enable access logs": bucket
// requirements).
//
// Who reads it is in no access log: that log would need a bucket of its own, and CloudTrail has what reads a bucket.
func (b *builder) newLogs() (*bucket.Bucket, error) {
	logs, err := bucket.New(b.Ctx, b.Child("logs"), bucket.Args{
		Encryption: bucket.EncryptionS3,
		Lifecycle:  bucket.LogLifecycle(),
		Protect:    b.args.Protect,
		Statements: writtenByLoadBalancers(b.args.Account),
	}, b.Parent)
	if err != nil {
		return nil, fmt.Errorf("logs: %w", err)
	}
	return logs, nil
}

// writtenByLoadBalancers lets the account's load balancers deliver their logs, each kind below a prefix of its own, and
// no other account's (same page, "Attach a policy to your S3 bucket").
func writtenByLoadBalancers(acct account.Account) func(logs pulumi.StringInput) []policy.Statement {
	return func(logs pulumi.StringInput) []policy.Statement {
		return []policy.Statement{{
			Sid:        "LoadBalancerLogs",
			Principals: policy.Principals{Services: []string{"logdelivery.elasticloadbalancing.amazonaws.com"}},
			Actions:    []string{"s3:PutObject"},
			Resources:  []pulumi.StringInput{bucket.Objects(logs, "*/AWSLogs/"+acct.ID+"/*")},
			Conditions: []policy.Condition{
				{Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.Strings(acct.ARN("elasticloadbalancing", "loadbalancer/*"))},
			},
		}}
	}
}
