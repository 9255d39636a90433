package cache_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/data/cache"
	"github.com/magestack/magestack/pkg/data/cache/sizing"
	"github.com/magestack/magestack/pkg/data/secrets/secretstest"
)

// What Magento reads is what the group was told, however often the program draws.
func TestTheSecretIsWhatMagentoNeeds(t *testing.T) {
	outputs := map[string]any{"primaryEndpointAddress": "primary.example", "readerEndpointAddress": "reader.example"}
	made := secretstest.Deploy(t, outputs, func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := cache.NewValkey(ctx, "sessions", arguments(sizing.PurposeSessions), provider)
		return err
	})
	value := made.Secret(t)
	assert.Equal(t, map[string]any{
		"engine": "valkey", "host": "primary.example", "readerHost": "reader.example", "port": 6379.0, "tls": true,
		"password": made["aws:elasticache/replicationGroup:ReplicationGroup"]["authToken"],
	}, value)
	assert.Regexp(t, `^Drawn[12]$`, value["password"]) // the name of the last snapshot is drawn, too
	assert.Equal(t, "magento/staging/sessions", made["aws:secretsmanager/secret:Secret"]["name"])
}
