package stacks_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/guard"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

const (
	standbyMediaKey   = "arn:aws:kms:eu-west-1:210987654321:key/11111111-2222-3333-4444-555555555555"
	standbySecretsKey = "arn:aws:kms:eu-west-1:210987654321:key/66666666-7777-8888-9999-000000000000"
)

// changed plans an environment with other settings than production's.
func changed(t *testing.T, environment string, changes settings.Config) *plan.Environment {
	t.Helper()
	config := fixture.Config(t, "production")
	maps.Copy(config, changes)
	require.NoError(t, settings.Check(config))
	programs := slices.DeleteFunc(stacks.Programs(), func(p plan.Program) bool { return slices.Contains(settings.LeftOut(config), p.Project) })
	recorded, err := offline.Run(environment, config, programs)
	require.NoError(t, err)
	assert.Empty(t, guard.Check(recorded))
	return recorded
}

func ofType(recorded *plan.Environment, kind string) []plan.Resource {
	return recorded.OfType(kind)
}

// TestAPrimaryCopiesToItsStandby wants everything that the standby region needs to take over to be there already.
func TestAPrimaryCopiesToItsStandby(t *testing.T) {
	recorded := changed(t, "production", settings.Config{
		"magento-data:globalRole":           "primary",
		"magento-data:standbyEnvironment":   "production-dr",
		"magento-data:standbyRegion":        "eu-west-1",
		"magento-data:standbyMediaKeyArn":   standbyMediaKey,
		"magento-data:standbySecretsKeyArn": standbySecretsKey,
	})
	require.Len(t, ofType(recorded, "aws:rds/globalCluster:GlobalCluster"), 1)

	replications := ofType(recorded, "aws:s3/bucketReplicationConfig:BucketReplicationConfig")
	require.Len(t, replications, 1)
	destination := replications[0].Inputs["rules"].([]any)[0].(map[string]any)["destination"].(map[string]any)
	assert.Equal(t, "arn:aws:s3:::magento-production-dr-media-eu-west-1-210987654321", destination["bucket"])
	assert.Equal(t, map[string]any{"replicaKmsKeyId": standbyMediaKey}, destination["encryptionConfiguration"])

	for _, name := range []string{"database-admin-secret", "credentials-magento-secret", "encryption-key-secret"} {
		found := false
		for _, secret := range ofType(recorded, "aws:secretsmanager/secret:Secret") {
			if secret.Name == name {
				found = true
				replica := secret.Inputs["replicas"].([]any)[0].(map[string]any)
				assert.Equal(t, "eu-west-1", replica["region"], name)
				assert.Equal(t, standbySecretsKey, replica["kmsKeyId"], name)
			}
		}
		assert.True(t, found, name)
	}

	for _, rule := range ofType(recorded, "aws:backup/plan:Plan")[0].Inputs["rules"].([]any) {
		copies := rule.(map[string]any)["copyActions"].([]any)
		assert.Equal(t, "arn:aws:backup:eu-west-1:210987654321:backup-vault:magento-production-dr",
			copies[0].(map[string]any)["destinationVaultArn"])
	}
}

// TestAStandbyFollows wants a standby to have no credentials of its own, and everything else that a store needs.
func TestAStandbyFollows(t *testing.T) {
	recorded := changed(t, "production-dr", secondarySettings())
	assert.Len(t, recorded.Stacks, 3, "a standby has no CDN, and no root, which reads it")
	assert.Empty(t, ofType(recorded, "aws:iam/serviceLinkedRole:ServiceLinkedRole"), "the account has them from the primary")
	clusters := ofType(recorded, "aws:rds/cluster:Cluster")
	require.Len(t, clusters, 1)
	assert.Equal(t, "magento-production-global", clusters[0].Inputs["globalClusterIdentifier"])
	assert.Nil(t, clusters[0].Inputs["masterUsername"])
	assert.Nil(t, clusters[0].Inputs["masterPassword"])
	assert.Empty(t, ofType(recorded, "magento:aurora:Credentials"))
	for _, secret := range ofType(recorded, "aws:secretsmanager/secret:Secret") {
		assert.NotEqual(t, "encryption-key-secret", secret.Name, "what the primary has encrypted opens with the primary's key alone")
	}
	for _, stack := range recorded.Stacks {
		if stack.Project == "magento-data" {
			assert.Equal(t, "magento/production-dr/", stack.Outputs["secretsPrefix"])
			assert.Equal(t, "magento/production/", stack.Outputs["sharedSecretsPrefix"])
		}
	}
	assert.Len(t, ofType(recorded, "aws:elasticache/replicationGroup:ReplicationGroup"), 2)
	primarys := map[any]bool{}
	for _, record := range ofType(planned(t, "production"), "aws:route53/record:Record") {
		primarys[record.Inputs["name"]] = true
	}
	require.NotEmpty(t, primarys)
	var names []any
	for _, record := range ofType(recorded, "aws:route53/record:Record") {
		assert.False(t, primarys[record.Inputs["name"]], "%s: the primary owns the record", record.Name)
		names = append(names, record.Inputs["name"])
	}
	assert.Contains(t, names, "ses-eu-west-1.shop.example.com", "it sends mails of its own")
}

// TestADatabaseQueueMakesNoBroker wants a queue in the database to need nothing else.
func TestADatabaseQueueMakesNoBroker(t *testing.T) {
	recorded := changed(t, "production", settings.Config{"magento-data:queue": "database"})
	assert.Empty(t, ofType(recorded, "aws:mq/broker:Broker"))
}

// secondarySettings are what a standby is told otherwise than its primary.
func secondarySettings() settings.Config {
	return settings.Config{
		"aws:region":                            "eu-west-1",
		"magento-networking:zones":              `["eu-west-1a","eu-west-1b","eu-west-1c"]`,
		"magento-networking:vpcCidr":            "10.40.0.0/16",
		"magento-networking:reservedCidrs":      `["10.30.0.0/16"]`,
		"magento-networking:caaRecords":         "made",
		"magento-data:globalRole":               "secondary",
		"magento-data:globalCluster":            "magento-production-global",
		"magento-data:primaryRegion":            "eu-central-1",
		"magento-data:primaryEnvironment":       "production",
		"magento-data:searchServiceLinkedRole":  "false",
		"magento-compute:provesDomain":          "false",
		"magento-compute:spotServiceLinkedRole": "false",
	}
}

// TestAStandbyHasNoCDN holds that the program itself refuses, for whoever runs it past the tool.
func TestAStandbyHasNoCDN(t *testing.T) {
	config := fixture.Config(t, "production")
	maps.Copy(config, secondarySettings())
	_, err := offline.Run("production-dr", config, stacks.Programs())
	assert.ErrorContains(t, err, `magento-data:globalRole: "secondary": a standby has no CDN`)
}
