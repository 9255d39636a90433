package aurora_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEventsAreThoseOfTheControlsAndOfThisCluster(t *testing.T) {
	g := deployed(t, large())
	for name, want := range map[string]struct {
		source     string
		categories []any
		ids        any
	}{
		"cluster":   {"db-cluster", []any{"failover", "failure", "global failover", "maintenance"}, []any{"magento-production"}},
		"instances": {"db-instance", []any{"configuration change", "failure", "maintenance"}, []any{"magento-production-1", "magento-production-2", "magento-production-3"}},
		"parameters": {"db-parameter-group", []any{"configuration change"},
			[]any{g.one(typeParameter).Outputs["name"]}},
		"groups": {"db-security-group", []any{"configuration change", "failure"}, nil},
	} {
		events := g.named("database-" + name + "-events")
		assert.Equal(t, want.source, events.Inputs["sourceType"])
		assert.Equal(t, want.categories, events.Inputs["eventCategories"])
		assert.Equal(t, want.ids, events.Inputs["sourceIds"])
		assert.Equal(t, "arn:aws:sns:eu-central-1:123456789012:alarms", events.Inputs["snsTopic"])
	}
	assert.Len(t, g.all(typeEvents), 4)
	assert.Empty(t, deployed(t, arguments()).all(typeEvents), "nobody was named to tell")
}
