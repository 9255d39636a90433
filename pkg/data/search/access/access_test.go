package access_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/search/access"
)

// TestTheShopMayDoItsOwn holds the role to what the security plugin reads, and away from what would make it an administrator.
func TestTheShopMayDoItsOwn(t *testing.T) {
	text, err := json.Marshal(access.Shop())
	require.NoError(t, err)
	assert.JSONEq(t, `{"cluster_permissions":["cluster_monitor","cluster_composite_ops"],
		"index_permissions":[{"index_patterns":["magento2*"],"allowed_actions":["indices_all"]}]}`, string(text))
	for _, action := range access.Shop().Cluster {
		assert.NotContains(t, []string{"*", "unlimited", "cluster_all", "manage_snapshots"}, action)
		assert.False(t, strings.HasPrefix(action, "cluster:admin"), action)
	}
	for _, indices := range access.Shop().Indices {
		for _, pattern := range indices.Patterns {
			assert.True(t, strings.HasPrefix(pattern, access.IndexPrefix), "%s reaches the indices of others", pattern)
		}
	}
}
