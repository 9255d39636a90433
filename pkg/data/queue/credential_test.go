package queue_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/data/queue"
	"github.com/magestack/magestack/pkg/data/secrets/secretstest"
)

// What Magento reads is what the broker was told, however often the program draws.
func TestTheSecretIsWhatMagentoNeeds(t *testing.T) {
	outputs := map[string]any{"instances": []any{map[string]any{"endpoints": []any{"amqps://b-1.mq.example:5671"}}}}
	made := secretstest.Deploy(t, outputs, func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := queue.NewBroker(ctx, "queue", arguments(), provider)
		return err
	})
	value := made.Named(t, "queue-credential-value")
	assert.Regexp(t, `^Drawn[12]$`, value["password"])
	assert.Equal(t, map[string]any{
		"host": "b-1.mq.example", "port": 5671.0, "username": "magento", "password": value["password"], "ssl": true, "virtualhost": "/",
	}, value)
	assert.Equal(t, []any{map[string]any{"username": "magento", "password": value["password"]}}, made["aws:mq/broker:Broker"]["users"])

	// Magento's own user has the same form, and a password of its own.
	shop := made.Named(t, "queue-shop-value")
	assert.Regexp(t, `^Drawn[12]$`, shop["password"])
	assert.NotEqual(t, value["password"], shop["password"])
	assert.Equal(t, map[string]any{
		"host": "b-1.mq.example", "port": 5671.0, "username": "magento-shop", "password": shop["password"], "ssl": true, "virtualhost": "/",
	}, shop)
}
