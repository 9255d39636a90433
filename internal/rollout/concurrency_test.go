package rollout

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
)

// TestConcurrencyMustBeThere stands on the quota and one below it, with the function in the state and without.
func TestConcurrencyMustBeThere(t *testing.T) {
	const quota = "lambda get-account-settings"
	reserving := inPlan(functionType, map[string]any{"name": "magento-staging-rotation", "reservedConcurrentExecutions": 1.0})
	for name, c := range map[string]struct {
		planned plan.Resource
		answer  string
		there   bool
		refused bool
	}{
		"enough":                 {reserving, `{"AccountLimit":{"UnreservedConcurrentExecutions":101}}`, false, false},
		"what AWS keeps":         {reserving, `{"AccountLimit":{"UnreservedConcurrentExecutions":100}}`, false, true},
		"a new account":          {reserving, `{"AccountLimit":{"UnreservedConcurrentExecutions":10}}`, false, true},
		"reserved already":       {reserving, `{"AccountLimit":{"UnreservedConcurrentExecutions":10}}`, true, false},
		"a function without any": {inPlan(functionType, map[string]any{"name": "other"}), `{}`, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.answers[quota] = []string{c.answer}
			if c.there {
				f.add("stacks/data", functionType, "rotation-function", "magento-staging-rotation")
			}
			r, _ := f.of(t, settings.Config{})
			r.Plan = &plan.Environment{Stacks: []plan.Stack{planOf("magento-data", c.planned)}}
			err := r.Up(context.Background(), UpOptions{Yes: true})
			if !c.refused {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, "of which AWS keeps 100: the functions of the plan reserve 1; ask for more: aws service-quotas request-service-quota-increase --region eu-central-1")
			assert.Empty(t, f.ran, "nothing is begun")
		})
	}
}
