package bucket

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/logretention"
)

// noncurrentVersionDays is how long a replaced or deleted object can still be brought back, unless a Lifecycle says
// otherwise.
const noncurrentVersionDays = 90

const (
	// logGraceDays are there to look at the end of the year, too.
	logGraceDays = 35

	// logNoncurrentDays is how long a deleted log can be brought back.
	logNoncurrentDays = 30
)

// incompleteUploadDays ends multipart uploads that were never completed; their parts are billed but not listed.
const incompleteUploadDays = 7

// Lifecycle is what becomes of objects with time. The zero value keeps what is there for ever, and what was replaced
// or deleted for noncurrentVersionDays.
type Lifecycle struct {
	ExpireDays     int // delete objects of this age; zero is never
	NoncurrentDays int // keep replaced and deleted objects for so long; zero is noncurrentVersionDays

	// IntelligentTiering lets S3 move what was not read for a month to cheaper storage, and back when it is read,
	// for a fee of about $0.0025 per thousand objects a month. Objects below 128 KiB stay where they are and pay
	// nothing: it saves on originals, and nothing on thumbnails (S3UG, "Managing storage costs with Amazon S3
	// Intelligent-Tiering").
	IntelligentTiering bool
}

// LogLifecycle returns that of logs: they are kept for the year that PCI DSS asks of audit trails (logretention.MinDays) and
// a month to look at the end of it, and a deleted one can be brought back for a month.
func LogLifecycle() Lifecycle {
	return Lifecycle{ExpireDays: logretention.MinDays + logGraceDays, NoncurrentDays: logNoncurrentDays}
}

func (l Lifecycle) validate() error {
	var problems []error
	if l.ExpireDays < 0 {
		problems = append(problems, fmt.Errorf("expireDays: %d given, 0 (never) or more are allowed", l.ExpireDays))
	}
	if l.NoncurrentDays < 0 {
		problems = append(problems, fmt.Errorf("noncurrentDays: %d given, 0 (%d) or more are allowed", l.NoncurrentDays, noncurrentVersionDays))
	}
	return errors.Join(problems...)
}

func (l Lifecycle) noncurrentDays() int {
	if l.NoncurrentDays == 0 {
		return noncurrentVersionDays
	}
	return l.NoncurrentDays
}

// rules has one rule for what was and one for what is. A delete marker without versions below it is removed: it is
// nothing but one more key to list.
func (l Lifecycle) rules() s3.BucketLifecycleConfigurationV2RuleArray {
	everything := s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")}
	old := s3.BucketLifecycleConfigurationV2RuleArgs{
		Id: pulumi.String("noncurrent-versions"), Status: pulumi.String("Enabled"), Filter: everything,
		NoncurrentVersionExpiration: s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
			NoncurrentDays: pulumi.Int(l.noncurrentDays()),
		},
		AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(incompleteUploadDays),
		},
	}
	if l.ExpireDays == 0 { // an expiration by age removes the markers as well
		old.Expiration = s3.BucketLifecycleConfigurationV2RuleExpirationArgs{ExpiredObjectDeleteMarker: pulumi.Bool(true)}
	}
	rules := s3.BucketLifecycleConfigurationV2RuleArray{old}
	if l.ExpireDays > 0 {
		rules = append(rules, s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("expired"), Status: pulumi.String("Enabled"), Filter: everything,
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(l.ExpireDays)},
		})
	}
	if l.IntelligentTiering {
		rules = append(rules, s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("intelligent-tiering"), Status: pulumi.String("Enabled"), Filter: everything,
			Transitions: s3.BucketLifecycleConfigurationV2RuleTransitionArray{s3.BucketLifecycleConfigurationV2RuleTransitionArgs{
				Days: pulumi.Int(0), StorageClass: pulumi.String("INTELLIGENT_TIERING"),
			}},
		})
	}
	return rules
}

// expire applies the lifecycle.
func (b *builder) expire() error {
	_, err := s3.NewBucketLifecycleConfigurationV2(b.Ctx, b.Child("lifecycle"), &s3.BucketLifecycleConfigurationV2Args{
		Bucket: b.bucket.ID(),
		Rules:  b.args.Lifecycle.rules(),
	}, b.part(pulumi.DependsOn([]pulumi.Resource{b.Versioning}))...)
	if err != nil {
		return fmt.Errorf("expiring old objects: %w", err)
	}
	return nil
}
