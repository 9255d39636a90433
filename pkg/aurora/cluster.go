// Package aurora makes the database: an Aurora MySQL cluster of Serverless v2 instances whose number of
// connections never depends on how far it is scaled down.
package aurora

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/account"
	"github.com/magestack/magestack/pkg/aurora/capacity"
	"github.com/magestack/magestack/pkg/secrets"
)

// ClusterType is the type token of a Cluster.
const ClusterType = "magento:aurora:Cluster"

// What Aurora and Magento call the same thing in every environment.
const (
	engine = "aurora-mysql"

	// adminUser is not one of the names that every attacker tries first (Foundational Security Best
	// Practices, RDS.24).
	adminUser = "magento_admin"

	databaseName  = "magento"
	instanceClass = "db.serverless"

	// port is MySQL's. Another one (RDS.23) would hide nothing from who is inside the VPC, and nobody else
	// reaches it.
	port = 3306

	// backupWindow is in UTC, and ends before the maintenance window begins.
	backupWindow      = "01:00-02:00"
	maintenanceWindow = "tue:02:30-tue:03:30"
)

// logExports are the logs that the cluster sends to CloudWatch Logs.
var logExports = []string{"audit", "error", "slowquery"}

// ClusterArgs configures a Cluster.
type ClusterArgs struct {
	Account       account.Account
	Environment   string
	EngineVersion capacity.EngineVersion
	Capacity      capacity.Range

	BackupRetentionDays int
	LogRetentionDays    int
	Protect             bool // refuse to delete the cluster

	SubnetIDs       []string // in two zones at least
	SecurityGroupID string
	KeyARN          pulumi.StringInput // of the database, its logs and its backups
	SecretsKeyARN   pulumi.StringInput // of the administrator's credential
}

// Cluster is an Aurora MySQL cluster.
type Cluster struct {
	pulumi.ResourceState
	Identifier     pulumi.StringOutput
	ARN            pulumi.StringOutput
	Endpoint       pulumi.StringOutput // of the writer
	ReaderEndpoint pulumi.StringOutput
	Instances      pulumi.StringArrayOutput // identifiers
	AdminSecret    pulumi.StringOutput      // name in Secrets Manager
}

// NewCluster registers a Cluster.
func NewCluster(ctx *pulumi.Context, name string, args ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("database %q: %w", name, err)
	}
	c := &Cluster{}
	if err := ctx.RegisterComponentResourceV2(ClusterType, name, args.inputs(), c, opts...); err != nil {
		return nil, fmt.Errorf("database %q: %w", name, err)
	}
	b := &builder{ctx: ctx, name: name, args: args, parent: pulumi.Parent(c)}
	for _, step := range []func() error{b.subnetGroup, b.parameters, b.logGroups, b.cluster, b.writer, b.adminSecret} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("database %q: %w", name, err)
		}
	}
	c.Identifier, c.ARN = b.database.ClusterIdentifier, b.database.Arn
	c.Endpoint, c.ReaderEndpoint = b.database.Endpoint, b.database.ReaderEndpoint
	c.Instances = pulumi.StringArray{b.instance.Identifier}.ToStringArrayOutput()
	c.AdminSecret = b.admin.Name
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"identifier": c.Identifier, "arn": c.ARN, "endpoint": c.Endpoint, "readerEndpoint": c.ReaderEndpoint,
		"instances": c.Instances, "adminSecret": c.AdminSecret,
	})
}

func (a ClusterArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"engineVersion": pulumi.String(a.EngineVersion),
		"minCapacity":   pulumi.Float64(a.Capacity.Min),
		"maxCapacity":   pulumi.Float64(a.Capacity.Max),
	}
}

func (a ClusterArgs) validate() error {
	problems := []error{a.Capacity.Validate()}
	if len(a.SubnetIDs) < 2 {
		problems = append(problems, fmt.Errorf("subnetIds: %d given, at least 2 in different zones are required", len(a.SubnetIDs)))
	}
	if a.KeyARN == nil || a.SecretsKeyARN == nil {
		problems = append(problems, errors.New("keyArn and secretsKeyArn: required"))
	}
	if a.Environment == "" || a.SecurityGroupID == "" {
		problems = append(problems, errors.New("environment and securityGroupId: required"))
	}
	return errors.Join(problems...)
}

// identifier is the cluster's name in RDS, which its logs and its instances are named after.
func (a ClusterArgs) identifier() string { return "magento-" + a.Environment }

// builder makes the children of a Cluster, one concern after the other.
type builder struct {
	ctx    *pulumi.Context
	name   string
	args   ClusterArgs
	parent pulumi.ResourceOrInvokeOption

	subnets            *rds.SubnetGroup
	clusterParameters  *rds.ClusterParameterGroup
	instanceParameters *rds.ParameterGroup
	logs               []pulumi.Resource
	database           *rds.Cluster
	instance           *rds.ClusterInstance
	admin              *secrets.Secret
}

func (b *builder) subnetGroup() (err error) {
	b.subnets, err = rds.NewSubnetGroup(b.ctx, b.name+"-subnets", &rds.SubnetGroupArgs{
		SubnetIds:   pulumi.ToStringArray(b.args.SubnetIDs),
		Description: pulumi.String("Data subnets of " + b.args.Environment),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("subnet group: %w", err)
	}
	return nil
}

// logGroups makes the log groups before Aurora would, which keeps logs for ever and without a key of ours.
func (b *builder) logGroups() error {
	for _, export := range logExports {
		group, err := cloudwatch.NewLogGroup(b.ctx, b.name+"-"+export+"-log", &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(LogGroupPrefix + b.args.identifier() + "/" + export),
			KmsKeyId:        b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
			RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		}, b.parent)
		if err != nil {
			return fmt.Errorf("log group for %s: %w", export, err)
		}
		b.logs = append(b.logs, group)
	}
	return nil
}

// LogGroupPrefix begins the names of the log groups that RDS writes clusters' logs to.
const LogGroupPrefix = "/aws/rds/cluster/"

func (b *builder) cluster() (err error) {
	a := b.args
	b.database, err = rds.NewCluster(b.ctx, b.name+"-cluster", &rds.ClusterArgs{
		ClusterIdentifier: pulumi.String(a.identifier()),
		Engine:            pulumi.String(engine),
		EngineMode:        pulumi.String("provisioned"), // the mode of Serverless v2; "serverless" is v1
		EngineVersion:     pulumi.String(a.EngineVersion),
		DatabaseName:      pulumi.String(databaseName),
		Port:              pulumi.Int(port),
		MasterUsername:    pulumi.String(adminUser),
		MasterPassword:    secrets.NewPassword(b.ctx, b.parent).ToStringPtrOutput(),
		Serverlessv2ScalingConfiguration: rds.ClusterServerlessv2ScalingConfigurationArgs{
			MinCapacity: pulumi.Float64(a.Capacity.Min),
			MaxCapacity: pulumi.Float64(a.Capacity.Max),
		},

		DbSubnetGroupName:           b.subnets.Name,
		VpcSecurityGroupIds:         pulumi.StringArray{pulumi.String(a.SecurityGroupID)},
		DbClusterParameterGroupName: b.clusterParameters.Name,
		StorageEncrypted:            pulumi.Bool(true),
		KmsKeyId:                    a.KeyARN.ToStringOutput().ToStringPtrOutput(),

		BackupRetentionPeriod:        pulumi.Int(a.BackupRetentionDays),
		PreferredBackupWindow:        pulumi.String(backupWindow),
		PreferredMaintenanceWindow:   pulumi.String(maintenanceWindow),
		CopyTagsToSnapshot:           pulumi.Bool(true),
		DeletionProtection:           pulumi.Bool(a.Protect),
		FinalSnapshotIdentifier:      b.finalSnapshot(),
		EnabledCloudwatchLogsExports: pulumi.ToStringArray(logExports),
	}, b.parent, pulumi.Protect(a.Protect), pulumi.DependsOn(b.logs), pulumi.IgnoreChanges([]string{
		"masterPassword", // rotation changes it, and a new one is drawn at every run
		"finalSnapshotIdentifier",
	}))
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}

// finalSnapshot names the snapshot that deleting the cluster leaves behind. Part of the key's id keeps it apart
// from those of earlier clusters of the same environment.
func (b *builder) finalSnapshot() pulumi.StringPtrOutput {
	return b.args.KeyARN.ToStringOutput().ApplyT(func(arn string) *string {
		name := b.args.identifier() + "-final-" + arn[max(0, len(arn)-finalSnapshotSuffix):]
		return &name
	}).(pulumi.StringPtrOutput)
}

// finalSnapshotSuffix is the last group of digits of a key's id.
const finalSnapshotSuffix = 12

func (b *builder) writer() (err error) {
	b.instance, err = rds.NewClusterInstance(b.ctx, b.name+"-writer", &rds.ClusterInstanceArgs{
		Identifier:           pulumi.String(b.args.identifier() + "-1"),
		ClusterIdentifier:    b.database.ClusterIdentifier,
		Engine:               pulumi.String(engine),
		EngineVersion:        b.database.EngineVersion,
		InstanceClass:        pulumi.String(instanceClass),
		DbParameterGroupName: b.instanceParameters.Name,
		DbSubnetGroupName:    b.subnets.Name,
		PromotionTier:        pulumi.Int(0),
		PubliclyAccessible:   pulumi.Bool(false),
		CopyTagsToSnapshot:   pulumi.Bool(true),
		// Minor versions are pinned in the settings and reach production through a reviewed plan.
		AutoMinorVersionUpgrade: pulumi.Bool(false),
	}, b.parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return fmt.Errorf("writer: %w", err)
	}
	return nil
}

// adminSecret keeps the administrator's credential in the form that AWS's rotation functions read.
func (b *builder) adminSecret() (err error) {
	b.admin, err = secrets.NewSecret(b.ctx, b.name+"-admin", secrets.SecretArgs{
		Account:     b.args.Account,
		Name:        secrets.Name(b.args.Environment, "database/admin"),
		Description: "Administrator of the database " + b.args.identifier(),
		KeyARN:      b.args.SecretsKeyARN,
		Value: pulumi.Map{
			"engine":              pulumi.String("mysql"),
			"host":                b.database.Endpoint,
			"port":                pulumi.Int(port),
			"username":            pulumi.String(adminUser),
			"password":            b.database.MasterPassword.Elem(),
			"dbClusterIdentifier": b.database.ClusterIdentifier,
		},
		Protect: b.args.Protect,
	}, b.parent)
	if err != nil {
		return fmt.Errorf("administrator's secret: %w", err)
	}
	return nil
}
