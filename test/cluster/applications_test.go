package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The planned Applications, in the order in which they are looked at.
var applicationNames = []string{"magento-stores", "magento-shop"}

// point makes the planned AppProjects and Applications, which read the test's repository in the place of the planned one.
func (s *shop) point(t *testing.T) {
	t.Helper()
	const kind = "kubernetes:argoproj.io/v1alpha1:"
	resources, err := planned(computePlan, kind+"AppProject", kind+"Application")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if err := s.repository.takesThePlaceOf(r); err != nil {
			t.Fatalf("%s %s: %v", r.Type, r.Name, err)
		}
		s.apply(t, r.Inputs)
	}
}

func (s *shop) apply(t *testing.T, object map[string]any) {
	t.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	s.must(string(text), "apply", "--server-side", "--force-conflicts", "--field-manager", "pulumi", "-f", "-")
}

// takesThePlaceOf the repository that a planned AppProject allows, or that a planned Application reads.
func (r *repository) takesThePlaceOf(planned resource) error {
	spec := planned.Inputs["spec"].(map[string]any)
	if allowed, ok := spec["sourceRepos"].([]any); ok {
		for i := range allowed {
			allowed[i] = r.url()
		}
		return nil
	}
	source := spec["source"].(map[string]any)
	source["repoURL"], source["targetRevision"] = r.url(), branch
	source["path"] = path.Join(desiredState, "overlays/production", path.Base(source["path"].(string)))
	patches, found, err := unstructured.NestedSlice(source, "kustomize", "patches")
	if err != nil || !found {
		return fmt.Errorf("it has no patches: %w", err)
	}
	for _, patch := range patches {
		of := patch.(map[string]any)
		text, err := json.Marshal(of["patch"].(map[string]any)["JSON"]) // as the file of the plan writes a text that is JSON
		if err != nil {
			return err
		}
		of["patch"] = string(text)
	}
	return unstructured.SetNestedSlice(source, append(patches, refreshedOften), "kustomize", "patches")
}

// refreshedOften has External Secrets look every few seconds instead of every five minutes.
var refreshedOften any = map[string]any{
	"target": map[string]any{"kind": "ExternalSecret"},
	"patch":  `[{"op": "replace", "path": "/spec/refreshInterval", "value": "3s"}]`,
}

// settled wants an Application to have brought the commit, and everything of it to be Synced and Healthy.
func (a api) settled(name, commit string) error {
	app, err := a.get(applications, "argocd", name)
	if err != nil {
		return err
	}
	var problems []error
	for what, want := range map[string]string{
		"status.sync.status": "Synced", "status.sync.revision": commit, "status.health.status": "Healthy",
		"status.operationState.phase": "Succeeded",
	} {
		if is := text(*app, fields(what)...); is != want {
			problems = append(problems, fmt.Errorf("%s is %q, not %q", what, is, want))
		}
	}
	if len(problems) == 0 {
		return nil
	}
	problems = append(problems, errors.New(text(*app, fields("status.operationState.message")...)))
	for _, r := range list(*app, "status", "resources") {
		if status, health := text(r, "status"), text(r, "health", "status"); status != "Synced" || health != "" && health != "Healthy" {
			problems = append(problems, fmt.Errorf("%s %s is %s and %s: %s", text(r, "kind"), text(r, "name"), status, health, text(r, "health", "message")))
		}
	}
	for _, c := range list(*app, "status", "conditions") {
		problems = append(problems, errors.New(text(c, "type")+": "+text(c, "message")))
	}
	return fmt.Errorf("application %s: %w", name, errors.Join(problems...))
}

// failed wants the last synchronisation, of the commit, to have failed, whether it is tried again or not.
func (a api) failed(name, commit string) error {
	app, err := a.get(applications, "argocd", name)
	if err != nil {
		return err
	}
	phase, of := text(*app, fields("status.operationState.phase")...), text(*app, fields("status.operationState.syncResult.revision")...)
	again := count(*app, fields("status.operationState.retryCount")...)
	if of != commit || phase != "Failed" && again == 0 {
		return fmt.Errorf("application %s: the synchronisation of %.7s is %s: %s", name, of, phase, text(*app, fields("status.operationState.message")...))
	}
	return nil
}

func fields(dotted string) []string { return strings.Split(dotted, ".") }
