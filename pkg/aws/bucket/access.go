package bucket

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// authorize attaches the policy after the block of public access: S3 refuses two of such changes at one time.
func (b *builder) authorize() error {
	statements := []policy.Statement{tlsOnly(b.ARN)}
	if b.args.Statements != nil {
		statements = append(statements, b.args.Statements(b.ARN)...)
	}
	document, err := policy.Document(statements...)
	if err != nil {
		return err
	}
	b.Policy, err = s3.NewBucketPolicy(b.Ctx, b.Child("policy"), &s3.BucketPolicyArgs{Bucket: b.bucket.ID(), Policy: document},
		b.part(pulumi.DependsOn(append([]pulumi.Resource{b.closed}, b.filled...)))...)
	if err != nil {
		return fmt.Errorf("attaching the policy: %w", err)
	}
	return nil
}

// tlsOnly refuses every request that is not encrypted on its way (AWS Foundational Security Best Practices, S3.5).
func tlsOnly(bucket pulumi.StringInput) policy.Statement {
	return policy.Statement{
		Sid:        "TLSOnly",
		Effect:     policy.Deny,
		Principals: policy.Principals{Anyone: true},
		Actions:    []string{"s3:*"},
		Resources:  []pulumi.StringInput{bucket, Objects(bucket, "*")},
		Conditions: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.Strings("false")}},
	}
}

// logAccess has S3 write who asked for what, in folders by the day of the request, which Athena reads without looking
// at the others (S3UG, "Logging requests with server access logging"). S3 checks first that it may.
func (b *builder) logAccess() error {
	if b.args.AccessLogs == nil {
		return nil
	}
	_, err := s3.NewBucketLoggingV2(b.Ctx, b.Child("access-log"), &s3.BucketLoggingV2Args{
		Bucket:       b.bucket.ID(),
		TargetBucket: b.args.AccessLogs.Name,
		TargetPrefix: pulumi.String(b.Scope.Name + "/"),
		TargetObjectKeyFormat: s3.BucketLoggingV2TargetObjectKeyFormatArgs{
			PartitionedPrefix: s3.BucketLoggingV2TargetObjectKeyFormatPartitionedPrefixArgs{
				PartitionDateSource: pulumi.String("EventTime"),
			},
		},
	}, b.part(pulumi.DependsOn([]pulumi.Resource{b.args.AccessLogs.Policy}))...)
	if err != nil {
		return fmt.Errorf("logging access: %w", err)
	}
	return nil
}

// Objects returns the ARN of the bucket's objects under the pattern.
func Objects(bucket pulumi.StringInput, pattern string) pulumi.StringOutput {
	return pulumi.Sprintf("%s/%s", bucket, pattern)
}
