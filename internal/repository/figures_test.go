package repository_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/pkg/settings"
)

// TestConnectionsInArchitecture holds the figures of docs/architecture.md to the arithmetic: the table is of the fixtures.
func TestConnectionsInArchitecture(t *testing.T) {
	var limits, perPod, inUse, open, headroom []any
	for _, environment := range []string{"staging", "production"} {
		data, err := settings.LoadData(fixture.Config(t, environment))
		require.NoError(t, err)
		budget, err := data.Budget()
		require.NoError(t, err)
		limits, perPod = append(limits, budget.MaxConnections), append(perPod, budget.PerPod)
		inUse = append(inUse, data.Pool(budget).Limit())
		open = append(open, budget.OpenPods()*budget.PerPod)
		headroom = append(headroom, budget.Headroom)
	}
	page := read(t, "docs/architecture.md")
	for name, values := range map[string][]any{
		"`max_connections`":               limits,
		"pool of a pod, to each instance": perPod,
		"of these in use at one time":     inUse,
		"all pools (`databaseBackends`)":  open,
		"headroom, at least a twentieth":  headroom,
	} {
		_, row, found := strings.Cut(page, "\n| "+name)
		require.True(t, found, "docs/architecture.md has no row %q", name)
		row, _, _ = strings.Cut(row, "\n")
		assert.True(t, strings.HasSuffix(row, fmt.Sprintf("| %v | %v |", values...)), "%s: the row says%s, and the code %v", name, row, values)
	}
}
