package bucket

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Encryption is with which key a bucket is encrypted.
type Encryption int

// The two encryptions. S3's own key is for logs of services that cannot deliver to a bucket with another default.
const (
	EncryptionKMS Encryption = iota // the customer-managed key of Args.KeyARN
	EncryptionS3
)

// algorithm returns what S3 calls it.
func (e Encryption) algorithm() string {
	if e == EncryptionS3 {
		return "AES256"
	}
	return "aws:kms"
}

// encrypt sets the default encryption.
func (b *builder) encrypt() (err error) {
	byDefault := s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
		SseAlgorithm: pulumi.String(b.args.Encryption.algorithm()),
	}
	if b.args.Encryption == EncryptionKMS {
		byDefault.KmsMasterKeyId = b.args.KeyARN.ToStringOutput().ToStringPtrOutput()
	}
	b.encrypted, err = s3.NewBucketServerSideEncryptionConfigurationV2(b.Ctx, b.Child("encryption"), &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: b.bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			// A bucket key saves one KMS request an object, which is most of what encryption would cost.
			BucketKeyEnabled:                   pulumi.Bool(b.args.Encryption == EncryptionKMS),
			ApplyServerSideEncryptionByDefault: byDefault,
		}},
	}, b.part()...)
	if err != nil {
		return fmt.Errorf("encrypting: %w", err)
	}
	return nil
}

// version keeps what is replaced or deleted, for as long as the lifecycle says.
func (b *builder) version() (err error) {
	b.Versioning, err = s3.NewBucketVersioningV2(b.Ctx, b.Child("versioning"), &s3.BucketVersioningV2Args{
		Bucket:                  b.bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}, b.part()...)
	if err != nil {
		return fmt.Errorf("turning versions on: %w", err)
	}
	return nil
}

// lock keeps versions from being deleted. Governance can be bypassed with s3:BypassGovernanceRetention; the other
// mode, compliance, not even by the root user, so that a mistake in a retention would be paid to its end.
func (b *builder) lock() error {
	if b.args.LockDays == 0 {
		return nil
	}
	_, err := s3.NewBucketObjectLockConfigurationV2(b.Ctx, b.Child("lock"), &s3.BucketObjectLockConfigurationV2Args{
		Bucket: b.bucket.ID(),
		Rule: s3.BucketObjectLockConfigurationV2RuleArgs{
			DefaultRetention: s3.BucketObjectLockConfigurationV2RuleDefaultRetentionArgs{
				Mode: pulumi.String("GOVERNANCE"),
				Days: pulumi.Int(b.args.LockDays),
			},
		},
	}, b.part(pulumi.DependsOn([]pulumi.Resource{b.Versioning}))...)
	if err != nil {
		return fmt.Errorf("locking: %w", err)
	}
	return nil
}
