package search_test

import (
	"net/url"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/search"
	"github.com/magestack/magestack/pkg/data/secrets/secretstest"
)

// What Magento reads is what the domain was told, however often the program draws.
func TestTheSecretIsWhatMagentoNeeds(t *testing.T) {
	outputs := map[string]any{"endpoint": "vpc-magento.example"}
	made := secretstest.Deploy(t, outputs, func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := search.NewDomain(ctx, "search", arguments(), provider)
		return err
	})
	value := made.Named(t, "search-credential-value")
	assert.Regexp(t, `^Drawn[12]!$`, value["password"])
	assert.Equal(t, map[string]any{
		"host": "vpc-magento.example", "port": 443.0, "username": "magento", "password": value["password"],
	}, value)
	security := made["aws:opensearch/domain:Domain"]["advancedSecurityOptions"].(map[string]any)
	assert.Equal(t, value["password"], security["masterUserOptions"].(map[string]any)["masterUserPassword"])
	// The service wants a special character, and Magento writes the password into a URL as it is.
	parsed, err := url.Parse("https://magento:" + value["password"].(string) + "@vpc-magento.example:443")
	require.NoError(t, err)
	password, _ := parsed.User.Password()
	assert.Equal(t, value["password"], password)
	assert.Regexp(t, `[^A-Za-z0-9]`, password)

	// Magento's own user has the same form, and a password of its own.
	shop := made.Named(t, "search-shop-value")
	assert.Regexp(t, `^Drawn[12]!$`, shop["password"])
	assert.NotEqual(t, value["password"], shop["password"])
	assert.Equal(t, map[string]any{"host": "vpc-magento.example", "port": 443.0, "username": "magento-shop", "password": shop["password"]}, shop)
}
