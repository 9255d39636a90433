package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
)

func TestWithin(t *testing.T) {
	r := plan.Resource{Inputs: map[string]any{"name": "a", "rules": []any{map[string]any{"status": 503.0}, "b"}}}
	for path, want := range map[string]any{
		"name": "a", "rules.0.status": 503.0, "rules.1": "b", "rules.0": map[string]any{"status": 503.0},
		"rules.2": nil, "rules.-1": nil, "rules.first": nil, "name.0": nil, "other.0": nil,
	} {
		assert.Equal(t, want, r.Input(path), path)
	}
	assert.Equal(t, any(r.Inputs), r.Input(""))
}
