package program

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/backup"
	"github.com/magestack/magestack/pkg/data/storage"
	"github.com/magestack/magestack/pkg/naming"
)

// makeBuckets makes the bucket for access logs, and those whose access it records.
func (b *builder) makeBuckets() (err error) {
	account, protect := b.set.Account(), b.set.ProtectData
	b.made.logs, err = storage.NewLogs(b.ctx, "logs", storage.LogsArgs{Account: account, Protect: protect}, b.provider)
	if err != nil {
		return err
	}
	b.made.media, err = storage.NewMedia(b.ctx, "media", storage.MediaArgs{
		Account:    account,
		Name:       naming.Environment(b.ctx.Stack()).Bucket(account, "media"),
		KeyARN:     b.keys.media.ARN,
		AccessLogs: b.made.logs,
		Protect:    protect,
	}, b.provider)
	if err != nil {
		return err
	}
	b.made.backups, err = storage.NewBackups(b.ctx, "backups", storage.BackupsArgs{
		KeyARN:     b.keys.backups.ARN,
		AccessLogs: b.made.logs,
		Protect:    protect,
	}, b.provider)
	if err != nil || !b.set.HasStandby() {
		return err
	}
	standby := account.InRegion(b.set.StandbyRegion)
	_, err = storage.NewReplication(b.ctx, "media-standby", storage.ReplicationArgs{
		Account:           account,
		Source:            b.made.media,
		DestinationARN:    pulumi.String(standby.BucketARN(naming.Environment(b.set.StandbyEnvironment).Bucket(standby, "media"))),
		DestinationKeyARN: pulumi.String(b.set.StandbyMediaKeyARN),
		DestinationRegion: standby.Region,
	}, b.provider)
	return err
}

// makeBackups makes the vault, and the plan that fills it with the database and the media.
func (b *builder) makeBackups() (err error) {
	account := b.set.Account()
	b.made.vault, err = backup.NewVault(b.ctx, "vault", backup.VaultArgs{
		Account:     account,
		Environment: naming.Environment(b.ctx.Stack()),
		KeyARN:      b.keys.backups.ARN,
		Periods:     b.set.Periods(),
		Lock:        b.set.BackupLock,
		Protect:     b.set.ProtectData,
		AirGapped:   b.set.AirGappedBackups,
	}, b.provider)
	if err != nil {
		return err
	}
	args := backup.PlanArgs{
		Vault:     b.made.vault,
		Databases: []pulumi.StringInput{b.made.database.ARN},
		Buckets:   []pulumi.StringInput{b.made.media.ARN},
	}
	if b.set.HasStandby() {
		args.CopyTo = pulumi.String(backup.VaultARN(account.InRegion(b.set.StandbyRegion), naming.Environment(b.set.StandbyEnvironment)))
	}
	if b.set.RestoreTests {
		args.Restore = &backup.Restore{
			SubnetGroup:     b.made.database.SubnetGroup,
			SecurityGroupID: b.networking.QuarantineSecurityGroupID, // a copy of the customers' data is not to be reached
		}
	}
	_, err = backup.NewPlan(b.ctx, "backup", args, b.provider)
	return err
}
