package program

import (
	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/naming"
)

// makeDatabase makes the cluster, the credentials of its users and the configuration of the ProxySQL in front of it.
// A secondary has no credentials of its own: those of its primary hold there, and come as replicas.
func (b *builder) makeDatabase() (err error) {
	set := b.set
	b.made.database, err = aurora.NewCluster(b.ctx, "database", aurora.ClusterArgs{
		Account:             set.Account(),
		Environment:         naming.Environment(b.ctx.Stack()),
		EngineVersion:       set.EngineVersion,
		Capacity:            set.Capacity(),
		Instances:           topology.Instances{Readers: set.Readers, Zones: b.networking.Zones},
		ReadSplit:           set.ReadSplit,
		Storage:             set.Storage,
		Insights:            set.Insights,
		Role:                set.GlobalRole,
		GlobalCluster:       set.GlobalCluster,
		PrimaryRegion:       set.PrimaryRegion,
		BackupRetentionDays: set.BackupRetentionDays,
		LogRetentionDays:    logretention.MinDays,
		Protect:             set.ProtectData,
		SubnetIDs:           b.networking.DataSubnetIDs,
		SecurityGroupID:     b.networking.DatabaseSecurityGroupID,
		KeyARN:              b.keys.database.ARN,
		SecretsKeyARN:       b.keys.secrets.ARN,
		SecretReplicas:      b.replicas(),
	}, b.provider)
	if err != nil {
		return err
	}
	if b.made.budget, err = set.Budget(); err != nil {
		return err
	}
	if !b.secondary() {
		b.made.credentials, err = aurora.NewCredentials(b.ctx, "credentials", aurora.CredentialsArgs{
			Cluster:  b.made.database,
			KeyARN:   b.keys.secrets.ARN,
			Replicas: b.replicas(),
			Protect:  set.ProtectData,
		}, b.provider)
		if err != nil {
			return err
		}
	}
	b.made.proxysql, err = aurora.NewProxySQL(b.ctx, "proxysql", aurora.ProxySQLArgs{
		Cluster:     b.made.database,
		Budget:      b.made.budget,
		Processes:   set.Processes(),
		ReadDigests: set.Digests(),
		KeyARN:      b.keys.secrets.ARN,
		Protect:     set.ProtectData,
	}, b.provider)
	return err
}
