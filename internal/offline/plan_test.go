package offline_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/stacks"
)

// TestAnUpdateIsWhatItsPlanSays does what the engine does with a saved plan: it compares every input of an update of an
// empty stack with that of the preview before, and takes what was unknown as equal to everything. What is drawn anew in
// each would stop the update, and be printed with the reason (pulumi/pulumi, resource/deploy/plan.go, checkDiff).
//
// A second preview then has to find what the update made, but for inputs whose changes are ignored.
func TestAnUpdateIsWhatItsPlanSays(t *testing.T) {
	config := fixture.Config(t, "production")
	programs := stacks.Programs()
	engine := offline.NewEngine(t, programs)
	drawn := 0
	for _, program := range programs {
		t.Run(program.Name, func(t *testing.T) {
			planned := engine.Run(t, "production", config, program, true)
			updated := engine.Run(t, "production", config, program, false)
			again := engine.Run(t, "production", config, program, true)
			drawn += updated.Drawn
			assert.Zero(t, planned.Drawn+again.Drawn, "a preview draws a password")
			require.NotEmpty(t, planned.Inputs)
			assert.Len(t, updated.Inputs, len(planned.Inputs))
			for urn, inputs := range updated.Inputs {
				plan, ok := planned.Inputs[urn]
				require.True(t, ok, "%s is in no plan", urn)
				second := again.Inputs[urn]
				for _, key := range keysOf(plan, inputs, second) {
					assert.True(t, plan[key].DeepEqualsIncludeUnknowns(inputs[key]), "%s: %s is not what the plan says", urn, key)
					if !slices.Contains(updated.IgnoreChanges[urn], string(key)) {
						assert.True(t, second[key].DeepEquals(inputs[key]), "%s: %s differs at the next preview", urn, key)
					}
				}
			}
		})
	}
	assert.Positive(t, drawn, "the test has lost its subject")
}

func keysOf(maps ...resource.PropertyMap) []resource.PropertyKey {
	var keys []resource.PropertyKey
	for _, properties := range maps {
		keys = append(keys, properties.StableKeys()...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
