package storage

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// encryption is with whose key a bucket is encrypted.
type encryption int

const (
	withKey   encryption = iota // ours, in KMS
	withS3Key                   // S3's own, for what cannot be delivered otherwise: see NewLogs
)

// algorithm is what S3 calls it.
func (e encryption) algorithm() string {
	if e == withS3Key {
		return "AES256"
	}
	return "aws:kms"
}

func (b *Bucket) encrypt(ctx *pulumi.Context) (err error) {
	byDefault := s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
		SseAlgorithm: pulumi.String(b.args.encryption.algorithm()),
	}
	if b.args.encryption == withKey {
		byDefault.KmsMasterKeyId = b.args.KeyARN.ToStringOutput().ToStringPtrOutput()
	}
	b.encrypted, err = s3.NewBucketServerSideEncryptionConfigurationV2(ctx, b.name+"-encryption", &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: b.bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			// A bucket key saves one KMS request an object, which is most of what encryption would cost.
			BucketKeyEnabled:                   pulumi.Bool(b.args.encryption == withKey),
			ApplyServerSideEncryptionByDefault: byDefault,
		}},
	}, b.part()...)
	if err != nil {
		return fmt.Errorf("encrypting: %w", err)
	}
	return nil
}

func (b *Bucket) version(ctx *pulumi.Context) (err error) {
	b.versioning, err = s3.NewBucketVersioningV2(ctx, b.name+"-versioning", &s3.BucketVersioningV2Args{
		Bucket:                  b.bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}, b.part()...)
	if err != nil {
		return fmt.Errorf("turning versions on: %w", err)
	}
	return nil
}

// lock keeps versions from being deleted. Governance can be bypassed by who has s3:BypassGovernanceRetention; the
// other mode, compliance, by nobody and not even by AWS, so that a mistake in a retention would be paid to its end.
func (b *Bucket) lock(ctx *pulumi.Context) error {
	if b.args.LockDays == 0 {
		return nil
	}
	_, err := s3.NewBucketObjectLockConfigurationV2(ctx, b.name+"-lock", &s3.BucketObjectLockConfigurationV2Args{
		Bucket: b.bucket.ID(),
		Rule: s3.BucketObjectLockConfigurationV2RuleArgs{
			DefaultRetention: s3.BucketObjectLockConfigurationV2RuleDefaultRetentionArgs{
				Mode: pulumi.String("GOVERNANCE"),
				Days: pulumi.Int(b.args.LockDays),
			},
		},
	}, b.part(pulumi.DependsOn([]pulumi.Resource{b.versioning}))...)
	if err != nil {
		return fmt.Errorf("locking: %w", err)
	}
	return nil
}
