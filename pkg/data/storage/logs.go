package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
)

const (
	// logDays keeps logs for the year that PCI DSS asks of audit trails (PCI DSS 4.0, requirement 10.5.1), and a month
	// to look at the end of it.
	logDays = 400

	// logNoncurrentDays is how long a log that somebody deleted can be brought back.
	logNoncurrentDays = 30
)

// LogsArgs configures the bucket for logs.
type LogsArgs struct {
	Account account.Account
	Name    string // see BucketArgs
	Protect bool
}

// NewLogs registers the bucket that S3 writes the access logs of the account's other buckets to, and CloudFront those of the
// shop. It is encrypted by S3
// with a key of its own and not with ours, because S3 cannot deliver such logs to a bucket with another default
// (S3UG, "Enabling Amazon S3 server access logging"). Its own access is not logged: every log would bring forth
// another one.
func NewLogs(ctx *pulumi.Context, name string, args LogsArgs, opts ...pulumi.ResourceOption) (*Bucket, error) {
	return NewBucket(ctx, name, BucketArgs{
		Name:       args.Name,
		Lifecycle:  Lifecycle{ExpireDays: logDays, NoncurrentDays: logNoncurrentDays},
		Protect:    args.Protect,
		Statements: joined(writtenByS3(args.Account), writtenByCloudFront(args.Account)),
		encryption: withS3Key,
	}, opts...)
}

// writtenByS3 lets S3 deliver access logs on behalf of the account's buckets, and of nobody else's.
func writtenByS3(acct account.Account) func(bucket pulumi.StringInput) []policy.Statement {
	return func(bucket pulumi.StringInput) []policy.Statement {
		return []policy.Statement{{
			Sid:        "AccessLogs",
			Principals: policy.Principals{Services: []string{"logging.s3.amazonaws.com"}},
			Actions:    []string{"s3:PutObject"},
			Resources:  []pulumi.StringInput{Objects(bucket, "*")},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.Strings(acct.ID)},
				{Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.Strings(acct.BucketARN("*"))},
			},
		}}
	}
}

// logDeliveryRegion is where CloudFront's logs are told of, whichever region they go to (CloudFront Developer Guide,
// "Configure standard logging (v2)").
const logDeliveryRegion = "us-east-1"

// writtenByCloudFront lets the account's distributions deliver their access logs, below the folder that they always use
// (CloudWatch Logs User Guide, "Logs sent to Amazon S3").
func writtenByCloudFront(acct account.Account) func(bucket pulumi.StringInput) []policy.Statement {
	return func(bucket pulumi.StringInput) []policy.Statement {
		return []policy.Statement{{
			Sid:        "CloudFrontLogs",
			Principals: policy.Principals{Services: []string{"delivery.logs.amazonaws.com"}},
			Actions:    []string{"s3:PutObject"},
			Resources:  []pulumi.StringInput{Objects(bucket, "AWSLogs/"+acct.ID+"/CloudFront/*")},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.Strings(acct.ID)},
				{Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.Strings(acct.InRegion(logDeliveryRegion).ARN("logs", "delivery-source:*"))},
			},
		}}
	}
}

// joined is the statements of several, one after the other.
func joined(parts ...func(bucket pulumi.StringInput) []policy.Statement) func(bucket pulumi.StringInput) []policy.Statement {
	return func(bucket pulumi.StringInput) []policy.Statement {
		var all []policy.Statement
		for _, part := range parts {
			all = append(all, part(bucket)...)
		}
		return all
	}
}
