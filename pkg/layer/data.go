package layer

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Data is what magento-data publishes. How to reach and log in to a store is in its secret, under SecretsPrefix; the
// database's users and Magento's encryption key are under SharedSecretsPrefix, which a standby has from its primary.
type Data struct {
	DatabaseKeyARN string `stack:"databaseKeyArn"`
	MediaKeyARN    string `stack:"mediaKeyArn"`
	SecretsKeyARN  string `stack:"secretsKeyArn"` // to read any of the environment's secrets
	SecretsPrefix  string `stack:"secretsPrefix"` // of their names, such as magento/staging/

	SharedSecretsPrefix string `stack:"sharedSecretsPrefix"` // the same, or that of a standby's primary

	DatabaseClusterIdentifier string   `stack:"databaseClusterIdentifier"`
	DatabaseClusterARN        string   `stack:"databaseClusterArn"`
	DatabaseEndpoint          string   `stack:"databaseEndpoint"` // the writer
	DatabaseReaderEndpoint    string   `stack:"databaseReaderEndpoint"`
	DatabaseInstances         []string `stack:"databaseInstances"`      // identifiers, the first writer first
	DatabaseMaxCapacity       float64  `stack:"databaseMaxCapacity"`    // ACU
	DatabaseMaxConnections    int      `stack:"databaseMaxConnections"` // of each instance
	DatabaseBackends          int      `stack:"databaseBackends"`       // the most that all pods of ProxySQL open of them
	GlobalCluster             string   `stack:"globalCluster"`          // what a standby joins by; empty for a cluster alone

	ProxySQLPods           int    `stack:"proxysqlPods"`           // that the connections are shared out for, one more during an update
	ProxySQLTemplateSecret string `stack:"proxysqlTemplateSecret"` // the name of the secret with proxysql.cnf

	CacheGroup     string   `stack:"cacheGroup"` // identifiers of the replication groups and of their nodes
	CacheMembers   []string `stack:"cacheMembers"`
	SessionGroup   string   `stack:"sessionGroup"`
	SessionMembers []string `stack:"sessionMembers"`
	SearchDomain   string   `stack:"searchDomain"`
	QueueBroker    string   `stack:"queueBroker"` // empty where Magento keeps its messages in the database

	MailEventsTopicARN string   `stack:"mailEventsTopicArn,optional"` // of bounces and complaints; empty where SES sends no mails
	MailRecords        []string `stack:"mailRecords,optional"`        // name, type and value of what is to be entered by hand

	// RotationFunction, RotationFailures and RotationLogGroup are the names of the function that rotates credentials, of the queue of
	// what it could not do, and of its log. They are newer than the contract.
	RotationFunction string `stack:"rotationFunction,optional"`
	RotationFailures string `stack:"rotationFailures,optional"`
	RotationLogGroup string `stack:"rotationLogGroup,optional"`

	MediaBucket           string `stack:"mediaBucket"`
	MediaBucketARN        string `stack:"mediaBucketArn"`
	MediaBucketDomainName string `stack:"mediaBucketDomainName"` // regional, as CloudFront needs it
	LogBucket             string `stack:"logBucket"`
	BackupBucket          string `stack:"backupBucket"`
	BackupVaultARN        string `stack:"backupVaultArn"`
}

// Layer is the layer that publishes the contract.
func (Data) Layer() Layer { return dataLayer }

// DataOutputs is the producer's twin of Data.
type DataOutputs struct {
	DatabaseKeyARN pulumi.StringInput `stack:"databaseKeyArn"`
	MediaKeyARN    pulumi.StringInput `stack:"mediaKeyArn"`
	SecretsKeyARN  pulumi.StringInput `stack:"secretsKeyArn"`
	SecretsPrefix  pulumi.StringInput `stack:"secretsPrefix"`

	SharedSecretsPrefix pulumi.StringInput `stack:"sharedSecretsPrefix"`

	DatabaseClusterIdentifier pulumi.StringInput      `stack:"databaseClusterIdentifier"`
	DatabaseClusterARN        pulumi.StringInput      `stack:"databaseClusterArn"`
	DatabaseEndpoint          pulumi.StringInput      `stack:"databaseEndpoint"`
	DatabaseReaderEndpoint    pulumi.StringInput      `stack:"databaseReaderEndpoint"`
	DatabaseInstances         pulumi.StringArrayInput `stack:"databaseInstances"`
	DatabaseMaxCapacity       pulumi.Float64Input     `stack:"databaseMaxCapacity"`
	DatabaseMaxConnections    pulumi.IntInput         `stack:"databaseMaxConnections"`
	DatabaseBackends          pulumi.IntInput         `stack:"databaseBackends"`
	GlobalCluster             pulumi.StringInput      `stack:"globalCluster"`

	ProxySQLPods           pulumi.IntInput    `stack:"proxysqlPods"`
	ProxySQLTemplateSecret pulumi.StringInput `stack:"proxysqlTemplateSecret"`

	CacheGroup     pulumi.StringInput      `stack:"cacheGroup"`
	CacheMembers   pulumi.StringArrayInput `stack:"cacheMembers"`
	SessionGroup   pulumi.StringInput      `stack:"sessionGroup"`
	SessionMembers pulumi.StringArrayInput `stack:"sessionMembers"`
	SearchDomain   pulumi.StringInput      `stack:"searchDomain"`
	QueueBroker    pulumi.StringInput      `stack:"queueBroker"`

	MailEventsTopicARN pulumi.StringInput      `stack:"mailEventsTopicArn,optional"`
	MailRecords        pulumi.StringArrayInput `stack:"mailRecords,optional"`

	RotationFunction pulumi.StringInput `stack:"rotationFunction,optional"`
	RotationFailures pulumi.StringInput `stack:"rotationFailures,optional"`
	RotationLogGroup pulumi.StringInput `stack:"rotationLogGroup,optional"`

	MediaBucket           pulumi.StringInput `stack:"mediaBucket"`
	MediaBucketARN        pulumi.StringInput `stack:"mediaBucketArn"`
	MediaBucketDomainName pulumi.StringInput `stack:"mediaBucketDomainName"`
	LogBucket             pulumi.StringInput `stack:"logBucket"`
	BackupBucket          pulumi.StringInput `stack:"backupBucket"`
	BackupVaultARN        pulumi.StringInput `stack:"backupVaultArn"`
}

// Producer is the layer that publishes the outputs.
func (DataOutputs) Producer() Layer { return dataLayer }
