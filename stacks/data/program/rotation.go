package program

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/data/cache"
	"github.com/magestack/magestack/pkg/data/cache/sizing"
	"github.com/magestack/magestack/pkg/data/rotation"
	"github.com/magestack/magestack/pkg/data/rotation/schedule"
	"github.com/magestack/magestack/pkg/naming"
)

// makeRotation rotates the secrets that this region's stores are behind. A standby has none of its primary's: they are copies, which
// cannot be written there.
func (b *builder) makeRotation() error {
	archive, err := b.rotationArchive()
	if err != nil {
		return err
	}
	args := rotation.Args{
		Account:          b.set.Account(),
		Environment:      naming.Environment(b.ctx.Stack()),
		Secrets:          b.rotated(),
		Window:           b.set.RotationWindow(),
		Archive:          archive,
		ProxySQLPods:     b.set.ProxySQLPods,
		Cache:            b.group(b.made.cache, b.set.CacheGroup()),
		Sessions:         b.group(b.made.sessions, b.set.SessionGroup()),
		SubnetIDs:        b.networking.DataSubnetIDs,
		SecurityGroupID:  b.networking.RotationSecurityGroupID,
		KeyARN:           b.keys.secrets.ARN,
		Replicas:         b.replicas(),
		LogRetentionDays: logretention.MinDays,
		Protect:          b.set.ProtectData,
	}
	if !b.secondary() {
		args.EncryptionKeyARN, args.APIKeys = b.made.encryptionKey.ARN, b.set.RotationKeys()
	}
	b.made.rotation, err = rotation.New(b.ctx, "rotation", args, b.provider)
	return err
}

func (b *builder) group(made *cache.Valkey, size sizing.Group) rotation.Group {
	return rotation.Group{
		ID: made.ID, ARN: made.ARN, NodeType: string(size.NodeType), EngineVersion: string(b.set.ValkeyVersion),
		SnapshotRetentionDays: size.SnapshotRetentionDays,
	}
}

// rotated are the secrets that rotate by a schedule, with their periods.
func (b *builder) rotated() []rotation.Secret {
	arns := map[naming.Secret]pulumi.StringOutput{
		naming.SecretCache: b.made.cache.SecretARN, naming.SecretSessions: b.made.sessions.SecretARN,
	}
	maps.Copy(arns, b.made.search.SecretARNs)
	if b.made.queue != nil {
		maps.Copy(arns, b.made.queue.SecretARNs)
	}
	if !b.secondary() {
		arns[naming.SecretDatabaseAdmin] = b.made.database.AdminSecretARN
		maps.Copy(arns, b.made.credentials.SecretARNs)
	}
	var secrets []rotation.Secret
	for _, class := range []struct {
		schedule.Class
		days  int
		names []naming.Secret
	}{
		{schedule.ClassDatabaseUsers, b.set.DatabaseUserRotationDays, []naming.Secret{
			naming.SecretDatabaseWeb, naming.SecretDatabaseCLI, naming.SecretDatabaseReporting, naming.SecretDatabaseRead,
		}},
		{schedule.ClassAdministrators, b.set.AdministratorRotationDays, []naming.Secret{
			naming.SecretDatabaseAdmin, naming.SecretProxySQL, naming.SecretSearch, naming.SecretQueue,
		}},
		{schedule.ClassStoreUsers, b.set.StoreUserRotationDays, []naming.Secret{
			naming.SecretCache, naming.SecretSessions, naming.SecretSearchShop, naming.SecretQueueShop,
		}},
	} {
		for _, name := range class.names {
			if arn, made := arns[name]; made {
				secrets = append(secrets, rotation.Secret{Name: name, ARN: arn, Class: class.Class, Days: class.days})
			}
		}
	}
	return secrets
}
