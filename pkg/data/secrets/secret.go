// Package secrets keeps an environment's credentials in AWS Secrets Manager, under one naming scheme. Other
// layers and the cluster know a secret by its name; its value is in no output, plan or log.
package secrets

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// SecretType is the type token of a Secret.
const SecretType = "magento:secrets:Secret"

// recoveryWindowDays is how long a deleted secret can be brought back, the longest that Secrets Manager
// allows (API Reference, DeleteSecret: 7 to 30 days, or none).
const recoveryWindowDays = 30

// maxNameLength is the longest name that Secrets Manager takes (API Reference, CreateSecret).
const maxNameLength = 512

// SecretArgs configures a Secret.
type SecretArgs struct {
	Account     account.Account
	Name        string // made by Name
	Description string
	KeyARN      pulumi.StringInput
	Value       pulumi.MapInput // the fields of the secret

	// Follow writes every change of the value. Without it only the first value is written: a rotation changes it
	// later, and NewPassword draws another one at every run.
	Follow bool

	// Of is the store that the secret is the credential of; nil for none. When the store is made anew, so is the
	// value: it would open nothing otherwise.
	Of pulumi.Resource

	Replicas []Replica // in other regions
	Protect  bool      // keep the secret recoverable for 30 days, and refuse to delete it or a value that nothing writes again
}

// Replica is a copy of a secret in another region, which follows it within seconds and cannot be written there.
type Replica struct {
	Region string
	KeyARN pulumi.StringInput // of that region
}

// Secret is a secret with its first value.
type Secret struct {
	pulumi.ResourceState
	Name pulumi.StringOutput
	ARN  pulumi.StringOutput

	// Value is the JSON text that this program wrote, marked as secret: with Follow the newest, without it the first
	// one, at every later run too. Derive from it what must agree with this secret.
	Value pulumi.StringOutput
}

// NewSecret registers a Secret.
func NewSecret(ctx *pulumi.Context, name string, args SecretArgs, opts ...pulumi.ResourceOption) (*Secret, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	s := &Secret{}
	if err := ctx.RegisterComponentResourceV2(SecretType, name, args.inputs(), s, opts...); err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	document, err := policy.Document(thisAccountOnly(args.Account))
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	recovery := recoveryWindowDays
	if !args.Protect {
		recovery = 0 // an environment made to be thrown away must be able to come back under the same names
	}
	secret, err := secretsmanager.NewSecret(ctx, name+"-secret", &secretsmanager.SecretArgs{
		Name:                 pulumi.String(args.Name),
		Description:          pulumi.String(args.Description),
		KmsKeyId:             args.KeyARN.ToStringOutput().ToStringPtrOutput(),
		Policy:               document.ToStringPtrOutput(),
		RecoveryWindowInDays: pulumi.Int(recovery),
		Replicas:             args.replicas(),
	}, pulumi.Parent(s), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	s.Name, s.ARN = secret.Name, secret.Arn
	if err := s.write(ctx, name, secret, args); err != nil {
		return nil, fmt.Errorf("value of secret %q: %w", name, err)
	}
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{"name": s.Name, "arn": s.ARN})
}

// firstStage keeps the version that Pulumi wrote after a rotation has taken AWSCURRENT from it. Secrets Manager may
// delete a version without a stage (API Reference, PutSecretValue), and the next deployment would then write a first
// value over the rotated one.
const firstStage = "PULUMI"

func (s *Secret) write(ctx *pulumi.Context, name string, secret *secretsmanager.Secret, args SecretArgs) error {
	opts := []pulumi.ResourceOption{pulumi.Parent(s)}
	stages := pulumi.StringArray{pulumi.String("AWSCURRENT")}
	if !args.Follow {
		// What follows the settings comes back with the next update; a password or a key never does.
		opts = append(opts, pulumi.IgnoreChanges([]string{"secretString", "versionStages"}), pulumi.Protect(args.Protect))
		stages = append(stages, pulumi.String(firstStage))
	}
	if args.Of != nil {
		opts = append(opts, pulumi.ReplaceWith([]pulumi.Resource{args.Of}))
	}
	value := pulumi.ToSecret(pulumi.JSONMarshal(args.Value)).(pulumi.StringOutput)
	version, err := secretsmanager.NewSecretVersion(ctx, name+"-value", &secretsmanager.SecretVersionArgs{
		SecretId:      secret.ID(),
		SecretString:  value.ToStringPtrOutput(),
		VersionStages: stages,
	}, opts...)
	if err != nil {
		return err
	}
	s.Value = pulumi.ToSecret(written(ctx, version.SecretString.Elem())).(pulumi.StringOutput)
	return nil
}

// written is a secret text that was written. In the preview before that it is unknown, which the SDK says of a secret as of
// a known, empty text (Context.RegisterResource, resolve: it looks for what is unknown outside of secrets alone).
func written(ctx *pulumi.Context, text pulumi.StringOutput) pulumi.StringOutput {
	return text.ApplyT(func(text string) pulumi.StringOutput {
		if text == "" && ctx.DryRun() {
			return unknown()
		}
		return pulumi.String(text).ToStringOutput()
	}).(pulumi.StringOutput)
}

func (a SecretArgs) validate() error {
	var problems []error
	if a.KeyARN == nil || a.Value == nil {
		problems = append(problems, errors.New("keyArn and value: required"))
	}
	if a.Name == "" || len(a.Name) > maxNameLength {
		problems = append(problems, fmt.Errorf("name %q: must have 1 to %d characters", a.Name, maxNameLength))
	}
	var regions []string
	for _, replica := range a.Replicas {
		if !account.ValidRegion(replica.Region) || replica.Region == a.Account.Region || slices.Contains(regions, replica.Region) {
			problems = append(problems, fmt.Errorf("replica in %q: must be a region other than %s, named once", replica.Region, a.Account.Region))
		}
		if replica.KeyARN == nil {
			problems = append(problems, fmt.Errorf("replica in %q: keyArn is required", replica.Region))
		}
		regions = append(regions, replica.Region)
	}
	return errors.Join(problems...)
}

func (a SecretArgs) inputs() pulumi.Map {
	regions := make([]string, len(a.Replicas))
	for i, replica := range a.Replicas {
		regions[i] = replica.Region
	}
	return pulumi.Map{"name": pulumi.String(a.Name), "replicaRegions": pulumi.ToStringArray(regions)}
}

func (a SecretArgs) replicas() secretsmanager.SecretReplicaArray {
	var replicas secretsmanager.SecretReplicaArray
	for _, replica := range a.Replicas {
		replicas = append(replicas, secretsmanager.SecretReplicaArgs{
			Region:   pulumi.String(replica.Region),
			KmsKeyId: replica.KeyARN.ToStringOutput().ToStringPtrOutput(),
		})
	}
	return replicas
}

// thisAccountOnly refuses principals of every other account, whatever a later policy may grant.
// In the policy of a secret "*" is this secret.
func thisAccountOnly(acct account.Account) policy.Statement {
	return policy.Statement{
		Sid:        "ThisAccountOnly",
		Effect:     policy.Deny,
		Principals: policy.Principals{Anyone: true},
		Actions:    []string{"secretsmanager:*"},
		Resources:  policy.Strings("*"),
		Conditions: []policy.Condition{{Operator: "StringNotEquals", Key: "aws:PrincipalAccount", Values: policy.Strings(acct.ID)}},
	}
}
