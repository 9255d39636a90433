package facts_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/compute/gitops/facts"
)

// TestPatch wants every fact in the patch, and each that is empty named.
func TestPatch(t *testing.T) {
	whole := facts.Facts{
		Role: "alone", Region: "eu-central-1", SecretsPrefix: "a/", SharedSecretsPrefix: "b/", DatabaseAuthorities: "line\nline", ReadSplit: "none",
		MediaBucket: "media", ImageRepository: "shop", HostName: "shop.example.com", AdminPath: "werkbank", VPCCIDR: "10.0.0.0/16",
	}
	text, err := whole.Patch()
	require.NoError(t, err)
	var object struct {
		APIVersion, Kind string
		Metadata         map[string]string
		Data             map[string]string
	}
	require.NoError(t, json.Unmarshal([]byte(text), &object))
	assert.Equal(t, "ConfigMap", object.Kind)
	assert.Equal(t, map[string]string{"name": "magento-environment"}, object.Metadata)
	assert.Equal(t, whole.Values(), object.Data)
	assert.Len(t, object.Data, 11)
	assert.Equal(t, "line\nline", object.Data["databaseAuthorities"])

	whole.HostName, whole.AdminPath = "", ""
	_, err = whole.Patch()
	assert.EqualError(t, err, "fact hostName: is empty\nfact adminPath: is empty")
}
