package object_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/layer"
)

func planned(body func(ctx *pulumi.Context, opt pulumi.ResourceOption) error) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), offlinetest.InCluster(func(ctx *pulumi.Context, _, cluster pulumi.ResourceOption) (err error) {
		return body(ctx, cluster)
	}))
}

type spec struct {
	Size  int      `json:"size"`
	Names []string `json:"names,omitempty"`
}

func plannedObject(t *testing.T, o object.Object) (*plan.Environment, error) {
	t.Helper()
	return planned(func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		_, err := object.NewObject(ctx, "thing", o, opt)
		return err
	})
}

func TestObject(t *testing.T) {
	recorded, err := plannedObject(t, object.Object{
		APIVersion: "example.com/v1", Kind: "Thing", Namespace: "space", Name: "a", Labels: map[string]string{"of": "me"},
		Spec: spec{Size: 2, Names: []string{"x"}}, Computed: pulumi.Map{"arn": pulumi.String("arn:x")},
	})
	require.NoError(t, err)
	thing := offlinetest.Find(t, recorded, "thing")
	assert.Equal(t, "kubernetes:example.com/v1:Thing", thing.Type)
	assert.Equal(t, map[string]any{
		"apiVersion": "example.com/v1", "kind": "Thing",
		"metadata": map[string]any{"name": "a", "namespace": "space", "labels": map[string]any{"of": "me"}},
		"spec":     map[string]any{"size": 2.0, "names": []any{"x"}, "arn": "arn:x"},
	}, thing.Inputs)
}

func TestObjectsAreRefused(t *testing.T) {
	for want, o := range map[string]object.Object{
		"apiVersion, kind and name: required":   {Kind: "Thing"},
		"size is both given and computed":       {APIVersion: "v1", Kind: "Thing", Name: "a", Spec: spec{}, Computed: pulumi.Map{"size": pulumi.Int(1)}},
		"json: unsupported type: chan int":      {APIVersion: "v1", Kind: "Thing", Name: "a", Spec: make(chan int)},
		"cannot unmarshal number into Go value": {APIVersion: "v1", Kind: "Thing", Name: "a", Spec: 1},
	} {
		_, err := plannedObject(t, o)
		assert.ErrorContains(t, err, want)
	}
}

func TestNamespace(t *testing.T) {
	recorded, err := planned(func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		first, err := object.NewNamespace(ctx, "first", object.NamespaceArgs{Name: "first"}, opt)
		if err != nil {
			return err
		}
		_, err = object.NewNamespace(ctx, "shop", object.NamespaceArgs{
			Name: "magento", Labels: map[string]string{"of": "me"}, After: []pulumi.Resource{first.Made},
		}, opt)
		return err
	})
	require.NoError(t, err)
	namespace := offlinetest.Find(t, recorded, "shop-namespace")
	_, err = strict.Decode(namespace.Inputs)
	require.NoError(t, err)
	metadata := namespace.Inputs["metadata"].(map[string]any)
	assert.Equal(t, "magento", metadata["name"])
	labels := metadata["labels"].(map[string]any)
	assert.Equal(t, "restricted", labels["pod-security.kubernetes.io/enforce"])
	assert.Equal(t, "me", labels["of"])
	assert.Contains(t, namespace.Dependencies, offlinetest.Find(t, recorded, "first-namespace").URN)

	_, err = planned(func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		_, err := object.NewNamespace(ctx, "shop", object.NamespaceArgs{
			Labels: map[string]string{"pod-security.kubernetes.io/enforce": "privileged"},
		}, opt)
		return err
	})
	assert.ErrorContains(t, err, "its name in the cluster: required")
	assert.ErrorContains(t, err, "label pod-security.kubernetes.io/enforce: is set for every namespace")
}
