package program

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/backup"
	"github.com/magestack/magestack/pkg/data/cache"
	"github.com/magestack/magestack/pkg/data/mail"
	"github.com/magestack/magestack/pkg/data/queue"
	"github.com/magestack/magestack/pkg/data/rotation"
	"github.com/magestack/magestack/pkg/data/search"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
)

// parts are what the layer is made of.
type parts struct {
	database      *aurora.Cluster
	budget        capacity.Budget
	credentials   *aurora.Credentials // nil for a secondary
	proxysql      *aurora.ProxySQL
	cache         *cache.Valkey
	sessions      *cache.Valkey
	search        *search.Domain
	queue         *queue.Broker // nil where Magento keeps its messages in the database
	media         *bucket.Bucket
	logs          *bucket.Bucket
	backups       *bucket.Bucket
	encryptionKey *secrets.Secret // nil for a secondary
	mail          *mail.Service   // nil where SES sends none
	vault         *backup.Vault
	rotation      *rotation.Rotation
}

// publish exports what the other layers read.
func (b *builder) publish() error {
	outputs := layer.DataOutputs{
		DatabaseKeyARN: b.keys.database.ARN,
		MediaKeyARN:    b.keys.media.ARN,
		SecretsKeyARN:  b.keys.secrets.ARN,

		DatabaseClusterIdentifier: b.made.database.Identifier,
		DatabaseClusterARN:        b.made.database.ARN,
		DatabaseEndpoint:          b.made.database.Endpoint,
		DatabaseReaderEndpoint:    b.made.database.ReaderEndpoint,
		DatabaseInstances:         b.made.database.Instances,
		DatabaseMaxCapacity:       pulumi.Float64(b.set.MaxCapacity),
		DatabaseMaxConnections:    pulumi.Int(b.made.budget.MaxConnections),
		DatabaseBackends:          pulumi.Int(b.made.budget.PerPod * b.made.budget.OpenPods()),
		GlobalCluster:             b.made.database.GlobalCluster,
		ProxySQLPods:              pulumi.Int(b.set.ProxySQLPods),
		ProxySQLTemplateSecret:    b.made.proxysql.Secret,

		CacheGroup:     b.made.cache.ID,
		CacheMembers:   b.made.cache.Members,
		SessionGroup:   b.made.sessions.ID,
		SessionMembers: b.made.sessions.Members,
		SearchDomain:   b.made.search.Name,
		QueueBroker:    pulumi.String(""),

		MailEventsTopicARN: pulumi.String(""),
		MailRecords:        pulumi.StringArray{},

		RotationFunction: b.made.rotation.Function,
		RotationFailures: b.made.rotation.Failures,
		RotationLogGroup: b.made.rotation.LogGroup,

		MediaBucket:           b.made.media.Name,
		MediaBucketARN:        b.made.media.ARN,
		MediaBucketDomainName: b.made.media.DomainName,
		LogBucket:             b.made.logs.Name,
		BackupBucket:          b.made.backups.Name,
		BackupVaultARN:        b.made.vault.ARN,
		SecretsPrefix:         pulumi.String(naming.Environment(b.ctx.Stack()).SecretPrefix()),
		SharedSecretsPrefix:   pulumi.String(naming.Environment(b.ctx.Stack()).SecretPrefix()),
	}
	if b.secondary() {
		outputs.SharedSecretsPrefix = pulumi.String(naming.Environment(b.set.PrimaryEnvironment).SecretPrefix())
	}
	if b.made.queue != nil {
		outputs.QueueBroker = b.made.queue.Name
	}
	if b.made.mail != nil {
		outputs.MailEventsTopicARN, outputs.MailRecords = b.made.mail.EventsTopicARN, b.made.mail.Records
	}
	if err := layer.Export(b.ctx, outputs); err != nil {
		return fmt.Errorf("publishing the data layer: %w", err)
	}
	return nil
}
