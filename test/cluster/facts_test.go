package cluster

import (
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"
)

// bridge is the patch by which an Application brings the facts.
func bridge(facts map[string]any) map[string]any {
	return map[string]any{
		"target": map[string]any{"kind": "ConfigMap", "name": "magento-environment"},
		"patch":  yamlOf(map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "magento-environment"}, "data": facts}),
	}
}

func yamlOf(value any) string {
	text, _ := yaml.Marshal(value) // maps and texts alone: it cannot fail
	return string(text)
}

// exampleFacts are those of gitops/facts.yaml with their examples, which are production's.
func exampleFacts(t *testing.T) map[string]any {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(desiredState, "facts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Facts []struct{ Name, Meaning, Example string }
	}
	if err := yaml.UnmarshalStrict(content, &file); err != nil {
		t.Fatal(err)
	}
	facts := map[string]any{}
	for _, fact := range file.Facts {
		facts[fact.Name] = fact.Example
	}
	return facts
}

// refreshedOften has External Secrets look every few seconds instead of every five minutes.
var refreshedOften any = map[string]any{
	"target": map[string]any{"kind": "ExternalSecret"},
	"patch":  `[{"op": "replace", "path": "/spec/refreshInterval", "value": "3s"}]`,
}
