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
	"github.com/magestack/magestack/pkg/component"
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
	made := &Secret{}
	return made, component.New(ctx, SecretType, name, args, made, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Secret: made, args: args}
		err := component.Steps(b.make, b.write)
		return pulumi.Map{"name": made.Name, "arn": made.ARN}, err
	}, opts...)
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Secret
	args SecretArgs

	secret *secretsmanager.Secret
}

// make registers the secret without a value.
func (b *builder) make() error {
	document, err := policy.Document(thisAccountOnly(b.args.Account))
	if err != nil {
		return err
	}
	recovery := recoveryWindowDays
	if !b.args.Protect {
		recovery = 0 // so that an environment that is thrown away can be made again with the same names
	}
	b.secret, err = secretsmanager.NewSecret(b.Ctx, b.Child("secret"), &secretsmanager.SecretArgs{
		Name:                 pulumi.String(b.args.Name),
		Description:          pulumi.String(b.args.Description),
		KmsKeyId:             b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
		Policy:               document.ToStringPtrOutput(),
		RecoveryWindowInDays: pulumi.Int(recovery),
		Replicas:             b.args.replicas(),
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return err
	}
	b.Secret.Name, b.ARN = b.secret.Name, b.secret.Arn
	return nil
}

// firstStage keeps the version that Pulumi wrote after a rotation has taken AWSCURRENT from it. Secrets Manager may
// delete a version without a stage (API Reference, PutSecretValue), and the next deployment would then write a first
// value over the rotated one.
const firstStage = "PULUMI"

// write registers the value.
func (b *builder) write() error {
	opts := []pulumi.ResourceOption{b.Parent}
	stages := pulumi.StringArray{pulumi.String("AWSCURRENT")}
	if !b.args.Follow {
		// What follows the settings comes back with the next update; a password or a key never does.
		opts = append(opts, pulumi.IgnoreChanges([]string{"secretString", "versionStages"}), pulumi.Protect(b.args.Protect))
		stages = append(stages, pulumi.String(firstStage))
	}
	if b.args.Of != nil {
		opts = append(opts, pulumi.ReplaceWith([]pulumi.Resource{b.args.Of}))
	}
	value := pulumi.ToSecret(pulumi.JSONMarshal(b.args.Value)).(pulumi.StringOutput)
	version, err := secretsmanager.NewSecretVersion(b.Ctx, b.Child("value"), &secretsmanager.SecretVersionArgs{
		SecretId:      b.secret.ID(),
		SecretString:  value.ToStringPtrOutput(),
		VersionStages: stages,
	}, opts...)
	if err != nil {
		return fmt.Errorf("value: %w", err)
	}
	b.Value = pulumi.ToSecret(written(b.Ctx, version.SecretString.Elem())).(pulumi.StringOutput)
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

// Validate refuses arguments that Secrets Manager would.
func (a SecretArgs) Validate() error {
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

// Inputs returns what the component shows in a plan.
func (a SecretArgs) Inputs() pulumi.Map {
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
