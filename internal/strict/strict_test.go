package strict_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/magestack/magestack/internal/strict"
)

func service(spec map[string]any) map[string]any {
	return map[string]any{"apiVersion": "v1", "kind": "Service", "metadata": map[string]any{"name": "a"}, "spec": spec}
}

func TestBuiltInKindsAreDecodedStrictly(t *testing.T) {
	decoded, err := strict.Into[*corev1.Service](service(map[string]any{"trafficDistribution": "PreferSameZone"}))
	require.NoError(t, err)
	assert.Equal(t, "PreferSameZone", *decoded.Spec.TrafficDistribution)
	assert.True(t, strict.BuiltIn("v1", "Service"))
	assert.False(t, strict.BuiltIn("karpenter.sh/v1", "NodePool"))

	for name, c := range map[string]struct {
		object any
		want   string
	}{
		"unknown field": {service(map[string]any{"ports": []any{map[string]any{"prot": 1}}}), `unknown field "spec.ports[0].prot"`},
		"another case":  {service(map[string]any{"clusterip": "None"}), `unknown field "spec.clusterip"`},
		"wrong type":    {service(map[string]any{"ports": []any{map[string]any{"port": "http"}}}), "cannot unmarshal string"},
		"another kind":  {map[string]any{"apiVersion": "v1", "kind": "Servant"}, `no kind "Servant"`},
		"no kind":       {map[string]any{}, "Object 'Kind' is missing"},
		"no object":     {make(chan int), "unsupported type"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := strict.Decode(c.object)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err = strict.Into[*appsv1.Deployment](service(nil))
	assert.ErrorContains(t, err, "it is a *v1.Service, not a *v1.Deployment")
}
