package backup

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/backup/retention"
	"github.com/magestack/magestack/pkg/naming"
)

// airGappedSuffix ends the name of the second vault. Names have 50 characters at most (ABDG, CreateBackupVault), of which
// an environment takes up to 40.
const airGappedSuffix = "-airgap"

// AirGappedName is the name of an environment's second vault.
func AirGappedName(environment naming.Environment) string {
	return environment.BackupVault() + airGappedSuffix
}

// airGap makes the second vault. Its lock is in compliance mode from the first day, and comes with it. It stays when the
// environment goes, since it cannot be deleted before its last backup has expired.
func (v *Vault) airGap(ctx *pulumi.Context) error {
	if !v.args.AirGapped {
		return nil
	}
	vault, err := backup.NewLogicallyAirGappedVault(ctx, v.name+"-airgap", &backup.LogicallyAirGappedVaultArgs{
		Name:             pulumi.String(AirGappedName(v.args.Environment)),
		MinRetentionDays: pulumi.Int(v.args.Periods.Daily),
		MaxRetentionDays: pulumi.Int(v.args.Periods.Monthly),
	}, pulumi.Parent(v), pulumi.Protect(v.args.Protect), pulumi.RetainOnDelete(true))
	if err != nil {
		return fmt.Errorf("air-gapped vault: %w", err)
	}
	v.AirGapped = vault.Arn
	return nil
}

// kept leaves the vault behind, with its lock and its policy, where the lock is one that nobody can lift: a destroy would
// stop at it for as long as its last backup lives, and everything below would have to wait.
func (v *Vault) kept() pulumi.ResourceOption {
	return pulumi.RetainOnDelete(v.args.Lock == retention.LockCompliance)
}
