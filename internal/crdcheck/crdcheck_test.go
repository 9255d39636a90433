package crdcheck_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/crdcheck"
)

const karpenterFolder = "sigs.k8s.io/karpenter@v1.14.1//pkg/apis/crds"

func karpenter(t *testing.T) *crdcheck.Set {
	t.Helper()
	set, err := crdcheck.Modules(karpenterFolder)
	require.NoError(t, err)
	return set
}

// pool is a NodePool that an API server takes, with changes to its spec.
func pool(changes map[string]any) map[string]any {
	spec := map[string]any{
		"template": map[string]any{"spec": map[string]any{
			"nodeClassRef": map[string]any{"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "web"},
			"requirements": []any{map[string]any{"key": "karpenter.sh/capacity-type", "operator": "In", "values": []any{"spot"}}},
		}},
	}
	maps.Copy(spec, changes)
	return map[string]any{"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": map[string]any{"name": "web"}, "spec": spec}
}

func TestWhatIsRightIsTaken(t *testing.T) {
	set := karpenter(t)
	require.NoError(t, set.Check(pool(nil)))
	require.NoError(t, set.Check(pool(map[string]any{"weight": 10, "limits": map[string]any{"cpu": "100"}})))
	assert.True(t, set.Has("karpenter.sh/v1", "NodePool"))
	assert.False(t, set.Has("karpenter.sh/v2", "NodePool"))
}

// TestWhatIsWrongIsNamed has one mistake for everything that an API server looks at.
func TestWhatIsWrongIsNamed(t *testing.T) {
	set := karpenter(t)
	disruption := func(budget map[string]any) map[string]any {
		return map[string]any{"disruption": map[string]any{"consolidateAfter": "0s", "budgets": []any{budget}}}
	}
	for name, c := range map[string]struct {
		object map[string]any
		want   string
	}{
		"unknown field":    {pool(map[string]any{"wieght": 1}), "spec.wieght: unknown field"},
		"wrong type":       {pool(map[string]any{"weight": "ten"}), "spec.weight"},
		"out of range":     {pool(map[string]any{"weight": 101}), "spec.weight"},
		"missing":          {map[string]any{"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": map[string]any{"name": "a"}, "spec": map[string]any{}}, "spec.template: Required"},
		"pattern":          {pool(disruption(map[string]any{"nodes": "a few"})), "budgets[0].nodes"},
		"a rule in CEL":    {pool(disruption(map[string]any{"nodes": "0", "schedule": "0 8 * * *"})), "'schedule' must be set with 'duration'"},
		"another kind":     {map[string]any{"apiVersion": "karpenter.sh/v1", "kind": "NodePond", "metadata": map[string]any{"name": "a"}}, "not defined; there are:"},
		"another version":  {map[string]any{"apiVersion": "karpenter.sh/v1beta1", "kind": "NodePool", "metadata": map[string]any{"name": "a"}}, "not defined"},
		"a namespace":      {map[string]any{"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": map[string]any{"name": "a", "namespace": "b"}, "spec": pool(nil)["spec"]}, "metadata.namespace"},
		"no name":          {map[string]any{"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": map[string]any{}, "spec": pool(nil)["spec"]}, "metadata.name"},
		"a bad label":      {map[string]any{"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": map[string]any{"name": "a", "labels": map[string]any{"a": "b c"}}, "spec": pool(nil)["spec"]}, "metadata.labels"},
		"no object at all": {map[string]any{}, "checking a custom resource"},
	} {
		t.Run(name, func(t *testing.T) { assert.ErrorContains(t, set.Check(c.object), c.want) })
	}
}

func TestAllIsReportedTogether(t *testing.T) {
	err := karpenter(t).Check(pool(map[string]any{"wieght": 1, "weight": 101}))
	assert.ErrorContains(t, err, "karpenter.sh/v1 NodePool web: spec.wieght: unknown field")
	assert.ErrorContains(t, err, "karpenter.sh/v1 NodePool web: spec.weight")
}

// TestDownloadedModules reads a module that go.mod does not have.
func TestDownloadedModules(t *testing.T) {
	set, err := crdcheck.Modules("github.com/external-secrets/external-secrets@v1.3.2//config/crds/bases")
	require.NoError(t, err)
	store := map[string]any{
		"apiVersion": "external-secrets.io/v1", "kind": "ClusterSecretStore", "metadata": map[string]any{"name": "aws"},
		"spec": map[string]any{"provider": map[string]any{"aws": map[string]any{"service": "SecretsManager", "region": "eu-central-1"}}},
	}
	require.NoError(t, set.Check(store))
	store["spec"].(map[string]any)["provider"].(map[string]any)["aws"].(map[string]any)["service"] = "Vault"
	assert.ErrorContains(t, set.Check(store), "spec.provider.aws.service: Unsupported value")
}

func TestFoldersWithoutDefinitionsAreRefused(t *testing.T) {
	_, err := crdcheck.Read(t.TempDir())
	assert.ErrorContains(t, err, "none in")
	_, err = crdcheck.Modules("sigs.k8s.io/karpenter")
	assert.ErrorContains(t, err, "with // between them")
	_, err = crdcheck.Modules("example.com/nobody/has/this@v1.0.0//crds")
	assert.ErrorContains(t, err, "finding the Go module example.com/nobody/has/this@v1.0.0")

	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bad.yaml"), []byte("kind: CustomResourceDefinition\nspecc: {}\n"), 0o600))
	_, err = crdcheck.Read(folder)
	assert.ErrorContains(t, err, "bad.yaml")
}
