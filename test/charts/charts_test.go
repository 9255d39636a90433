package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	"sigs.k8s.io/yaml"
)

// TestKarpenterIsAsItsFactsSay renders what comes with a Go module, every time.
func TestKarpenterIsAsItsFactsSay(t *testing.T) {
	releases, err := readReleases(valuesFile)
	require.NoError(t, err)
	committed, err := os.ReadFile(factsFile)
	require.NoError(t, err)
	var want map[string]Facts
	require.NoError(t, json.Unmarshal(committed, &want))
	karpenter, err := karpenterCharts()
	require.NoError(t, err)
	found, err := findCharts("", karpenter)
	require.NoError(t, err)
	for _, name := range []string{"karpenter-release", "karpenter-definitions"} {
		got, err := factsOf(releases[name], found)
		require.NoError(t, err)
		text, err := json.Marshal(got)
		require.NoError(t, err)
		wanted, err := json.Marshal(want[name])
		require.NoError(t, err)
		assert.JSONEq(t, string(wanted), string(text), "render anew: make charts CHARTS=folder")
	}
}

// TestBudgets stands on the bound, and one beside it.
func TestBudgets(t *testing.T) {
	two := Workload{Kind: "Deployment", Name: "two", Replicas: 2, labels: map[string]string{"app": "a"}}
	for bounds, want := range map[string]int{
		"{}":                   0, // what Reloader's chart makes of enabled alone
		"{maxUnavailable: 0}":  0,
		"{maxUnavailable: 1}":  1,
		"{maxUnavailable: 1%}": 1, // rounded up
		"{maxUnavailable: 3}":  2,
		"{minAvailable: 2}":    0,
		"{minAvailable: 1}":    1,
		"{minAvailable: 51%}":  0,
		"{minAvailable: 50%}":  1,
		"{minAvailable: 3}":    0,
		"{minAvailable: 0}":    2,
	} {
		object := map[string]any{}
		require.NoError(t, yaml.Unmarshal([]byte("kind: PodDisruptionBudget\nmetadata: {name: b}\nspec: "+bounds), &object))
		object["spec"].(map[string]any)["selector"] = map[string]any{"matchLabels": map[string]any{"app": "a"}}
		budget, err := budgetOf(object, []Workload{two})
		require.NoError(t, err)
		assert.Equal(t, want, budget.Allows, bounds)
		assert.Equal(t, 2, budget.Pods)

		object["spec"].(map[string]any)["selector"] = map[string]any{"matchLabels": map[string]any{"app": "b"}}
		budget, err = budgetOf(object, []Workload{two})
		require.NoError(t, err)
		assert.Zero(t, budget.Allows, "of nobody's pods")
	}
}

// TestUnknownKeys wants a key to be the chart's or its schema's, unless the chart leaves it open.
func TestUnknownKeys(t *testing.T) {
	theirs := map[string]any{"a": 1, "map": map[string]any{"known": 1}, "free": map[string]any{}}
	schema := map[string]any{"properties": map[string]any{
		"described": map[string]any{}, "map": map[string]any{"properties": map[string]any{"described": map[string]any{}}},
	}}
	ours := map[string]any{
		"a": 2, "b": 1, "described": 1, "free": map[string]any{"x": 1},
		"map": map[string]any{"known": 2, "described": 1, "unknown": 1, "example.com/label": 1},
	}
	assert.ElementsMatch(t, []string{"b", "map.unknown"}, unknownKeys(theirs, ours, schema, ""))
}

// TestReads wants a value that is only in a comment of the chart's values, and in a template.
func TestReads(t *testing.T) {
	template := "{{- if .Values.budget.maxUnavailable }}"
	assert.True(t, reads(template, "budget.maxUnavailable"))
	assert.False(t, reads(template, "budget.max"))
	assert.False(t, reads(template, "maxUnavailable"))

	whole := `{{- $config := omit .Values.configs.cm "create" -}}`
	assert.True(t, reads(whole, "configs.cm.oidc.config"))
	assert.False(t, reads(whole, "configs.cmp.plugin"))
	assert.False(t, reads(whole, "configs.other"))
}

// TestARelease renders a chart of our own with a workload, a budget without bounds and an object elsewhere.
func TestARelease(t *testing.T) {
	c := &chart.Chart{
		Metadata: &chart.Metadata{Name: "demo", Version: "1.0.0", APIVersion: "v2"},
		Values:   map[string]any{"replicas": 1},
		Templates: []*chart.File{{Name: "templates/all.yaml", Data: []byte(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo}
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata: {labels: {app: demo}}
    spec:
      nodeSelector: {magento.com/nodes: system}
      containers: [{name: demo, image: "demo:1", resources: {requests: {cpu: 10m, memory: 1Mi}, limits: {memory: 1Mi}}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: demo}
spec: {selector: {matchLabels: {app: demo}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: demo, namespace: other}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: demo, namespace: other}
roleRef: {kind: Role, name: demo}
subjects: [{kind: ServiceAccount, name: demo, namespace: demo}]
`)}},
	}
	r := Release{Chart: "oci://registry.example.com/demo", Version: "1.0.0", Release: "demo", Namespace: "demo", Values: map[string]any{"replicas": 2, "replica": 2}}
	facts, err := factsOf(r, map[string]source{"demo": {chart: c, version: "1.0.0"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"replica"}, facts.Unknown)
	require.Len(t, facts.Workloads, 1)
	w := facts.Workloads[0]
	w.labels = nil
	assert.Equal(t, Workload{Kind: "Deployment", Name: "demo", Replicas: 2, Nodes: "system", Spread: []string{},
		Containers: []Container{{Name: "demo", Image: "demo:1", CPU: "10m", Memory: "1Mi", MemoryLimit: "1Mi"}}}, w)
	assert.Equal(t, []Budget{{Name: "demo", Of: []string{"Deployment demo"}, Pods: 2, Allows: 0}}, facts.Budgets)
	assert.Equal(t, []string{"Role other/demo", "RoleBinding other/demo"}, facts.Elsewhere)
	assert.Equal(t, []string{"demo other get"}, facts.Secrets)

	c.Templates[0].Data = []byte("kind: Deployment\nmetadata: {name: demo}\nspec: {topologySpread: []}\n")
	_, err = factsOf(r, map[string]source{"demo": {chart: c}})
	assert.ErrorContains(t, err, "unknown field", "the decoder of one version names the whole path, of another the last part")
	assert.ErrorContains(t, err, "topologySpread\"")
	_, err = factsOf(r, nil)
	assert.ErrorContains(t, err, "chart demo 1.0.0: no source of it")
}
