package placement_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/compute/k8s/placement"
)

// TestPlacement holds the fields as Kubernetes spells them, and that a node is never shared while a zone may be.
func TestPlacement(t *testing.T) {
	for want, got := range map[string]any{
		`[{"key":"CriticalAddonsOnly","operator":"Exists"}]`:                          placement.SystemTolerations(),
		`{"kubernetes.io/os":"linux","magento.com/nodes":"system"}`:                   placement.SystemNodes(),
		`{"requests":{"cpu":"50m","memory":"1Gi"},"limits":{"memory":"1Gi"}}`:         placement.Burstable("50m", "1Gi"),
		`{"requests":{"cpu":"1","memory":"1Gi"},"limits":{"cpu":"1","memory":"1Gi"}}`: placement.Guaranteed("1", "1Gi"),
		`[{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app":"a"}}},
		  {"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app":"a"}}}]`: placement.TopologySpread(map[string]string{"app": "a"}),
	} {
		text, err := json.Marshal(got)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(text))
	}
}
