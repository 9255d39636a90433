package cluster

import (
	"encoding/json"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// patchesOf are those by which a planned Application brings the facts to its part of the overlay.
func patchesOf(t *testing.T, part string) []any {
	t.Helper()
	applications, err := planned(computePlan, "kubernetes:argoproj.io/v1alpha1:Application")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range applications {
		u := unstructured.Unstructured{Object: a.Inputs}
		if u.GetName() != "magento-"+part {
			continue
		}
		patches, found, err := unstructured.NestedSlice(a.Inputs, "spec", "source", "kustomize", "patches")
		if err != nil || !found {
			t.Fatalf("Application %s has no patches: %v", u.GetName(), err)
		}
		for _, patch := range patches {
			of := patch.(map[string]any)
			inner := of["patch"].(map[string]any)["JSON"] // as the file of the plan writes a text that is JSON
			text, err := json.Marshal(inner)
			if err != nil || inner == nil {
				t.Fatalf("a patch of Application %s has no JSON: %v", u.GetName(), err)
			}
			of["patch"] = string(text)
		}
		return patches
	}
	t.Fatalf("no Application magento-%s is planned", part)
	return nil
}

// refreshedOften has External Secrets look every few seconds instead of every five minutes.
var refreshedOften any = map[string]any{
	"target": map[string]any{"kind": "ExternalSecret"},
	"patch":  `[{"op": "replace", "path": "/spec/refreshInterval", "value": "3s"}]`,
}
