package storage

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// ReplicationType is the type token of a Replication.
const ReplicationType = "magento:storage:Replication"

// timeControlMinutes is the only period that S3 promises (S3UG, "Meeting compliance requirements with S3 Replication
// Time Control").
const timeControlMinutes = 15

// ReplicationArgs configures a Replication.
type ReplicationArgs struct {
	Account account.Account // and the region of the source
	Source  *Bucket

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
type Replication struct {
	pulumi.ResourceState
	name string
	args ReplicationArgs
}

// NewReplication registers a Replication.
func NewReplication(ctx *pulumi.Context, name string, args ReplicationArgs, opts ...pulumi.ResourceOption) (*Replication, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("replication %q: %w", name, err)
	}
	r := &Replication{name: name, args: args}
	inputs := pulumi.Map{"destination": args.DestinationARN, "timeControl": pulumi.Bool(args.TimeControl)}
	if err := ctx.RegisterComponentResourceV2(ReplicationType, name, inputs, r, opts...); err != nil {
		return nil, fmt.Errorf("replication %q: %w", name, err)
	}
	role, permissions, err := r.newRole(ctx)
	if err != nil {
		return nil, fmt.Errorf("replication %q: %w", name, err)
	}
	if _, err := s3.NewBucketReplicationConfig(ctx, name+"-rule", &s3.BucketReplicationConfigArgs{
		Bucket: args.Source.Name,
		Role:   role.Arn,
		Rules:  s3.BucketReplicationConfigRuleArray{r.rule()},
	}, pulumi.Parent(r), pulumi.DependsOn([]pulumi.Resource{args.Source.versioning, permissions})); err != nil {
		return nil, fmt.Errorf("rule of replication %q: %w", name, err)
	}
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{})
}

func (a ReplicationArgs) validate() error {
	var problems []error
	if a.Source == nil || a.DestinationARN == nil || a.DestinationKeyARN == nil {
		problems = append(problems, errors.New("source, destinationArn and destinationKeyArn: required"))
	}
	if a.Source != nil && a.Source.args.encryption != withKey {
		problems = append(problems, errors.New("source: is not encrypted with a key of ours"))
	}
	if !account.ValidRegion(a.DestinationRegion) || a.DestinationRegion == a.Account.Region {
		problems = append(problems, fmt.Errorf("destinationRegion %q: must be a region other than %s", a.DestinationRegion, a.Account.Region))
	}
	return errors.Join(problems...)
}

func (r *Replication) rule() s3.BucketReplicationConfigRuleArgs {
	destination := s3.BucketReplicationConfigRuleDestinationArgs{
		Bucket: r.args.DestinationARN,
		EncryptionConfiguration: s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs{
			ReplicaKmsKeyId: r.args.DestinationKeyARN,
		},
		// How much waits and for how long, for alarms.
		Metrics: s3.BucketReplicationConfigRuleDestinationMetricsArgs{Status: pulumi.String("Enabled")},
	}
	if r.args.TimeControl {
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
		// Without it S3 passes over everything that is encrypted with a key of ours: that is, everything.
		SourceSelectionCriteria: s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs{
			SseKmsEncryptedObjects: s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs{
				Status: pulumi.String("Enabled"),
			},
		},
	}
}

// newRole makes the role by which S3 copies. S3 says on whose behalf it assumes it to nobody (S3UG, "Setting up
// permissions for live replication"); only who may pass the role can put it into a bucket's configuration.
func (r *Replication) newRole(ctx *pulumi.Context) (*iam.Role, *iam.RolePolicy, error) {
	trust, err := policy.TrustService("s3.amazonaws.com")
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(ctx, r.name+"-role", &iam.RoleArgs{
		Description:      pulumi.String("Copies objects to " + r.args.DestinationRegion),
		AssumeRolePolicy: trust,
	}, pulumi.Parent(r))
	if err != nil {
		return nil, nil, fmt.Errorf("role: %w", err)
	}
	document, err := policy.Document(r.statements()...)
	if err != nil {
		return nil, nil, err
	}
	permissions, err := iam.NewRolePolicy(ctx, r.name+"-permissions", &iam.RolePolicyArgs{Role: role.ID(), Policy: document}, pulumi.Parent(r))
	if err != nil {
		return nil, nil, fmt.Errorf("permissions of the role: %w", err)
	}
	return role, permissions, nil
}

// statements are the rights that S3 names (S3UG, "Setting up permissions for live replication" and "Replicating
// encrypted objects"), each key for its own bucket only: with bucket keys the context is the bucket.
func (r *Replication) statements() []policy.Statement {
	source, destination := r.args.Source.ARN, r.args.DestinationARN
	throughS3 := func(region string, bucket pulumi.StringInput) []policy.Condition {
		return []policy.Condition{
			{Operator: "StringLike", Key: "kms:ViaService", Values: policy.Strings("s3." + region + ".amazonaws.com")},
			{Operator: "StringLike", Key: "kms:EncryptionContext:aws:s3:arn", Values: []pulumi.StringInput{bucket, Objects(bucket, "*")}},
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
			Resources: []pulumi.StringInput{Objects(source, "*")},
		},
		{
			Sid:       "WriteReplicas",
			Actions:   []string{"s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"},
			Resources: []pulumi.StringInput{Objects(destination, "*")},
		},
		{
			Sid: "DecryptSource", Actions: []string{"kms:Decrypt"},
			Resources:  []pulumi.StringInput{r.args.Source.args.KeyARN},
			Conditions: throughS3(r.args.Account.Region, source),
		},
		{
			Sid: "EncryptReplicas", Actions: []string{"kms:Encrypt", "kms:GenerateDataKey"},
			Resources:  []pulumi.StringInput{r.args.DestinationKeyARN},
			Conditions: throughS3(r.args.DestinationRegion, destination),
		},
	}
}
