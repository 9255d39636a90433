package layer

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Data is what magento-data publishes.
type Data struct {
	DatabaseKeyARN string `stack:"databaseKeyArn"`
	MediaKeyARN    string `stack:"mediaKeyArn"`
	SecretsKeyARN  string `stack:"secretsKeyArn"` // to read any of the environment's secrets

	DatabaseClusterIdentifier string   `stack:"databaseClusterIdentifier"`
	DatabaseClusterARN        string   `stack:"databaseClusterArn"`
	DatabaseEndpoint          string   `stack:"databaseEndpoint"` // the writer
	DatabaseReaderEndpoint    string   `stack:"databaseReaderEndpoint"`
	DatabaseInstances         []string `stack:"databaseInstances"`   // identifiers, the first writer first
	DatabaseMaxCapacity       float64  `stack:"databaseMaxCapacity"` // ACU
	DatabaseAdminSecret       string   `stack:"databaseAdminSecret"` // its name in Secrets Manager

	MediaBucket           string `stack:"mediaBucket"`
	MediaBucketARN        string `stack:"mediaBucketArn"`
	MediaBucketDomainName string `stack:"mediaBucketDomainName"` // regional, as CloudFront needs it
}

// Layer is the layer that publishes the contract.
func (Data) Layer() Layer { return dataLayer }

// DataOutputs is the producer's twin of Data.
type DataOutputs struct {
	DatabaseKeyARN pulumi.StringInput `stack:"databaseKeyArn"`
	MediaKeyARN    pulumi.StringInput `stack:"mediaKeyArn"`
	SecretsKeyARN  pulumi.StringInput `stack:"secretsKeyArn"`

	DatabaseClusterIdentifier pulumi.StringInput      `stack:"databaseClusterIdentifier"`
	DatabaseClusterARN        pulumi.StringInput      `stack:"databaseClusterArn"`
	DatabaseEndpoint          pulumi.StringInput      `stack:"databaseEndpoint"`
	DatabaseReaderEndpoint    pulumi.StringInput      `stack:"databaseReaderEndpoint"`
	DatabaseInstances         pulumi.StringArrayInput `stack:"databaseInstances"`
	DatabaseMaxCapacity       pulumi.Float64Input     `stack:"databaseMaxCapacity"`
	DatabaseAdminSecret       pulumi.StringInput      `stack:"databaseAdminSecret"`

	MediaBucket           pulumi.StringInput `stack:"mediaBucket"`
	MediaBucketARN        pulumi.StringInput `stack:"mediaBucketArn"`
	MediaBucketDomainName pulumi.StringInput `stack:"mediaBucketDomainName"`
}

// Layer is the layer that publishes the outputs.
func (DataOutputs) Layer() Layer { return dataLayer }
