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

// airGappedName returns the name of an environment's second vault.
func airGappedName(environment naming.Environment) string {
	return environment.BackupVault() + airGappedSuffix
}

// airGap makes the second vault. Its lock is in compliance mode from the first day, and comes with it. It stays when the
// environment goes, since it cannot be deleted before its last backup has expired.
func (b *vaultBuilder) airGap() error {
	if !b.args.AirGapped {
		return nil
	}
	vault, err := backup.NewLogicallyAirGappedVault(b.Ctx, b.Child("airgap"), &backup.LogicallyAirGappedVaultArgs{
		Name:             pulumi.String(airGappedName(b.args.Environment)),
		MinRetentionDays: pulumi.Int(b.args.Periods.Daily),
		MaxRetentionDays: pulumi.Int(b.args.Periods.Monthly),
	}, b.Parent, pulumi.Protect(b.args.Protect), pulumi.RetainOnDelete(true))
	if err != nil {
		return fmt.Errorf("air-gapped vault: %w", err)
	}
	b.Vault.AirGapped = vault.Arn
	return nil
}

// kept leaves the vault behind, with its lock and its policy, where the lock cannot be lifted: a destroy would
// stop at it for as long as its last backup lives, and everything below would have to wait.
func (b *vaultBuilder) kept() pulumi.ResourceOption {
	return pulumi.RetainOnDelete(b.args.Lock == retention.LockCompliance)
}
