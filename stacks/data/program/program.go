// Package program is the data layer: what must never be lost, and the keys and credentials that guard it.
package program

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aurora"
	"github.com/magestack/magestack/pkg/encryption"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/policy"
	"github.com/magestack/magestack/pkg/provider"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/pkg/storage"
)

// logRetentionDays keeps the database's logs for the year that PCI DSS asks of audit trails (PCI DSS 4.0,
// requirement 10.5.1).
const logRetentionDays = 365

// Run registers the resources of the layer.
func Run(ctx *pulumi.Context, config settings.Config) error {
	set, err := settings.LoadData(config)
	if err != nil {
		return err
	}
	networking, err := layer.Read[layer.Networking](ctx)
	if err != nil {
		return err
	}
	aws, err := provider.NewAWS(ctx, "aws", "data", set.Account())
	if err != nil {
		return err
	}
	keys, err := newKeys(ctx, set, pulumi.Provider(aws))
	if err != nil {
		return err
	}
	database, err := aurora.NewCluster(ctx, "database", aurora.ClusterArgs{
		Account:             set.Account(),
		Environment:         ctx.Stack(),
		EngineVersion:       set.EngineVersion,
		Capacity:            set.Capacity(),
		BackupRetentionDays: set.BackupRetentionDays,
		LogRetentionDays:    logRetentionDays,
		Protect:             set.ProtectData,
		SubnetIDs:           networking.DataSubnetIDs,
		SecurityGroupID:     networking.DatabaseSecurityGroupID,
		KeyARN:              keys.database.ARN,
		SecretsKeyARN:       keys.secrets.ARN,
	}, pulumi.Provider(aws))
	if err != nil {
		return err
	}
	media, err := storage.NewBucket(ctx, "media", storage.BucketArgs{
		KeyARN:     keys.media.ARN,
		Protect:    set.ProtectData,
		Statements: storage.ReadByCloudFront(set.Account()),
	}, pulumi.Provider(aws))
	if err != nil {
		return err
	}
	return publish(ctx, set, keys, database, media)
}

// keys are the layer's KMS keys, one for each class of data.
type keys struct{ database, media, secrets *encryption.Key }

func newKeys(ctx *pulumi.Context, set settings.Data, opts ...pulumi.ResourceOption) (keys, error) {
	var made keys
	for _, class := range []struct {
		key         **encryption.Key
		name        string
		description string
		statements  []policy.Statement
	}{
		{&made.database, "database", "Database, its logs and its backups",
			[]policy.Statement{encryption.ForLogs(set.Account(), aurora.LogGroupPrefix)}},
		{&made.media, "media", "Media of the catalogue and of customers",
			[]policy.Statement{storage.DecryptByCloudFront(set.Account())}},
		{&made.secrets, "secrets", "Credentials in Secrets Manager", nil},
	} {
		key, err := encryption.NewKey(ctx, class.name+"-encryption", encryption.KeyArgs{
			Account:     set.Account(),
			Description: class.description,
			Alias:       "magento/" + ctx.Stack() + "/" + class.name,
			Statements:  class.statements,
			Protect:     set.ProtectData,
		}, opts...)
		if err != nil {
			return keys{}, err
		}
		*class.key = key
	}
	return made, nil
}

func publish(ctx *pulumi.Context, set settings.Data, keys keys, database *aurora.Cluster, media *storage.Bucket) error {
	if err := layer.Export(ctx, layer.DataOutputs{
		DatabaseKeyARN:            keys.database.ARN,
		MediaKeyARN:               keys.media.ARN,
		SecretsKeyARN:             keys.secrets.ARN,
		DatabaseClusterIdentifier: database.Identifier,
		DatabaseClusterARN:        database.ARN,
		DatabaseEndpoint:          database.Endpoint,
		DatabaseReaderEndpoint:    database.ReaderEndpoint,
		DatabaseInstances:         database.Instances,
		DatabaseMaxCapacity:       pulumi.Float64(set.MaxCapacity),
		DatabaseAdminSecret:       database.AdminSecret,
		MediaBucket:               media.Name,
		MediaBucketARN:            media.ARN,
		MediaBucketDomainName:     media.DomainName,
	}); err != nil {
		return fmt.Errorf("publishing the data layer: %w", err)
	}
	return nil
}
