package aurora

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/secrets"
)

// What Aurora and Magento call the same thing in every environment.
const (
	engine = "aurora-mysql"

	// adminUser is not one of the names that every attacker tries first (Foundational Security Best
	// Practices, RDS.24).
	adminUser = "magento_admin"

	databaseName = "magento"

	// lifecycleSupport keeps a cluster out of RDS Extended Support, whose price is for each ACU and hour and grows after two
	// years. What it means: when the major version leaves standard support, RDS upgrades the cluster by itself, so that an
	// upgrade of one's own must come before (AUG, "Amazon RDS Extended Support with Amazon Aurora"). A Global Database of
	// MySQL has no setting of its own: that of CreateGlobalCluster is for PostgreSQL alone (API, CreateGlobalCluster).
	lifecycleSupport = "open-source-rds-extended-support-disabled"

	// backupWindow is in UTC, and ends before the first maintenance window begins. The cluster's own window, for the
	// engine, is on a day on which no instance has one.
	backupWindow      = "01:00-02:00"
	maintenanceWindow = "mon:02:30-mon:03:30"
)

// cluster makes the cluster. Backtracking stays off, which control RDS.14 asks for: it cannot be had together with a
// Global Database, and is decided when a cluster is made (AUG, "Backtracking an Aurora DB cluster").
func (b *builder) cluster() (err error) {
	a := b.args
	args := &rds.ClusterArgs{
		ClusterIdentifier: pulumi.String(a.identifier()),
		Engine:            pulumi.String(engine),
		EngineMode:        pulumi.String("provisioned"), // the mode of Serverless v2; "serverless" is v1
		EngineVersion:     pulumi.String(a.EngineVersion),
		// RDS takes it when a cluster is made or restored, and never changes it: see settled.
		EngineLifecycleSupport: pulumi.String(lifecycleSupport),
		Serverlessv2ScalingConfiguration: rds.ClusterServerlessv2ScalingConfigurationArgs{
			MinCapacity: pulumi.Float64(a.Capacity.Min),
			MaxCapacity: pulumi.Float64(a.Capacity.Max),
		},

		// MySQL's own port: another one (RDS.23) would hide nothing from who is inside the VPC, and nobody else
		// reaches it.
		Port:                        pulumi.Int(proxysql.DefaultPort),
		DbSubnetGroupName:           b.subnets.Name,
		VpcSecurityGroupIds:         pulumi.StringArray{pulumi.String(a.SecurityGroupID)},
		DbClusterParameterGroupName: b.clusterParameters.Name,
		StorageEncrypted:            pulumi.Bool(true),
		KmsKeyId:                    a.KeyARN.ToStringOutput().ToStringPtrOutput(),

		// For people, whose tokens end with their session (RDS.12). It lets nobody in before a user is made for it.
		// The store keeps its passwords: a token for every connection of PHP would be more than IAM answers
		// (AUG, "IAM database authentication": 200 connections a second).
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),

		BackupRetentionPeriod:        pulumi.Int(a.BackupRetentionDays),
		PreferredBackupWindow:        pulumi.String(backupWindow),
		PreferredMaintenanceWindow:   pulumi.String(maintenanceWindow),
		CopyTagsToSnapshot:           pulumi.Bool(true),
		DeletionProtection:           pulumi.Bool(a.Protect),
		FinalSnapshotIdentifier:      pulumi.Sprintf("%s-final-%s", a.identifier(), secrets.NewToken(b.Ctx, b.Parent)),
		EnabledCloudwatchLogsExports: pulumi.ToStringArray(logExports),

		// What restarts an instance waits for its window; a new major version for a decision of its own.
		ApplyImmediately:         pulumi.Bool(false),
		AllowMajorVersionUpgrade: pulumi.Bool(false),
	}
	if storage := a.Storage.Type(); storage != "" {
		args.StorageType = pulumi.String(storage)
	}
	b.insights(args)
	b.origin(args)
	b.database, err = rds.NewCluster(b.Ctx, b.Child("cluster"), args, b.Parent, pulumi.Protect(a.Protect),
		pulumi.DependsOn(b.logs), pulumi.IgnoreChanges(b.settled()))
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}

// insights turns the watching on for all instances at once: those of one cluster cannot differ.
func (b *builder) insights(args *rds.ClusterArgs) {
	args.DatabaseInsightsMode = pulumi.String(b.args.Insights.Mode())
	args.PerformanceInsightsEnabled = pulumi.Bool(b.args.Insights.Enabled())
	if b.args.Insights.Enabled() {
		args.PerformanceInsightsKmsKeyId = b.args.KeyARN.ToStringOutput().ToStringPtrOutput()
		args.PerformanceInsightsRetentionPeriod = pulumi.Int(b.args.Insights.RetentionDays())
	}
}

// origin says where the data come from: a new database with an administrator of its own, or the primary of a Global
// Database, which brings both along. AWS's managed password is out of the question, since it cannot be had together
// with a Global Database (AUG, "Password management with Amazon Aurora and AWS Secrets Manager").
func (b *builder) origin(args *rds.ClusterArgs) {
	if b.args.Role != topology.RoleSecondary {
		args.DatabaseName = pulumi.String(databaseName)
		args.MasterUsername = pulumi.String(adminUser)
		args.MasterPassword = secrets.NewPassword(b.Ctx, b.Parent).ToStringPtrOutput()
		return
	}
	args.GlobalClusterIdentifier = pulumi.String(b.args.GlobalCluster)
	args.SourceRegion = pulumi.String(b.args.PrimaryRegion)
	// Writes go to the primary's region by its own endpoint. Forwarding them would take every write of a checkout
	// across regions, and sessions that do not ask for it do not get it (AUG, "Using write forwarding").
	args.EnableGlobalWriteForwarding = pulumi.Bool(false)
}

// settled are the inputs that hold when the cluster is made and are AWS's from then on.
func (b *builder) settled() []string {
	settled := []string{
		"masterPassword", // rotation changes it, and a new one is drawn at every run
		// Drawn as well, so that the snapshot of a second replacement does not meet that of the first. A secondary leaves
		// one, too: it is taken out of the Global Database first.
		"finalSnapshotIdentifier",
		// A cluster that began with extended support keeps it until it is restored (API, ModifyDBCluster, which has no such
		// parameter): every update would try in vain.
		"engineLifecycleSupport",
		// These cannot be changed but by making another cluster. A secondary that was promoted has them already.
		"masterUsername", "databaseName",
		// AWS fills it in for a secondary, and a value of ours would detach it (SDK, ReplicationSourceIdentifier).
		"replicationSourceIdentifier",
	}
	if b.args.Role != topology.RoleSecondary {
		// The Global Database takes the cluster in: see global.
		settled = append(settled, "globalClusterIdentifier")
	}
	return settled
}
