package cluster

import (
	"slices"
	"strings"
	"testing"
)

// TestPools wants the plan's pools, and refuses what the kwok provider could not heed: a requirement that it ignores would
// make the test about other pools than the plan's.
func TestPools(t *testing.T) {
	found, err := pools("10s")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, pool := range found {
		names = append(names, pool["metadata"].(map[string]any)["name"].(string))
	}
	slices.Sort(names)
	if want := []string{"batch", "consumers", "web-base", "web-burst"}; !slices.Equal(names, want) {
		t.Errorf("pools %v, want %v", names, want)
	}
	pool := found[0]
	template := pool["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
	template["requirements"] = append(template["requirements"].([]any), map[string]any{"key": "karpenter.k8s.aws/instance-size"})
	if err := translate(pool, "10s"); err == nil || !strings.Contains(err.Error(), "no such label") {
		t.Errorf("an unknown requirement: %v", err)
	}
}
