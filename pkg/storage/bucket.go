// Package storage makes private buckets: encrypted with a key of ours, versioned, TLS only, without ACLs.
package storage

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/policy"
)

// BucketType is the type token of a Bucket.
const BucketType = "magento:storage:Bucket"

// NoncurrentVersionDays is how long a replaced or deleted object can still be brought back.
const NoncurrentVersionDays = 90

// incompleteUploadDays ends multipart uploads that nobody finished; their parts are billed but not listed.
const incompleteUploadDays = 7

// BucketArgs configures a Bucket.
type BucketArgs struct {
	KeyARN     pulumi.StringInput
	Protect    bool                                               // refuse to delete the bucket, and never empty it
	Statements func(bucket pulumi.StringInput) []policy.Statement // who may do what, given the bucket's ARN; nil for nobody else
}

// Bucket is a private S3 bucket.
type Bucket struct {
	pulumi.ResourceState
	Name       pulumi.StringOutput
	ARN        pulumi.StringOutput
	DomainName pulumi.StringOutput // regional: the global one redirects while a new bucket's name spreads
}

// NewBucket registers a Bucket.
func NewBucket(ctx *pulumi.Context, name string, args BucketArgs, opts ...pulumi.ResourceOption) (*Bucket, error) {
	if args.KeyARN == nil {
		return nil, fmt.Errorf("bucket %q: %w", name, errors.New("keyArn: required"))
	}
	b := &Bucket{}
	if err := ctx.RegisterComponentResourceV2(BucketType, name, pulumi.Map{"keyArn": args.KeyARN}, b, opts...); err != nil {
		return nil, fmt.Errorf("bucket %q: %w", name, err)
	}
	bucket, err := s3.NewBucketV2(ctx, name+"-bucket", &s3.BucketV2Args{
		ForceDestroy: pulumi.Bool(!args.Protect),
	}, pulumi.Parent(b), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, fmt.Errorf("bucket %q: %w", name, err)
	}
	b.Name, b.ARN, b.DomainName = bucket.Bucket, bucket.Arn, bucket.BucketRegionalDomainName
	for _, step := range []func(*pulumi.Context, string, *s3.BucketV2, BucketArgs) error{
		b.closeToPublic, b.encrypt, b.version, b.expire, b.authorize,
	} {
		if err := step(ctx, name, bucket, args); err != nil {
			return nil, fmt.Errorf("bucket %q: %w", name, err)
		}
	}
	return b, ctx.RegisterResourceOutputs(b, pulumi.Map{"bucket": b.Name, "arn": b.ARN, "domainName": b.DomainName})
}

func (b *Bucket) closeToPublic(ctx *pulumi.Context, name string, bucket *s3.BucketV2, _ BucketArgs) error {
	_, err := s3.NewBucketPublicAccessBlock(ctx, name+"-public-access-block", &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, pulumi.Parent(b))
	if err != nil {
		return fmt.Errorf("blocking public access: %w", err)
	}
	_, err = s3.NewBucketOwnershipControls(ctx, name+"-ownership", &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(),
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, pulumi.Parent(b))
	if err != nil {
		return fmt.Errorf("turning ACLs off: %w", err)
	}
	return nil
}

func (b *Bucket) encrypt(ctx *pulumi.Context, name string, bucket *s3.BucketV2, args BucketArgs) error {
	_, err := s3.NewBucketServerSideEncryptionConfigurationV2(ctx, name+"-encryption", &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			// A bucket key saves one KMS request an object, which is most of what encryption would cost.
			BucketKeyEnabled: pulumi.Bool(true),
			ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm:   pulumi.String("aws:kms"),
				KmsMasterKeyId: args.KeyARN.ToStringOutput().ToStringPtrOutput(),
			},
		}},
	}, pulumi.Parent(b))
	if err != nil {
		return fmt.Errorf("encrypting: %w", err)
	}
	return nil
}

func (b *Bucket) version(ctx *pulumi.Context, name string, bucket *s3.BucketV2, _ BucketArgs) error {
	_, err := s3.NewBucketVersioningV2(ctx, name+"-versioning", &s3.BucketVersioningV2Args{
		Bucket:                  bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}, pulumi.Parent(b))
	if err != nil {
		return fmt.Errorf("turning versions on: %w", err)
	}
	return nil
}

func (b *Bucket) expire(ctx *pulumi.Context, name string, bucket *s3.BucketV2, _ BucketArgs) error {
	_, err := s3.NewBucketLifecycleConfigurationV2(ctx, name+"-lifecycle", &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
			Id:     pulumi.String("noncurrent-versions"),
			Status: pulumi.String("Enabled"),
			Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
			NoncurrentVersionExpiration: s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
				NoncurrentDays: pulumi.Int(NoncurrentVersionDays),
			},
			AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
				DaysAfterInitiation: pulumi.Int(incompleteUploadDays),
			},
		}},
	}, pulumi.Parent(b))
	if err != nil {
		return fmt.Errorf("expiring old versions: %w", err)
	}
	return nil
}

func (b *Bucket) authorize(ctx *pulumi.Context, name string, bucket *s3.BucketV2, args BucketArgs) error {
	statements := []policy.Statement{tlsOnly(bucket.Arn)}
	if args.Statements != nil {
		statements = append(statements, args.Statements(bucket.Arn)...)
	}
	document, err := policy.Document(statements...)
	if err != nil {
		return err
	}
	if _, err := s3.NewBucketPolicy(ctx, name+"-policy", &s3.BucketPolicyArgs{Bucket: bucket.ID(), Policy: document}, pulumi.Parent(b)); err != nil {
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

// Objects is the ARN of the bucket's objects under the pattern.
func Objects(bucket pulumi.StringInput, pattern string) pulumi.StringOutput {
	return pulumi.Sprintf("%s/%s", bucket, pattern)
}
