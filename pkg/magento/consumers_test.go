package magento_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/magento"
)

// TestConsumers holds the consumers whose queue has another name, which a trigger must look at, and that callers get a copy.
func TestConsumers(t *testing.T) {
	consumers := magento.Consumers()
	for name, queue := range map[string]string{"exportProcessor": "export", "codegeneratorProcessor": "codegenerator", "product_alert": "product_alert.queue", "saveConfigProcessor": "saveConfig"} {
		assert.Equal(t, queue, consumers[name], name)
	}
	delete(consumers, "exportProcessor")
	assert.Contains(t, magento.Consumers(), "exportProcessor")
}
