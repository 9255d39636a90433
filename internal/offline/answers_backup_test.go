package offline_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func TestBackupAnswers(t *testing.T) {
	plan := run(t, programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		vault := add(t, ctx, "aws:backup/vault:Vault", "vault", pulumi.Map{"name": pulumi.String("shop")}, aws)
		add(t, ctx, "aws:backup/vaultLockConfiguration:VaultLockConfiguration", "lock", pulumi.Map{"backupVaultName": vault.ID()}, aws)
		add(t, ctx, "aws:backup/plan:Plan", "plan", pulumi.Map{}, aws)
		add(t, ctx, "aws:backup/restoreTestingPlan:RestoreTestingPlan", "restore", pulumi.Map{"name": pulumi.String("shop")}, aws)
		add(t, ctx, "aws:backup/restoreTestingSelection:RestoreTestingSelection", "selection",
			pulumi.Map{"name": pulumi.String("databases"), "restoreTestingPlanName": pulumi.String("shop")}, aws)
		return nil
	}))
	const vaultARN = "arn:aws:backup:eu-central-1:123456789012:backup-vault:shop"
	assert.Equal(t, vaultARN, find(t, plan, "vault").Outputs["arn"])
	assert.Equal(t, vaultARN, find(t, plan, "lock").Outputs["backupVaultArn"])
	assert.Equal(t, "shop", find(t, plan, "lock").ID)
	assert.Equal(t, "arn:aws:backup:eu-central-1:123456789012:backup-plan:"+find(t, plan, "plan").ID, find(t, plan, "plan").Outputs["arn"])
	assert.Regexp(t, `^arn:aws:backup:eu-central-1:123456789012:restore-testing-plan:shop-[0-9a-f-]{36}$`, find(t, plan, "restore").Outputs["arn"])
	assert.Equal(t, "databases:shop", find(t, plan, "selection").ID)
}

func TestGlobalDatabaseTakesAfterItsCluster(t *testing.T) {
	plan := run(t, programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		cluster := add(t, ctx, "aws:rds/cluster:Cluster", "cluster", pulumi.Map{
			"clusterIdentifier": pulumi.String("shop"), "engine": pulumi.String("aurora-mysql"),
			"engineVersion": pulumi.String("8.0.mysql_aurora.3.12.0"), "storageEncrypted": pulumi.Bool(true),
		}, aws)
		add(t, ctx, "aws:rds/globalCluster:GlobalCluster", "global", pulumi.Map{
			"globalClusterIdentifier": pulumi.String("shop-global"), "sourceDbClusterIdentifier": cluster.Arn,
		}, aws)
		add(t, ctx, "aws:rds/eventSubscription:EventSubscription", "events", pulumi.Map{"name": pulumi.String("shop")}, aws)
		return nil
	}))
	global := find(t, plan, "global").Outputs
	assert.Equal(t, "arn:aws:rds::123456789012:global-cluster:shop-global", global["arn"], "it is of no region")
	assert.Equal(t, "8.0.mysql_aurora.3.12.0", global["engineVersion"])
	assert.Equal(t, true, global["storageEncrypted"])
	assert.Equal(t, []any{map[string]any{"dbClusterArn": find(t, plan, "cluster").Outputs["arn"], "isWriter": true}}, global["globalClusterMembers"])
	assert.Equal(t, "arn:aws:rds:eu-central-1:123456789012:es:shop", find(t, plan, "events").Outputs["arn"])
}
