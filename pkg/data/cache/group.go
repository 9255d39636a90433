package cache

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/cache/sizing"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	// port is Valkey's; TLS is on the same one.
	port = 6379

	// snapshotWindow is in UTC. Sessions are copied just before their nodes may be replaced.
	snapshotWindow = "03:30-04:30"
)

// maintenanceWindow is in UTC, an hour (the shortest that ElastiCache takes) of a night in which no other store may
// restart, and one for each group: a shop that has lost its cache must not lose its sessions, too.
func maintenanceWindow(purpose sizing.Purpose) string {
	if purpose == sizing.PurposeSessions {
		return "fri:04:30-fri:05:30"
	}
	return "fri:02:00-fri:03:00"
}

func (b *builder) subnetGroup() (err error) {
	b.subnets, err = elasticache.NewSubnetGroup(b.Ctx, b.Child("subnets"), &elasticache.SubnetGroupArgs{
		SubnetIds:   pulumi.ToStringArray(b.args.SubnetIDs),
		Description: pulumi.String("Data subnets of " + b.args.Environment),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("subnet group: %w", err)
	}
	return nil
}

// logGroups makes the log groups before ElastiCache writes to them. Slow commands are logged with their
// arguments, which may be parts of a session: the groups are encrypted with our key.
func (b *builder) logGroups() error {
	for _, kind := range []string{"slow-log", "engine-log"} {
		group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child(kind), &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(LogGroupPrefix + b.args.id() + "/" + kind),
			KmsKeyId:        b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
			RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		}, b.Parent, pulumi.Protect(b.args.Protect))
		if err != nil {
			return fmt.Errorf("log group for %s: %w", kind, err)
		}
		b.logs = append(b.logs, elasticache.ReplicationGroupLogDeliveryConfigurationArgs{
			Destination:     group.Name,
			DestinationType: pulumi.String("cloudwatch-logs"),
			LogFormat:       pulumi.String("json"),
			LogType:         pulumi.String(kind),
		})
	}
	return nil
}

func (b *builder) replicationGroup() (err error) {
	a := b.args
	b.group, err = elasticache.NewReplicationGroup(b.Ctx, b.Child("group"), &elasticache.ReplicationGroupArgs{
		ReplicationGroupId: pulumi.String(a.id()),
		Description:        pulumi.String(fmt.Sprintf("Magento's %s of %s", a.Purpose, a.Environment)),
		Engine:             pulumi.String(sizing.Engine),
		EngineVersion:      pulumi.String(a.EngineVersion),
		// Control ElastiCache.2 asks for it. When AWS moves the group to another 8.x, the pinned version in the
		// settings has to follow: it cannot go back.
		AutoMinorVersionUpgrade:  pulumi.Bool(true),
		NodeType:                 pulumi.String(a.Group.NodeType),
		ClusterMode:              pulumi.String("disabled"),
		NumCacheClusters:         pulumi.Int(a.Group.Count),
		AutomaticFailoverEnabled: pulumi.Bool(true),
		MultiAzEnabled:           pulumi.Bool(true),

		Port:               pulumi.Int(port),
		SubnetGroupName:    b.subnets.Name,
		SecurityGroupIds:   pulumi.StringArray{pulumi.String(a.SecurityGroupID)},
		ParameterGroupName: b.parameters.Name,

		AtRestEncryptionEnabled:  pulumi.Bool(true),
		KmsKeyId:                 a.KeyARN.ToStringOutput().ToStringPtrOutput(),
		TransitEncryptionEnabled: pulumi.Bool(true),
		TransitEncryptionMode:    pulumi.String("required"),
		AuthToken:                secrets.NewPassword(b.Ctx, b.Parent).ToStringPtrOutput(),
		// Both tokens are good while a new one spreads; SET would shut out whoever has the old one.
		AuthTokenUpdateStrategy: pulumi.String("ROTATE"),

		SnapshotRetentionLimit:    pulumi.Int(a.Group.SnapshotRetentionDays),
		SnapshotWindow:            pulumi.String(snapshotWindow),
		MaintenanceWindow:         pulumi.String(maintenanceWindow(a.Purpose)),
		FinalSnapshotIdentifier:   b.finalSnapshot(),
		LogDeliveryConfigurations: b.logs,

		// Whoever asks for larger nodes gets them with the update that asks, and knows when it is done. ElastiCache scales
		// while it serves, with a failover at the end (EUG, "Scaling replication groups"); a change that waits for the next
		// Friday would be reported as done. Choosing a quiet time is the operator's.
		ApplyImmediately: pulumi.Bool(true),
	}, b.Parent, pulumi.Protect(a.Protect), pulumi.IgnoreChanges([]string{
		"authToken", // rotation changes it, and a new one is drawn at every run
		"finalSnapshotIdentifier",
	}))
	if err != nil {
		return fmt.Errorf("replication group: %w", err)
	}
	return nil
}

// finalSnapshot names the snapshot that deleting sessions leaves behind; a cache is not worth one. What is drawn keeps it
// apart from those of earlier groups of the same environment, however often one is replaced.
func (b *builder) finalSnapshot() pulumi.StringPtrInput {
	if b.args.Purpose != sizing.PurposeSessions {
		return nil
	}
	return pulumi.Sprintf("%s-final-%s", b.args.id(), secrets.NewToken(b.Ctx, b.Parent))
}

// credential keeps what Magento needs to connect. The token is that of the group, which a second run does not
// draw again.
func (b *builder) credential() (err error) {
	b.secret, err = secrets.NewSecret(b.Ctx, b.Child("credential"), secrets.SecretArgs{
		Of:          b.group,
		Account:     b.args.Account,
		Name:        b.args.Environment.Secret(naming.Secret(b.args.Purpose)),
		Description: fmt.Sprintf("Connection to Magento's %s, %s", b.args.Purpose, b.args.id()),
		KeyARN:      b.args.SecretsKeyARN,
		Value: pulumi.Map{
			"engine":     pulumi.String(sizing.Engine),
			"host":       b.group.PrimaryEndpointAddress,
			"readerHost": b.group.ReaderEndpointAddress,
			"port":       pulumi.Int(port),
			"password":   b.group.AuthToken.Elem(),
			"tls":        pulumi.Bool(true),
		},
		Protect: b.args.Protect,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("credential: %w", err)
	}
	return nil
}
