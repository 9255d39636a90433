package sizing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/data/cache/sizing"
	"github.com/magestack/magestack/pkg/naming"
)

func TestNodeTypes(t *testing.T) {
	for text, want := range map[string]struct {
		memory   float64
		reserved int
		data     float64
	}{
		"cache.t4g.micro":    {0.5, 50, 0.25},
		"cache.t4g.small":    {1.37, 30, 0.959},
		"cache.t4g.medium":   {3.09, 25, 2.3175},
		"cache.m7g.large":    {6.38, 25, 4.785},
		"cache.r7g.large":    {13.07, 25, 9.8025},
		"cache.r7g.16xlarge": {419.09, 25, 314.3175},
	} {
		var node sizing.NodeType
		require.NoError(t, node.UnmarshalText([]byte(text)), text)
		assert.Equal(t, sizing.NodeType(text), node)
		assert.InDelta(t, want.memory, node.MemoryGiB(), 1e-9, text)
		assert.Equal(t, want.reserved, node.ReservedMemoryPercent(), text)
		assert.InDelta(t, want.data, node.DataGiB(), 1e-9, text)
	}
}

func TestNodeTypesThatDoNotExist(t *testing.T) {
	for _, text := range []string{
		"", "m7g.large", "cache.m7g", "cache.m7g.micro", "cache.m7g.24xlarge", "cache.t4g.large", "cache.r6gd.xlarge",
		"cache.t3.micro", "cache.M7g.large", "cache.m7g.large ", "db.r7g.large",
	} {
		node := sizing.NodeType("unchanged")
		err := node.UnmarshalText([]byte(text))
		require.Error(t, err, text)
		assert.ErrorContains(t, err, `node type "`+text+`": must be one of cache.t4g.{micro,small,medium} cache.m7g.{large,xlarge,`)
		assert.ErrorContains(t, err, "cache.r7g.{large,")
		assert.Equal(t, sizing.NodeType("unchanged"), node)
	}
	assert.Zero(t, sizing.NodeType("cache.x1.huge").MemoryGiB())
}

// Larger sizes have more memory, within each family and between m7g and r7g.
func TestMemoryGrowsWithTheSize(t *testing.T) {
	sizes := []string{"large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"}
	for i, size := range sizes {
		general, memory := sizing.NodeType("cache.m7g."+size), sizing.NodeType("cache.r7g."+size)
		assert.InDelta(t, 2, memory.MemoryGiB()/general.MemoryGiB(), 0.06, size)
		if i > 0 {
			assert.Greater(t, general.MemoryGiB(), sizing.NodeType("cache.m7g."+sizes[i-1]).MemoryGiB())
			assert.Greater(t, memory.MemoryGiB(), sizing.NodeType("cache.r7g."+sizes[i-1]).MemoryGiB())
		}
	}
}

func TestEvictionKeepsTagsAndSessions(t *testing.T) {
	assert.Equal(t, sizing.VolatileLRU, sizing.PurposeCache.Eviction())
	assert.Equal(t, sizing.NoEviction, sizing.PurposeSessions.Eviction())
	assert.NoError(t, sizing.PurposeCache.Validate())
	assert.NoError(t, sizing.PurposeSessions.Validate())
	assert.EqualError(t, sizing.Purpose("").Validate(), `purpose "": must be cache or sessions`)
}

func TestEngineVersions(t *testing.T) {
	for _, text := range []string{"8.0", "8.1", "8.2"} {
		var version sizing.EngineVersion
		require.NoError(t, version.UnmarshalText([]byte(text)))
		assert.Equal(t, sizing.EngineVersion(text), version)
		assert.Contains(t, version.Allowed(), text)
	}
	for _, text := range []string{"", "7.2", "9.0", "8", "8.1.0"} {
		version := sizing.Valkey81
		assert.EqualError(t, version.UnmarshalText([]byte(text)), `engine version "`+text+`": must be Valkey 8.0, 8.1 or 8.2`)
		assert.Equal(t, sizing.Valkey81, version)
	}
}

func TestGroupReportsEverything(t *testing.T) {
	assert.NoError(t, sizing.Group{NodeType: "cache.t4g.small", Count: 2, SnapshotRetentionDays: 15}.Validate())
	assert.NoError(t, sizing.Group{NodeType: "cache.r7g.large", Count: 6, SnapshotRetentionDays: 35}.Validate())
	for _, wrong := range []sizing.Group{{"cache.none", 1, 14}, {"", 7, 36}, {}} {
		err := wrong.Validate()
		assert.ErrorContains(t, err, "node type")
		assert.ErrorContains(t, err, "nodes: must be 2 to 6, a primary and one to five replicas")
		assert.ErrorContains(t, err, "days: must be 15 to 35")
	}
}

func TestIDs(t *testing.T) {
	assert.Equal(t, "magento-production-sessions", sizing.ID("production", sizing.PurposeSessions))
	assert.NoError(t, sizing.ValidateID(sizing.ID("production-dr", sizing.PurposeSessions)))
	for _, id := range []string{"", "Magento", "1cache", "a--b", "a-", "-a", "a_b", strings.Repeat("a", 41)} {
		assert.ErrorContains(t, sizing.ValidateID(id), "must be 1 to 40 lower-case letters", id)
	}
	assert.ErrorContains(t, sizing.ValidateID(sizing.ID(naming.Environment(strings.Repeat("e", 30)), sizing.PurposeCache)), "has 44 characters")
}

// What is accepted as an identifier is what the API describes, said in another way than by a pattern.
func TestIDsFollowTheAPI(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringOfN(rapid.SampledFrom([]rune("ab1-_A")), 0, 45, -1).Draw(t, "id")
		allowed := len(id) >= 1 && len(id) <= 40 && strings.Trim(id, "ab1-") == "" &&
			(id[0] == 'a' || id[0] == 'b') && !strings.HasSuffix(id, "-") && !strings.Contains(id, "--")
		assert.Equal(t, allowed, sizing.ValidateID(id) == nil, id)
	})
}
