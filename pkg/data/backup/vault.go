// Package backup keeps backups apart from what they are backups of: in a vault that they cannot be deleted from, by a plan,
// with a copy in the standby region, and with restores that are tried out.
//
// "ABDG" is the AWS Backup Developer Guide.
package backup

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/backup/retention"
	"github.com/magestack/magestack/pkg/naming"
)

// VaultType is the type token of a Vault.
const VaultType = "magento:backup:Vault"

// VaultArgs configures a Vault.
type VaultArgs struct {
	Account     account.Account
	Environment naming.Environment
	KeyARN      pulumi.StringInput // of the backups of buckets; a database's keep the database's own key (ABDG, "Encryption for backups")
	Periods     retention.Periods
	Lock        retention.Lock
	Protect     bool // refuse to delete the vault, and never empty it

	// AirGapped makes a second vault, for copies: see Vault.AirGapped.
	AirGapped bool
}

// Vault is where backups are.
type Vault struct {
	pulumi.ResourceState
	Name pulumi.StringOutput
	ARN  pulumi.StringOutput

	// AirGapped is the ARN of a logically air-gapped vault, nil without one. AWS keeps it outside of the account and
	// encrypts it with a key of its own, so that copies in it can be restored when every key and every role here is lost
	// (ABDG, "Logically air-gapped vault").
	AirGapped pulumi.StringInput

	args VaultArgs
	made []pulumi.Resource // the lock and the policy, without which nothing may be put in
}

// VaultARN is the vault of an environment, such as the one of the standby region, before or without asking AWS.
func VaultARN(a account.Account, environment naming.Environment) string {
	return a.ARN("backup", "backup-vault:"+environment.BackupVault())
}

// NewVault registers a Vault.
func NewVault(ctx *pulumi.Context, name string, args VaultArgs, opts ...pulumi.ResourceOption) (*Vault, error) {
	v := &Vault{args: args}
	return v, component.New(ctx, VaultType, name, args, v, func(s component.Scope) (pulumi.Map, error) {
		b := &vaultBuilder{Scope: s, Vault: v}
		err := component.Steps(b.vault, b.lock, b.authorize, b.airGap)
		return pulumi.Map{"name": v.Name, "arn": v.ARN}, err
	}, append(opts, pulumi.Protect(args.Protect))...) // the children inherit it: the policy, too
}

// vaultBuilder makes the children of a Vault, one concern after the other.
type vaultBuilder struct {
	component.Scope
	*Vault
}

// vault registers the vault itself.
func (b *vaultBuilder) vault() error {
	vault, err := backup.NewVault(b.Ctx, b.Child("vault"), &backup.VaultArgs{
		Name:         pulumi.String(b.args.Environment.BackupVault()),
		KmsKeyArn:    b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
		ForceDestroy: pulumi.Bool(!b.args.Protect),
	}, b.Parent, pulumi.Protect(b.args.Protect), b.kept())
	if err != nil {
		return err
	}
	b.Vault.Name, b.ARN = vault.Name, vault.Arn
	return nil
}

// Inputs returns what the component shows in a plan.
func (a VaultArgs) Inputs() pulumi.Map {
	return pulumi.Map{
		"keyArn": a.KeyARN, "lock": pulumi.String(a.Lock),
		"dailyDays": pulumi.Int(a.Periods.Daily), "monthlyDays": pulumi.Int(a.Periods.Monthly),
	}
}

// Validate refuses arguments that AWS Backup would, and a lock that an environment to be deleted could not have.
func (a VaultArgs) Validate() error {
	problems := []error{a.Periods.Validate()}
	refuse := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if err := a.Lock.Validate(); err != nil {
		refuse("lock %w", err)
	}
	if a.Lock == retention.LockCompliance && !a.Protect {
		refuse("lock compliance: is for environments that stay: the vault could never be deleted, and protect is off")
	}
	if a.AirGapped && !a.Protect {
		refuse("airGapped: is for environments that stay: the vault could never be deleted, and protect is off")
	}
	if !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		refuse("account %q in %q: must be twelve digits and a region's name", a.Account.ID, a.Account.Region)
	}
	if err := a.Environment.Validate(); err != nil {
		problems = append(problems, err)
	}
	if a.KeyARN == nil {
		problems = append(problems, errors.New("keyArn: required"))
	}
	return errors.Join(problems...)
}

// lock promises that every backup stays as long as its rule says: it can be neither deleted nor shortened, and none can
// be made that goes earlier or later than the plan's. Without days of grace it is a lock in governance mode.
func (b *vaultBuilder) lock() error {
	args := &backup.VaultLockConfigurationArgs{
		BackupVaultName:  b.Vault.Name,
		MinRetentionDays: pulumi.Int(b.args.Periods.Daily),
		MaxRetentionDays: pulumi.Int(b.args.Periods.Monthly),
	}
	if b.args.Lock == retention.LockCompliance {
		args.ChangeableForDays = pulumi.Int(retention.GraceDays)
	}
	locked, err := backup.NewVaultLockConfiguration(b.Ctx, b.Child("lock"), args, b.Parent, pulumi.Protect(b.args.Protect), b.kept())
	if err != nil {
		return fmt.Errorf("locking: %w", err)
	}
	b.made = append(b.made, locked)
	return nil
}

// authorize refuses every principal what a lock in governance mode could be lifted for: deleting a backup, letting it go
// earlier, or taking it out of the vault. AWS Backup itself still lets them expire. Other accounts have no access to a
// vault that does not grant it (ABDG, "Vault access policies").
//
// Changing this policy is not refused, though AWS Config's backup-recovery-point-manual-deletion-disabled asks for it:
// only the root user could ever change or delete the environment then. CloudTrail records who does it.
func (b *vaultBuilder) authorize() error {
	document, err := policy.Document(policy.Statement{
		Sid:        "NobodyDeletesBackups",
		Effect:     policy.Deny,
		Principals: policy.Principals{Anyone: true},
		Actions: []string{
			"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:DisassociateRecoveryPoint",
		},
		Resources: policy.Strings("*"), // in a vault's policy, its backups
	})
	if err != nil {
		return err
	}
	attached, err := backup.NewVaultPolicy(b.Ctx, b.Child("policy"), &backup.VaultPolicyArgs{
		BackupVaultName: b.Vault.Name, Policy: document,
	}, b.Parent, b.kept())
	if err != nil {
		return fmt.Errorf("attaching the policy: %w", err)
	}
	b.made = append(b.made, attached)
	return nil
}
