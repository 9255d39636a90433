package backup_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/backup"
	"github.com/magestack/magestack/pkg/data/backup/retention"
	"github.com/magestack/magestack/pkg/layer"
)

const (
	key      = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
	database = "arn:aws:rds:eu-central-1:123456789012:cluster:magento-production"
	media    = "arn:aws:s3:::media"
)

var (
	acct    = offlinetest.Account()
	standby = backup.VaultARN(acct.InRegion("eu-west-1"), "production-dr")
)

func vault() backup.VaultArgs {
	return backup.VaultArgs{
		Account: acct, Environment: "production", KeyARN: pulumi.String(key), Periods: retention.Periods{Daily: 35, Monthly: 365},
		Lock: retention.LockGovernance, Protect: true,
	}
}

// planOf is everything that a plan can have.
func planOf() backup.PlanArgs {
	return backup.PlanArgs{
		Databases: []pulumi.StringInput{pulumi.String(database)},
		Buckets:   []pulumi.StringInput{pulumi.String(media)},
		CopyTo:    pulumi.String(standby),
		Restore:   &backup.Restore{SubnetGroup: pulumi.String("database-subnets"), SecurityGroupID: "sg-1"},
	}
}

func run(vault backup.VaultArgs, args backup.PlanArgs) (map[string]plan.Resource, error) {
	recorded, err := offlinetest.Run(layer.Data{}.Layer(), func(ctx *pulumi.Context, aws pulumi.ResourceOption) (err error) {
		if args.Vault, err = backup.NewVault(ctx, "backups", vault, aws); err != nil {
			return err
		}
		_, err = backup.NewPlan(ctx, "schedule", args, aws)
		return err
	})
	if err != nil {
		return nil, err
	}
	return offlinetest.ByName(recorded), nil
}

func deployed(t *testing.T, vault backup.VaultArgs, args backup.PlanArgs) map[string]plan.Resource {
	t.Helper()
	made, err := run(vault, args)
	require.NoError(t, err)
	return made
}

func TestVault(t *testing.T) {
	made := deployed(t, vault(), planOf())
	assert.Equal(t, "magento-production", made["backups-vault"].Inputs["name"])
	assert.Equal(t, key, made["backups-vault"].Inputs["kmsKeyArn"])
	assert.Equal(t, false, made["backups-vault"].Inputs["forceDestroy"])
	assert.True(t, made["backups-vault"].Protect)
	assert.Equal(t, backup.VaultARN(acct, "production"), made["backups-vault"].Outputs["arn"], "another region would copy elsewhere")

	lock := made["backups-lock"]
	assert.Equal(t, map[string]any{"backupVaultName": "magento-production", "minRetentionDays": 35.0, "maxRetentionDays": 365.0}, lock.Inputs)
	assert.Equal(t, made["backups-vault"].Outputs["arn"], lock.Outputs["backupVaultArn"])
	assert.True(t, lock.Protect)

	var document struct{ Statement []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(made["backups-policy"].Inputs["policy"].(string)), &document))
	assert.Equal(t, []map[string]any{{
		"Sid": "NobodyDeletesBackups", "Effect": "Deny", "Principal": "*", "Resource": "*",
		"Action": []any{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:DisassociateRecoveryPoint"},
	}}, document.Statement)
}

func TestComplianceIsAskedFor(t *testing.T) {
	args := vault()
	args.Lock = retention.LockCompliance
	assert.Equal(t, 3.0, deployed(t, args, planOf())["backups-lock"].Inputs["changeableForDays"])
	for _, part := range []string{"backups-vault", "backups-lock", "backups-policy"} {
		assert.True(t, deployed(t, args, planOf())[part].RetainOnDelete, "a destroy would wait for its last backup at %s", part)
		assert.False(t, deployed(t, vault(), planOf())[part].RetainOnDelete, part)
	}
	args.Protect = false
	_, err := run(args, planOf())
	assert.ErrorContains(t, err, "lock compliance: is for environments that stay")
}

// A backup of the database is under the database's key, whatever the vault promises: a second vault is under AWS's.
func TestBackupsAreCopiedToAnAirGappedVault(t *testing.T) {
	args := vault()
	args.AirGapped = true
	made := deployed(t, args, planOf())
	airgap := made["backups-airgap"]
	assert.Equal(t, map[string]any{"name": "magento-production-airgap", "minRetentionDays": 35.0, "maxRetentionDays": 365.0}, airgap.Inputs)
	assert.True(t, airgap.Protect && airgap.RetainOnDelete, "it cannot be deleted before its last backup has expired")
	days := map[string]float64{"daily": 35, "monthly": 365}
	for _, item := range made["schedule-plan"].Inputs["rules"].([]any) {
		rule := item.(map[string]any)
		lifecycle := map[string]any{"deleteAfter": days[rule["ruleName"].(string)]}
		assert.Equal(t, []any{
			map[string]any{"destinationVaultArn": standby, "lifecycle": lifecycle},
			map[string]any{"destinationVaultArn": airgap.Outputs["arn"], "lifecycle": lifecycle},
		}, rule["copyActions"])
	}
	args.Protect = false
	_, err := run(args, planOf())
	assert.ErrorContains(t, err, "airGapped: is for environments that stay")
	assert.NotContains(t, deployed(t, vault(), planOf()), "backups-airgap")
}

func TestThrowAwayVaultCanBeDeleted(t *testing.T) {
	args := vault()
	args.Protect = false
	made := deployed(t, args, planOf())
	assert.Equal(t, true, made["backups-vault"].Inputs["forceDestroy"])
	for _, part := range []string{"backups-lock", "backups-policy"} {
		assert.False(t, made[part].Protect)
		assert.Contains(t, made[part].Dependencies, made["backups-vault"].URN, "it would outlive the vault that it closes")
	}
}

func TestPlan(t *testing.T) {
	made := deployed(t, vault(), planOf())
	days := map[string]float64{"daily": 35, "monthly": 365}
	schedules := map[string]string{"daily": "cron(0 6 * * ? *)", "monthly": "cron(0 6 1 * ? *)"}
	rules := made["schedule-plan"].Inputs["rules"].([]any)
	require.Len(t, rules, 2)
	for _, item := range rules {
		rule := item.(map[string]any)
		name := rule["ruleName"].(string)
		assert.Equal(t, map[string]any{
			"ruleName": name, "targetVaultName": "magento-production", "schedule": schedules[name],
			"startWindow": 60.0, "completionWindow": 1440.0, "lifecycle": map[string]any{"deleteAfter": days[name]},
			"copyActions": []any{map[string]any{"destinationVaultArn": standby, "lifecycle": map[string]any{"deleteAfter": days[name]}}},
		}, rule, "continuous backups would take Aurora's own retention over")
	}
	for _, part := range []string{"backups-lock", "backups-policy"} {
		assert.Contains(t, made["schedule-plan"].Dependencies, made[part].URN, "backups would be made before they are safe")
	}
	selection := made["schedule-selection"]
	assert.Equal(t, []any{database, media}, selection.Inputs["resources"])
	assert.Equal(t, made["schedule-plan"].ID, selection.Inputs["planId"])
	assert.Equal(t, made["schedule-role"].Outputs["arn"], selection.Inputs["iamRoleArn"])
}

func TestRole(t *testing.T) {
	made := deployed(t, vault(), planOf())
	trust := made["schedule-role"].Inputs["assumeRolePolicy"]
	assert.Contains(t, trust, `"Service":"backup.amazonaws.com"`)
	assert.Contains(t, trust, `"aws:SourceAccount":"123456789012"`)
	for name, policy := range map[string]string{
		"backup": "service-role/AWSBackupServiceRolePolicyForBackup", "restore": "service-role/AWSBackupServiceRolePolicyForRestores",
		"s3-backup": "AWSBackupServiceRolePolicyForS3Backup", "s3-restore": "AWSBackupServiceRolePolicyForS3Restore",
	} {
		attachment := made["schedule-may-"+name]
		assert.Equal(t, "arn:aws:iam::aws:policy/"+policy, attachment.Inputs["policyArn"])
		assert.Contains(t, made["schedule-selection"].Dependencies, attachment.URN)
		assert.Contains(t, made["schedule-restore-selection"].Dependencies, attachment.URN)
	}
}

func TestRestoresAreTested(t *testing.T) {
	made := deployed(t, vault(), planOf())
	tested := made["schedule-restore-plan"]
	assert.Equal(t, "magento_production", tested.Inputs["name"], "hyphens are refused")
	assert.Equal(t, map[string]any{
		"algorithm": "LATEST_WITHIN_WINDOW", "includeVaults": []any{made["backups-vault"].Outputs["arn"]},
		"recoveryPointTypes": []any{"SNAPSHOT"}, "selectionWindowDays": 7.0,
	}, tested.Inputs["recoveryPointSelection"])
	selection := made["schedule-restore-selection"]
	assert.Equal(t, "magento_production", selection.Inputs["restoreTestingPlanName"])
	assert.Equal(t, "Aurora", selection.Inputs["protectedResourceType"])
	assert.Equal(t, []any{"*"}, selection.Inputs["protectedResourceArns"])
	assert.Equal(t, map[string]any{"dbSubnetGroupName": "database-subnets", "vpcSecurityGroupIds": `["sg-1"]`},
		selection.Inputs["restoreMetadataOverrides"], "there is no default VPC to restore into")
}

func TestNamesOfTheLongestEnvironmentAreAccepted(t *testing.T) {
	// format is what AWS Backup takes for restore testing plans (API Reference, CreateRestoreTestingPlan).
	format := regexp.MustCompile(`^[A-Za-z0-9_]{1,50}$`)
	args := vault()
	args.Environment, args.AirGapped = "long-environment-20x", true
	made := deployed(t, args, planOf())
	assert.Regexp(t, format, made["schedule-restore-plan"].Inputs["name"])
	assert.Regexp(t, format, made["schedule-restore-selection"].Inputs["name"])
	assert.LessOrEqual(t, len(made["backups-airgap"].Inputs["name"].(string)), 50)
}

func TestWhatIsNotAskedForIsNotMade(t *testing.T) {
	args := planOf()
	args.CopyTo, args.Restore = nil, nil
	made := deployed(t, vault(), args)
	assert.NotContains(t, made, "schedule-restore-plan")
	for _, rule := range made["schedule-plan"].Inputs["rules"].([]any) {
		assert.NotContains(t, rule, "copyActions")
	}
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := run(backup.VaultArgs{Environment: "Production", Periods: retention.Periods{Daily: 5, Monthly: 365}}, planOf())
	for _, want := range []string{
		"daily backups kept for 5 days: must be 7 to 3653", `lock "": must be governance or compliance`, `account "" in ""`,
		`environment "Production": allowed are`, "keyArn: required",
	} {
		assert.ErrorContains(t, err, want)
	}
	_, err = run(vault(), backup.PlanArgs{Restore: &backup.Restore{}})
	for _, want := range []string{
		"databases and buckets: 0 given", "subnetGroup and securityGroupId: required", "there are no databases to restore",
	} {
		assert.ErrorContains(t, err, want)
	}
}
