// Package secrets keeps an environment's credentials in AWS Secrets Manager, under one naming scheme. Other
// layers and the cluster know a secret by its name; its value is in no output, plan or log.
package secrets

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/account"
	"github.com/magestack/magestack/pkg/policy"
)

// SecretType is the type token of a Secret.
const SecretType = "magento:secrets:Secret"

// recoveryWindowDays is how long a deleted secret can be brought back, the longest that Secrets Manager
// allows (API Reference, DeleteSecret: 7 to 30 days, or none).
const recoveryWindowDays = 30

// Name is the name of an environment's secret, such as magento/staging/database/admin.
func Name(environment, what string) string { return "magento/" + environment + "/" + what }

// SecretArgs configures a Secret.
type SecretArgs struct {
	Account     account.Account
	Name        string // made by Name
	Description string
	KeyARN      pulumi.StringInput
	Value       pulumi.MapInput // the fields of the secret; the first value only, since rotation changes it later
	Protect     bool            // keep the secret recoverable for 30 days, and refuse to delete it
}

// Secret is a secret with its first value.
type Secret struct {
	pulumi.ResourceState
	Name pulumi.StringOutput
	ARN  pulumi.StringOutput
}

// NewSecret registers a Secret.
func NewSecret(ctx *pulumi.Context, name string, args SecretArgs, opts ...pulumi.ResourceOption) (*Secret, error) {
	if args.KeyARN == nil || args.Value == nil || args.Name == "" {
		return nil, fmt.Errorf("secret %q: %w", name, errors.New("name, keyArn and value: required"))
	}
	s := &Secret{}
	if err := ctx.RegisterComponentResourceV2(SecretType, name, pulumi.Map{"name": pulumi.String(args.Name)}, s, opts...); err != nil {
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
	}, pulumi.Parent(s), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	value := pulumi.ToSecret(pulumi.JSONMarshal(args.Value)).(pulumi.StringOutput)
	if _, err := secretsmanager.NewSecretVersion(ctx, name+"-value", &secretsmanager.SecretVersionArgs{
		SecretId:     secret.ID(),
		SecretString: value.ToStringPtrOutput(),
	}, pulumi.Parent(s), pulumi.IgnoreChanges([]string{"secretString"})); err != nil {
		return nil, fmt.Errorf("first value of secret %q: %w", name, err)
	}
	s.Name, s.ARN = secret.Name, secret.Arn
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{"name": s.Name, "arn": s.ARN})
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
