package storage

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
)

// ReplicationType is the type token of a Replication.
const ReplicationType = "magento:storage:Replication"

// timeControlMinutes is the only period that S3 promises (S3UG, "Meeting compliance requirements with S3 Replication
// Time Control").
const timeControlMinutes = 15

// ReplicationArgs configures a Replication.
type ReplicationArgs struct {
	Account account.Account // and the region of the source
	Source  *bucket.Bucket

	// The bucket in the standby region, which that region's own stack makes: versioned, with a name of naming.Environment.Bucket.
	DestinationARN    pulumi.StringInput
	DestinationKeyARN pulumi.StringInput // of that region
	DestinationRegion string

	// TimeControl has S3 promise 99.9 % of objects within 15 minutes, for $0.015 a GB. Without it most take seconds,
	// and some hours.
	TimeControl bool
}

// Replication copies what is written to a bucket, and what is deleted from it, to another region's. What was there
// before is not copied: that takes a job of S3 Batch Replication, once. Deleting a version for good is not copied
// either, so that who can do that here cannot do it there.
type Replication struct{ pulumi.ResourceState }

// NewReplication registers a Replication.
func NewReplication(ctx *pulumi.Context, name string, args ReplicationArgs, opts ...pulumi.ResourceOption) (*Replication, error) {
	r := &Replication{}
	return r, component.New(ctx, ReplicationType, name, args, r, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, args: args}
		return pulumi.Map{}, component.Steps(b.newRole, b.newRule)
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a ReplicationArgs) Inputs() pulumi.Map {
	return pulumi.Map{"destination": a.DestinationARN, "timeControl": pulumi.Bool(a.TimeControl)}
}

// Validate refuses arguments that S3 would, and a source whose objects the role could not decrypt.
func (a ReplicationArgs) Validate() error {
	var problems []error
	if a.Source == nil || a.DestinationARN == nil || a.DestinationKeyARN == nil {
		problems = append(problems, errors.New("source, destinationArn and destinationKeyArn: required"))
	}
	if a.Source != nil && a.Source.KeyARN == nil {
		problems = append(problems, errors.New("source: is not encrypted with a customer-managed key"))
	}
	if !account.ValidRegion(a.DestinationRegion) || a.DestinationRegion == a.Account.Region {
		problems = append(problems, fmt.Errorf("destinationRegion %q: must be a region other than %s", a.DestinationRegion, a.Account.Region))
	}
	return errors.Join(problems...)
}

// builder makes the children of a Replication, one concern after the other.
type builder struct {
	component.Scope
	args ReplicationArgs

	role        *iam.Role
	permissions *iam.RolePolicy
}

// newRule registers the configuration of the source.
func (b *builder) newRule() error {
	if _, err := s3.NewBucketReplicationConfig(b.Ctx, b.Child("rule"), &s3.BucketReplicationConfigArgs{
		Bucket: b.args.Source.Name,
		Role:   b.role.Arn,
		Rules:  s3.BucketReplicationConfigRuleArray{b.args.rule()},
	}, b.Parent, pulumi.DependsOn([]pulumi.Resource{b.args.Source.Versioning, b.permissions})); err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	return nil
}

func (a ReplicationArgs) rule() s3.BucketReplicationConfigRuleArgs {
	destination := s3.BucketReplicationConfigRuleDestinationArgs{
		Bucket: a.DestinationARN,
		EncryptionConfiguration: s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs{
			ReplicaKmsKeyId: a.DestinationKeyARN,
		},
		// How much waits and for how long, for alarms.
		Metrics: s3.BucketReplicationConfigRuleDestinationMetricsArgs{Status: pulumi.String("Enabled")},
	}
	if a.TimeControl {
		destination.ReplicationTime = s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs{
			Status: pulumi.String("Enabled"),
			Time:   s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs{Minutes: pulumi.Int(timeControlMinutes)},
		}
		destination.Metrics = s3.BucketReplicationConfigRuleDestinationMetricsArgs{
			Status:         pulumi.String("Enabled"),
			EventThreshold: s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs{Minutes: pulumi.Int(timeControlMinutes)},
		}
	}
	return s3.BucketReplicationConfigRuleArgs{
		Id:          pulumi.String("standby"),
		Priority:    pulumi.Int(1),
		Status:      pulumi.String("Enabled"),
		Filter:      s3.BucketReplicationConfigRuleFilterArgs{Prefix: pulumi.String("")},
		Destination: destination,
		// An image that is deleted in the catalogue must not come back with the standby.
		DeleteMarkerReplication: s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs{Status: pulumi.String("Enabled")},
		// Without it S3 passes over everything that is encrypted with a customer-managed key: that is, everything.
		SourceSelectionCriteria: s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs{
			SseKmsEncryptedObjects: s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs{
				Status: pulumi.String("Enabled"),
			},
		},
	}
}

// newRole makes the role by which S3 copies. The trust has no condition: S3 does not say on whose behalf it assumes the role
// (S3UG, "Setting up permissions for live replication"); only who may pass the role can put it into a bucket's configuration.
func (b *builder) newRole() error {
	trust, err := policy.TrustService("s3.amazonaws.com")
	if err != nil {
		return err
	}
	b.role, err = iam.NewRole(b.Ctx, b.Child("role"), &iam.RoleArgs{
		Description:      pulumi.String("Copies objects to " + b.args.DestinationRegion),
		AssumeRolePolicy: trust,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("role: %w", err)
	}
	document, err := policy.Document(b.args.statements()...)
	if err != nil {
		return err
	}
	b.permissions, err = iam.NewRolePolicy(b.Ctx, b.Child("permissions"), &iam.RolePolicyArgs{Role: b.role.ID(), Policy: document}, b.Parent)
	if err != nil {
		return fmt.Errorf("permissions of the role: %w", err)
	}
	return nil
}

// statements are the rights that S3 names (S3UG, "Setting up permissions for live replication" and "Replicating
// encrypted objects"), each key for its own bucket only: with bucket keys the context is the bucket.
func (a ReplicationArgs) statements() []policy.Statement {
	source, destination := a.Source.ARN, a.DestinationARN
	throughS3 := func(region string, arn pulumi.StringInput) []policy.Condition {
		return []policy.Condition{
			{Operator: "StringLike", Key: "kms:ViaService", Values: policy.Strings("s3." + region + ".amazonaws.com")},
			{Operator: "StringLike", Key: "kms:EncryptionContext:aws:s3:arn", Values: []pulumi.StringInput{arn, bucket.Objects(arn, "*")}},
		}
	}
	return []policy.Statement{
		{
			Sid: "ReadSource", Actions: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"},
			Resources: []pulumi.StringInput{source},
		},
		{
			Sid:       "ReadSourceObjects",
			Actions:   []string{"s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"},
			Resources: []pulumi.StringInput{bucket.Objects(source, "*")},
		},
		{
			Sid:       "WriteReplicas",
			Actions:   []string{"s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"},
			Resources: []pulumi.StringInput{bucket.Objects(destination, "*")},
		},
		{
			Sid: "DecryptSource", Actions: []string{"kms:Decrypt"},
			Resources:  []pulumi.StringInput{a.Source.KeyARN},
			Conditions: throughS3(a.Account.Region, source),
		},
		{
			Sid: "EncryptReplicas", Actions: []string{"kms:Encrypt", "kms:GenerateDataKey"},
			Resources:  []pulumi.StringInput{a.DestinationKeyARN},
			Conditions: throughS3(a.DestinationRegion, destination),
		},
	}
}
