// Package encryption makes the customer-managed KMS keys that everything at rest is encrypted with.
package encryption

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
)

// KeyType is the type token of a Key.
const KeyType = "magento:encryption:Key"

// deletionWindowDays is how long a scheduled deletion can be taken back, the longest that KMS allows
// (AWS KMS API Reference, ScheduleKeyDeletion: 7 to 30 days).
const deletionWindowDays = 30

// KeyArgs configures a Key.
type KeyArgs struct {
	Account     account.Account
	Description string
	Alias       string             // without the prefix "alias/"
	Statements  []policy.Statement // who may use the key, beside what the account's own IAM policies grant
	Protect     bool               // refuse to delete the key: what it has encrypted would be lost with it

	// BreakGlassRole is the ARN of the one role that may disable the key, schedule its deletion or change its policy.
	// Empty leaves that to the account's IAM policies.
	BreakGlassRole string

	// Keep leaves the key behind when its environment is destroyed: for what outlives the environment and can be read with
	// this key alone, such as backups under a lock that nobody can lift.
	Keep bool
}

// Key is a symmetric KMS key with yearly rotation, its alias and its policy.
type Key struct {
	pulumi.ResourceState
	ARN pulumi.StringOutput
	ID  pulumi.StringOutput
}

// NewKey registers a Key.
func NewKey(ctx *pulumi.Context, name string, args KeyArgs, opts ...pulumi.ResourceOption) (*Key, error) {
	k := &Key{}
	return k, component.New(ctx, KeyType, name, args, k, func(s component.Scope) (pulumi.Map, error) {
		err := k.make(s, args)
		return pulumi.Map{"arn": k.ARN, "keyId": k.ID}, err
	}, opts...)
}

// make registers the key and its alias.
func (k *Key) make(s component.Scope, args KeyArgs) error {
	document, err := policy.Document(args.statements()...)
	if err != nil {
		return err
	}
	made := &kms.KeyArgs{
		Description:          pulumi.String(args.Description),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(deletionWindowDays),
		Policy:               document,
	}
	if args.BreakGlassRole != "" {
		// KMS refuses a policy that its own caller could not change again. Here that is the point, and the break-glass role
		// can (API Reference, PutKeyPolicy and CreateKey, BypassPolicyLockoutSafetyCheck).
		made.BypassPolicyLockoutSafetyCheck = pulumi.Bool(true)
	}
	key, err := kms.NewKey(s.Ctx, s.Child("key"), made, s.Parent, pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Keep))
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	k.ARN, k.ID = key.Arn, key.KeyId
	if _, err := kms.NewAlias(s.Ctx, s.Child("alias"), &kms.AliasArgs{
		Name:        pulumi.String("alias/" + args.Alias),
		TargetKeyId: key.KeyId,
	}, s.Parent); err != nil {
		return fmt.Errorf("alias: %w", err)
	}
	return nil
}

// Inputs returns what the component shows in a plan.
func (a KeyArgs) Inputs() pulumi.Map {
	return pulumi.Map{"alias": pulumi.String(a.Alias), "description": pulumi.String(a.Description)}
}

// Validate refuses a key that could not be found by its alias, or that no account administers.
func (a KeyArgs) Validate() error {
	var problems []error
	if a.Alias == "" {
		problems = append(problems, errors.New("alias: required"))
	}
	if a.Description == "" {
		problems = append(problems, errors.New("description: required"))
	}
	if !account.ValidID(a.Account.ID) {
		problems = append(problems, fmt.Errorf("account %q: must be twelve digits", a.Account.ID))
	}
	return errors.Join(problems...)
}

// statements returns the key's policy.
func (a KeyArgs) statements() []policy.Statement {
	statements := append([]policy.Statement{administration(a.Account)}, a.Statements...)
	if a.BreakGlassRole != "" {
		statements = append(statements, hold(a.Account, a.BreakGlassRole))
	}
	return statements
}

// administration hands the key's administration to the account's IAM policies; without it the key could
// become unmanageable (AWS KMS Developer Guide, "Default key policy"). In a key's policy "*" is this key.
func administration(acct account.Account) policy.Statement {
	return policy.Statement{
		Sid:        "AccountAdministration",
		Principals: policy.Principals{AWS: policy.Strings(acct.GlobalARN("iam", "root"))},
		Actions:    []string{"kms:*"},
		Resources:  policy.Strings("*"),
	}
}

// ForLogs lets CloudWatch Logs of the account and region use a key for the log groups whose names begin
// with prefix (CloudWatch Logs User Guide, "Encrypt log data using AWS KMS", step 2).
func ForLogs(acct account.Account, prefix string) policy.Statement {
	return policy.Statement{
		Sid:        "CloudWatchLogs",
		Principals: policy.Principals{Services: []string{"logs." + acct.Region + ".amazonaws.com"}},
		Actions:    []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"},
		Resources:  policy.Strings("*"),
		Conditions: []policy.Condition{{
			Operator: "ArnLike",
			Key:      "kms:EncryptionContext:aws:logs:arn",
			Values:   policy.Strings(acct.ARN("logs", "log-group:"+prefix+"*")),
		}},
	}
}

// ForVolumes lets EC2 use a key for volumes on behalf of whoever may launch instances in the account: the
// service-linked roles of Auto Scaling and Spot among them, which cannot be named before they exist (AWS KMS
// Developer Guide, the key policy of the AWS managed key for Amazon EBS).
func ForVolumes(acct account.Account) policy.Statement {
	return policy.Statement{
		Sid:        "Volumes",
		Principals: policy.Principals{Anyone: true},
		Actions:    []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"},
		Resources:  policy.Strings("*"),
		Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "kms:CallerAccount", Values: policy.Strings(acct.ID)},
			{Operator: "StringEquals", Key: "kms:ViaService", Values: policy.Strings("ec2." + acct.Region + ".amazonaws.com")},
		},
	}
}
