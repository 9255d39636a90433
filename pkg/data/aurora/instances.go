package aurora

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

const (
	instanceClass = "db.serverless"

	// monitoringSeconds is how often the operating system's counters are taken (RDS.6). More often than once a minute
	// costs more logs than it tells.
	monitoringSeconds = 60
)

// instances makes the writer, and when it is there the readers: the first instance of a cluster is its writer.
func (b *builder) instances() error {
	var afterWriter []pulumi.Resource
	for _, instance := range b.args.Instances.All() {
		member, err := b.newInstance(instance, append(afterWriter, b.monitorPermissions))
		if err != nil {
			return err
		}
		b.members = append(b.members, member)
		afterWriter = []pulumi.Resource{b.members[0]}
	}
	return nil
}

// newInstance makes one instance. It does not name the authority of its certificate: AWS's provider gives it only after
// the instance is there, by a change with a restart. An instance keeps the authority that it began with (by default
// rds-ca-rsa2048-g1, until 2061), and ProxySQL trusts all of RDS's (AUG, "Using SSL/TLS to encrypt a connection").
func (b *builder) newInstance(instance topology.Instance, after []pulumi.Resource) (*rds.ClusterInstance, error) {
	made, err := rds.NewClusterInstance(b.Ctx, b.Child(instance.Name), &rds.ClusterInstanceArgs{
		Identifier:           pulumi.String(b.args.instance(instance.Number)),
		ClusterIdentifier:    b.database.ClusterIdentifier,
		Engine:               pulumi.String(engine),
		EngineVersion:        b.database.EngineVersion,
		InstanceClass:        pulumi.String(instanceClass),
		DbParameterGroupName: b.instanceParameters.Name,
		DbSubnetGroupName:    b.subnets.Name,
		AvailabilityZone:     pulumi.String(instance.Zone),
		PromotionTier:        pulumi.Int(instance.Tier),
		PubliclyAccessible:   pulumi.Bool(false),
		CopyTagsToSnapshot:   pulumi.Bool(true),
		MonitoringInterval:   pulumi.Int(monitoringSeconds),
		MonitoringRoleArn:    b.monitorRole.Arn,

		PreferredMaintenanceWindow: pulumi.String(instance.MaintenanceWindow),
		ApplyImmediately:           pulumi.Bool(false),
		// Minor versions are pinned in the settings and reach production through a reviewed plan. RDS.13 and RDS.35
		// ask for the opposite, which no Global Database and no long-term support release has either.
		AutoMinorVersionUpgrade: pulumi.Bool(false),
	}, b.Parent, pulumi.Protect(b.args.Protect), pulumi.DependsOn(after))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", instance.Name, err)
	}
	return made, nil
}
