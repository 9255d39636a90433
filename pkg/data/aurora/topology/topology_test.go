package topology_test

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

var zones = []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"}

func TestFailoverTargetIsInAnotherZoneAndAsLargeAsTheWriter(t *testing.T) {
	all := topology.Instances{Readers: 3, Zones: zones}.All()
	require.Len(t, all, 4)
	assert.Equal(t, topology.Instance{"writer", 1, "eu-central-1a", 0, "tue:02:30-tue:03:00"}, all[0])
	assert.Equal(t, topology.Instance{"reader-1", 2, "eu-central-1b", 1, "wed:02:30-wed:03:00"}, all[1])
	assert.Equal(t, topology.Instance{"reader-2", 3, "eu-central-1c", 2, "thu:02:30-thu:03:00"}, all[2])
	assert.Equal(t, topology.Instance{"reader-3", 4, "eu-central-1a", 3, "tue:03:00-tue:03:30"}, all[3])
}

func TestEveryValidNumberOfReaders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		instances := topology.Instances{
			Readers: rapid.IntRange(topology.MinReaders, topology.MaxReaders).Draw(t, "readers"),
			Zones:   zones[:rapid.IntRange(2, 3).Draw(t, "zones")],
		}
		require.NoError(t, instances.Validate(topology.ReadSplitNone))
		all := instances.All()
		require.Len(t, all, instances.Readers+1)
		windows, names := map[string]bool{}, map[string]bool{}
		for _, instance := range all {
			assert.LessOrEqual(t, instance.Tier, 15, "RDS has tiers 0 to 15")
			windows[instance.MaintenanceWindow], names[instance.Name] = true, true
		}
		assert.Len(t, windows, len(all), "two instances restart at one time")
		assert.Len(t, names, len(all))
		if len(all) > 1 {
			assert.NotEqual(t, all[0].Zone, all[1].Zone)
		}
	})
}

func TestInstancesAreRefusedAllAtOnce(t *testing.T) {
	err := topology.Instances{Readers: 16, Zones: []string{"eu-central-1a"}}.Validate("everything")
	for _, want := range []string{"readers: 16 given, 1 to 15 are allowed", "zones: 1 given, at least 2", `read split "everything"`} {
		assert.ErrorContains(t, err, want)
	}
	err = topology.Instances{Zones: []string{"eu-central-1a", "eu-central-1a"}}.Validate(topology.ReadSplitSlaveConnection)
	assert.ErrorContains(t, err, "readers: 0 given, 1 to 15 are allowed")
	assert.ErrorContains(t, err, `zone "eu-central-1a": each must be named, and once`)
}

func TestValues(t *testing.T) {
	var role topology.Role
	var storage topology.Storage
	var insights topology.Insights
	for text, value := range map[string]encoding.TextUnmarshaler{
		"secondary": &role, "io-optimized": &storage, "advanced": &insights,
	} {
		require.NoError(t, value.UnmarshalText([]byte(text)))
		assert.Error(t, value.UnmarshalText(nil), "the empty value is a choice that nobody made")
		err := value.UnmarshalText([]byte("all"))
		assert.EqualError(t, err, fmt.Sprintf(`"all": must be %s`, value.(interface{ Allowed() string }).Allowed()))
	}
}

func TestWhatTheAPICallsThem(t *testing.T) {
	assert.Empty(t, topology.StorageStandard.Type())
	assert.Equal(t, "aurora-iopt1", topology.StorageIOOptimized.Type())
	for insights, want := range map[topology.Insights]struct {
		mode string
		days int
	}{
		topology.InsightsOff: {"standard", 0}, topology.InsightsStandard: {"standard", 7}, topology.InsightsAdvanced: {"advanced", 465},
	} {
		assert.Equal(t, want.mode, insights.Mode())
		assert.Equal(t, want.days, insights.RetentionDays())
		assert.Equal(t, want.days > 0, insights.Enabled())
		assert.Equal(t, insights.Enabled(), len(insights.Features()) > 0)
	}
	assert.Equal(t, []capacity.Feature{capacity.PerformanceInsights}, topology.InsightsAdvanced.Features())
}
