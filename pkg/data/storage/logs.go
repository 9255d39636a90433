// Package storage makes the data layer's buckets: media, access logs and dumps, and the copy of the media in the standby
// region.
//
// "S3UG" is the Amazon S3 User Guide.
package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// LogsArgs configures the bucket for logs.
type LogsArgs struct {
	Account account.Account
	Protect bool
}

// NewLogs registers the bucket that S3 writes the access logs of the account's other buckets to, and CloudFront those of the
// shop. S3 encrypts it with a key of its own, because it cannot deliver such logs to a bucket with another default (S3UG,
// "Enabling Amazon S3 server access logging"). Its own access is not logged: every log would bring forth another one.
func NewLogs(ctx *pulumi.Context, name string, args LogsArgs, opts ...pulumi.ResourceOption) (*bucket.Bucket, error) {
	return bucket.New(ctx, name, bucket.Args{
		Encryption: bucket.EncryptionS3,
		Lifecycle:  bucket.LogLifecycle(),
		Protect:    args.Protect,
		Statements: joined(writtenByS3(args.Account), writtenByCloudFront(args.Account)),
	}, opts...)
}

// writtenByS3 lets S3 deliver access logs on behalf of the account's buckets, and of no other account's.
func writtenByS3(acct account.Account) func(arn pulumi.StringInput) []policy.Statement {
	return func(arn pulumi.StringInput) []policy.Statement {
		return []policy.Statement{{
			Sid:        "AccessLogs",
			Principals: policy.Principals{Services: []string{"logging.s3.amazonaws.com"}},
			Actions:    []string{"s3:PutObject"},
			Resources:  []pulumi.StringInput{bucket.Objects(arn, "*")},
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
func writtenByCloudFront(acct account.Account) func(arn pulumi.StringInput) []policy.Statement {
	return func(arn pulumi.StringInput) []policy.Statement {
		return []policy.Statement{{
			Sid:        "CloudFrontLogs",
			Principals: policy.Principals{Services: []string{"delivery.logs.amazonaws.com"}},
			Actions:    []string{"s3:PutObject"},
			Resources:  []pulumi.StringInput{bucket.Objects(arn, "AWSLogs/"+acct.ID+"/CloudFront/*")},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.Strings(acct.ID)},
				{Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.Strings(acct.InRegion(logDeliveryRegion).ARN("logs", "delivery-source:*"))},
			},
		}}
	}
}

// joined returns the statements of several, one after the other.
func joined(parts ...func(arn pulumi.StringInput) []policy.Statement) func(arn pulumi.StringInput) []policy.Statement {
	return func(arn pulumi.StringInput) []policy.Statement {
		var all []policy.Statement
		for _, part := range parts {
			all = append(all, part(arn)...)
		}
		return all
	}
}
