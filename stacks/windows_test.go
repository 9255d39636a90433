package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
)

// window is when AWS may restart a store, in minutes of a week that begins on Monday, UTC.
type window struct {
	store      string
	start, end int
}

// brokerMinutes is how long a window of Amazon MQ is (Amazon MQ Developer Guide, "Maintaining an Amazon MQ broker").
const brokerMinutes = 120

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func minuteOf(t *testing.T, day, clock string) int {
	t.Helper()
	for i, name := range weekdays {
		if strings.HasPrefix(strings.ToLower(day), name) {
			var hour, minute int
			_, err := fmt.Sscanf(clock, "%d:%d", &hour, &minute)
			require.NoError(t, err)
			return (i*24+hour)*60 + minute
		}
	}
	t.Fatalf("%q is no day", day)
	return 0
}

// windowsOf reads the windows of every store of a plan. OpenSearch has none: the service may begin at any hour of its ten
// off-peak ones, every night.
func windowsOf(t *testing.T, recorded *plan.Environment) []window {
	var found []window
	add := func(r plan.Resource, text string) {
		require.Regexp(t, `^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$`, text, r.Name)
		found = append(found, window{r.Name, minuteOf(t, text[:3], text[4:9]), minuteOf(t, text[10:13], text[14:])})
	}
	for _, r := range recorded.Resources() {
		switch r.Type {
		case "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance":
			add(r, fmt.Sprint(input(r, "preferredMaintenanceWindow")))
		case "aws:elasticache/replicationGroup:ReplicationGroup":
			add(r, fmt.Sprint(input(r, "maintenanceWindow")))
		case "aws:mq/broker:Broker":
			start := minuteOf(t, fmt.Sprint(input(r, "maintenanceWindowStartTime.dayOfWeek")), fmt.Sprint(input(r, "maintenanceWindowStartTime.timeOfDay")))
			assert.Equal(t, "UTC", input(r, "maintenanceWindowStartTime.timeZone"))
			found = append(found, window{r.Name, start, start + brokerMinutes})
		}
	}
	return found
}

// TestNoTwoStoresRestartAtOneTime wants all windows apart, with as many readers as there can be: AWS restarts what it likes
// within one, and a shop survives the restart of one store at a time.
func TestNoTwoStoresRestartAtOneTime(t *testing.T) {
	check := func(t *testing.T, recorded *plan.Environment) {
		windows := windowsOf(t, recorded)
		for i, a := range windows {
			assert.Less(t, a.start, a.end, a.store)
			for _, b := range windows[:i] {
				assert.True(t, a.end <= b.start || b.end <= a.start, "%s and %s share a time", a.store, b.store)
			}
		}
	}
	forEveryEnvironment(t, check)
	t.Run("fifteen readers", func(t *testing.T) {
		recorded := changed(t, "production", settings.Config{"magento-data:readers": "15"})
		assert.Len(t, windowsOf(t, recorded), 1+16+2+1, "a window was missed")
		check(t, recorded)
	})
}
