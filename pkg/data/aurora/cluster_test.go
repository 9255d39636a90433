package aurora_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

func TestEveryResourceBelongsToTheComponent(t *testing.T) {
	g := deployed(t, large())
	for _, r := range g.resources {
		if !r.Custom || r.IsProvider() {
			continue
		}
		assert.True(t, strings.HasPrefix(r.Name, "database-"), r.Name)
		assert.Contains(t, r.Parent, aurora.ClusterType, "%s is outside the component", r.Name)
		assert.Contains(t, r.Provider, "::aws", "%s has no explicit provider", r.Name)
	}
}

func TestTheClusterIsClosedEncryptedAndRecoverable(t *testing.T) {
	for _, args := range []aurora.ClusterArgs{arguments(), large()} {
		g := deployed(t, args)
		cluster := g.one(typeCluster)
		for input, want := range map[string]any{
			"clusterIdentifier": "magento-" + string(args.Environment), "engine": "aurora-mysql", "engineMode": "provisioned",
			"storageEncrypted": true, "kmsKeyId": key, "copyTagsToSnapshot": true, "deletionProtection": args.Protect,
			"backupRetentionPeriod": 35.0, "iamDatabaseAuthenticationEnabled": true, "allowMajorVersionUpgrade": false,
			"applyImmediately": false, "masterUsername": "magento_admin", "databaseName": "magento",
			"masterPassword":          plan.Secret,
			"finalSnapshotIdentifier": "magento-" + string(args.Environment) + "-final-offline0offl", // not the key's: a second replacement leaves another
			"engineLifecycleSupport":  "open-source-rds-extended-support-disabled",
			"serverlessv2ScalingConfiguration": map[string]any{
				"minCapacity": float64(args.Capacity.Min), "maxCapacity": float64(args.Capacity.Max),
			},
			"enabledCloudwatchLogsExports": []any{"audit", "error", "slowquery"},
		} {
			assert.Equal(t, want, cluster.Inputs[input], input)
		}
		assert.NotContains(t, cluster.Inputs, "manageMasterUserPassword", "cannot be had with a Global Database")
		assert.NotContains(t, cluster.Inputs, "skipFinalSnapshot")
		assert.NotContains(t, cluster.Inputs, "backtrackWindow")
		assert.Equal(t, args.Protect, cluster.Protect)
		for _, export := range []string{"audit", "error", "slowquery"} {
			group := g.named("database-" + export + "-log")
			assert.Equal(t, key, group.Inputs["kmsKeyId"])
			assert.Contains(t, cluster.Dependencies, group.URN, "Aurora would make the log group itself")
		}
	}
}

func TestStorage(t *testing.T) {
	assert.NotContains(t, deployed(t, arguments()).one(typeCluster).Inputs, "storageType", "AWS never gives it back")
	assert.Equal(t, "aurora-iopt1", deployed(t, large()).one(typeCluster).Inputs["storageType"])
}

func TestInsights(t *testing.T) {
	for insights, want := range map[topology.Insights]map[string]any{
		topology.InsightsOff: {"databaseInsightsMode": "standard", "performanceInsightsEnabled": false,
			"performanceInsightsKmsKeyId": nil, "performanceInsightsRetentionPeriod": nil},
		topology.InsightsStandard: {"databaseInsightsMode": "standard", "performanceInsightsEnabled": true,
			"performanceInsightsKmsKeyId": key, "performanceInsightsRetentionPeriod": 7.0},
		topology.InsightsAdvanced: {"databaseInsightsMode": "advanced", "performanceInsightsEnabled": true,
			"performanceInsightsKmsKeyId": key, "performanceInsightsRetentionPeriod": 465.0},
	} {
		args := arguments()
		args.Insights = insights
		cluster := deployed(t, args).one(typeCluster)
		for input, value := range want {
			assert.Equal(t, value, cluster.Inputs[input], "%s: %s", insights, input)
		}
	}
}

func TestInstances(t *testing.T) {
	g := deployed(t, large())
	writer, role := g.named("database-writer"), g.named("database-monitoring-role")
	for i, name := range []string{"database-writer", "database-reader-1", "database-reader-2"} {
		instance := g.named(name)
		for input, want := range map[string]any{
			"identifier":    []string{"magento-production-1", "magento-production-2", "magento-production-3"}[i],
			"instanceClass": "db.serverless", "publiclyAccessible": false, "promotionTier": float64(i),
			"availabilityZone":   []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"}[i],
			"copyTagsToSnapshot": true, "monitoringInterval": 60.0,
			"monitoringRoleArn": role.Outputs["arn"], "autoMinorVersionUpgrade": false, "applyImmediately": false,
		} {
			assert.Equal(t, want, instance.Inputs[input], "%s: %s", name, input)
		}
		assert.True(t, instance.Protect)
		assert.Contains(t, instance.Dependencies, g.named("database-monitoring-permissions").URN)
		if i > 0 {
			assert.Contains(t, instance.Dependencies, writer.URN, "whichever instance is first becomes the writer")
		}
	}
	assert.Len(t, g.all(typeInstance), 3)
}

func TestMonitoringIsForThisClusterAlone(t *testing.T) {
	trust := deployed(t, arguments()).named("database-monitoring-role").Inputs["assumeRolePolicy"].(string)
	statements, err := policy.Parse(trust)
	require.NoError(t, err)
	require.Len(t, statements, 1)
	assert.Equal(t, map[string][]string{"Service": {"monitoring.rds.amazonaws.com"}}, statements[0].Principal)
	assert.Equal(t, map[string]map[string][]string{
		"StringEquals": {"aws:SourceAccount": {"123456789012"}},
		"ArnLike":      {"aws:SourceArn": {"arn:aws:rds:eu-central-1:123456789012:db:magento-staging-*"}},
	}, statements[0].Condition)
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	args := aurora.ClusterArgs{
		Account: acct, Environment: "Staging-", EngineVersion: "8.0.mysql_aurora.2.11.0",
		Capacity: capacity.Range{Min: 0.25, Max: 0.5}, ReadSplit: topology.ReadSplitSlaveConnection,
		Instances: topology.Instances{Zones: []string{"eu-central-1a"}}, Storage: "ssd", Role: "third",
		BackupRetentionDays: 36, SubnetIDs: []string{"subnet-1"},
	}
	environment, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := aurora.NewCluster(ctx, "database", args, aws)
		return err
	})
	require.Nil(t, environment)
	for _, want := range []string{
		`environment "Staging-": allowed are`,
		`engine version "8.0.mysql_aurora.2.11.0" is not Aurora MySQL 3`,
		"capacity 0.25 ACU is out of range",
		"maximum 0.5 ACU is too small",
		"readers: 0 given, 1 to 15 are allowed",
		"zones: 1 given, at least 2",
		`storage "ssd": must be standard or io-optimized`,
		`insights "": must be off, standard or advanced`,
		`role "third": must be alone, primary or secondary`,
		"backup retention of 36 days: must be 7 to 35",
		"subnetIds: 1 given, at least 2",
		"securityGroupId and keyArn: required",
		"secretsKeyArn: required",
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestFeaturesNeedTheirMinimum(t *testing.T) {
	args := large()
	args.Capacity.Min = 1.5
	_, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := aurora.NewCluster(ctx, "database", args, aws)
		return err
	})
	assert.ErrorContains(t, err, "minimum 1.5 ACU is too small for Performance Insights: allowed are 2 ACU and more")
	assert.ErrorContains(t, err, "minimum 1.5 ACU is too small for a Global Database: allowed are 8 ACU and more")
}
