package stacks_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/naming"
)

// webManifests are the web pods that test/cluster tries the base's promise with, on Karpenter's own scheduler.
const webManifests = "../test/cluster/testdata/web.yaml"

// manifests are the objects of a file, by kind and name, each of them known to Kubernetes in every field.
func manifests(t *testing.T, file string) map[string]map[string]any {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	found := map[string]map[string]any{}
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var object map[string]any
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return found
		} else {
			require.NoError(t, err)
		}
		_, err := strict.Decode(object)
		require.NoError(t, err)
		found[fmt.Sprintf("%v %v", object["kind"], in(object, "metadata.name"))] = object
	}
}

// decoded reads an object of a file.
func decoded[T runtime.Object](t *testing.T, objects map[string]map[string]any, name string) T {
	require.Contains(t, objects, name)
	object, err := strict.Into[T](objects[name])
	require.NoError(t, err)
	return object
}

// TestWebPodsNameTheirPools holds the manifests to the plans: the pools that they name, what these buy, and that there is
// room for the base and for a node's successor.
func TestWebPodsNameTheirPools(t *testing.T) {
	objects := manifests(t, webManifests)
	service := decoded[*corev1.Service](t, objects, "Service "+naming.ServiceWeb)
	assert.EqualValues(t, topology.MagentoPort, service.Spec.Ports[0].Port)
	for _, environment := range []string{"staging", "production"} {
		recorded := planned(t, environment)
		for name, pool := range map[string]struct {
			pool   string
			bought []any
		}{
			"magento-web-base":  {nodepool.PoolWebBase, []any{"on-demand"}},
			"magento-web-burst": {nodepool.PoolWebBurst, []any{"spot", "on-demand"}},
		} {
			deployment := decoded[*appsv1.Deployment](t, objects, "Deployment "+name)
			pod := deployment.Spec.Template
			assert.Equal(t, pool.pool, pod.Spec.NodeSelector[nodepool.PoolLabel], name)
			assert.True(t, labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(pod.Labels)), "%s answers nobody", name)

			planned := named(t, recorded, nodePoolType, "karpenter-pool-"+pool.pool)
			assert.Equal(t, pool.pool, input(planned, "metadata.name"))
			assert.Equal(t, pool.bought, wanted(planned, nodepool.KeyCapacity), name)
			assert.Equal(t, "Never", input(planned, "spec.template.spec.expireAfter"), "taken at any hour")
			tolerated := pod.Spec.Tolerations[0]
			assert.Equal(t, map[string]any{"key": tolerated.Key, "value": tolerated.Value, "effect": string(tolerated.Effect)}, input(planned, "spec.template.spec.taints.0"), name)

			budget := decoded[*policyv1.PodDisruptionBudget](t, objects, "PodDisruptionBudget "+name)
			selector, err := metav1.LabelSelectorAsSelector(budget.Spec.Selector)
			require.NoError(t, err)
			assert.True(t, selector.Matches(labels.Set(pod.Labels)), "%s: a drain may take all of them", name)
		}
	}
	base := decoded[*appsv1.Deployment](t, objects, "Deployment magento-web-base")
	pool := named(t, planned(t, "production"), nodePoolType, "karpenter-pool-"+nodepool.PoolWebBase)
	asked := base.Spec.Template.Spec.Containers[0].Resources.Requests.Cpu().MilliValue() * int64(*base.Spec.Replicas+1) // one surges
	largest := resource.MustParse(fmt.Sprint(wanted(pool, nodepool.KeyCPU)[0]))
	limit := resource.MustParse(fmt.Sprint(input(pool, "spec.limits.cpu")))
	assert.LessOrEqual(t, asked, limit.MilliValue()-largest.MilliValue(), "no room for a node's successor")
}

// wanted is what a pool wants of a label, as the last of its requirements says.
func wanted(pool plan.Resource, key string) []any {
	var values []any
	for _, item := range input(pool, "spec.template.spec.requirements").([]any) {
		if in(item, "key") == key {
			values = in(item, "values").([]any)
		}
	}
	return values
}
