package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// project allows the kinds of the desired state, in its namespaces.
func project(r *repository) map[string]any {
	kinds := func(list ...string) (all []any) {
		for _, kind := range list {
			group, name, _ := strings.Cut(kind, "/")
			all = append(all, map[string]any{"group": group, "kind": name})
		}
		return all
	}
	destination := func(namespace string) any {
		return map[string]any{"server": "https://kubernetes.default.svc", "namespace": namespace}
	}
	return map[string]any{
		"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
		"metadata": map[string]any{"name": "magento", "namespace": "argocd"},
		"spec": map[string]any{
			"sourceRepos":              []any{r.url()},
			"destinations":             []any{destination("magento"), destination("keda")},
			"clusterResourceWhitelist": kinds("keda.sh/ClusterTriggerAuthentication"),
			"namespaceResourceWhitelist": kinds("/ConfigMap", "/Service", "apps/Deployment", "apps/StatefulSet", "batch/Job", "batch/CronJob",
				"autoscaling/HorizontalPodAutoscaler", "policy/PodDisruptionBudget", "networking.k8s.io/NetworkPolicy",
				"rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding", "external-secrets.io/ExternalSecret", "keda.sh/ScaledObject"),
		},
	}
}

// application points at an overlay of production, brings the facts as ADR 0083 says, and keeps the cluster as Git has it.
func application(r *repository, name string, facts map[string]any, patches ...any) map[string]any {
	return map[string]any{
		"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
		"metadata": map[string]any{
			"name": name, "namespace": "argocd",
			"annotations": map[string]any{"argocd.argoproj.io/compare-options": "ServerSideDiff=true"},
		},
		"spec": map[string]any{
			"project":     "magento",
			"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": "magento"},
			"source": map[string]any{
				"repoURL": r.url(), "targetRevision": "main", "path": "gitops/overlays/production/" + name,
				"kustomize": map[string]any{"patches": append([]any{bridge(facts)}, patches...)},
			},
			"syncPolicy": map[string]any{
				"automated":   map[string]any{"prune": true, "selfHeal": true},
				"syncOptions": []any{"ServerSideApply=true", "FailOnSharedResource=true"},
				"retry":       map[string]any{"limit": 10, "refresh": true, "backoff": map[string]any{"duration": "5s", "factor": 1, "maxDuration": "5s"}},
			},
		},
	}
}

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
		if is := text(*app, path(what)...); is != want {
			problems = append(problems, fmt.Errorf("%s is %q, not %q", what, is, want))
		}
	}
	if len(problems) == 0 {
		return nil
	}
	problems = append(problems, errors.New(text(*app, path("status.operationState.message")...)))
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
	phase, of := text(*app, path("status.operationState.phase")...), text(*app, path("status.operationState.syncResult.revision")...)
	again := count(*app, path("status.operationState.retryCount")...)
	if of != commit || phase != "Failed" && again == 0 {
		return fmt.Errorf("application %s: the synchronisation of %.7s is %s: %s", name, of, phase, text(*app, path("status.operationState.message")...))
	}
	return nil
}

// part is an object that a synchronisation brought.
type part struct {
	wave          int
	name          string
	created, done time.Time // done is zero for what nothing waits for
}

// brought reads the objects of an Application's last synchronisation, with the wave that each is in.
func (a api) brought(name string) ([]part, error) {
	app, err := a.get(applications, "argocd", name)
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, r := range list(*app, path("status.operationState.syncResult.resources")...) {
		kind, ok := kindsOf[text(r, "kind")]
		if !ok {
			return nil, fmt.Errorf("no resource is known for kind %s", text(r, "kind"))
		}
		object, err := a.get(kind, text(r, "namespace"), text(r, "name"))
		if err != nil {
			return nil, err
		}
		parts = append(parts, partOf(*object))
	}
	return parts, nil
}

func partOf(object unstructured.Unstructured) part {
	p := part{name: object.GetKind() + " " + object.GetName(), created: object.GetCreationTimestamp().Time}
	_, _ = fmt.Sscan(object.GetAnnotations()["argocd.argoproj.io/sync-wave"], &p.wave)
	switch object.GetKind() {
	case "ExternalSecret":
		_, p.done = condition(object, "Ready")
	case "Job":
		_, p.done = condition(object, "Complete")
	case "Deployment":
		_, p.done = condition(object, "Available")
	}
	if object.GetAnnotations()["argocd.argoproj.io/hook"] == "PostSync" {
		p.wave = afterAll
	}
	return p
}

// afterAll is the wave of what runs when everything else is healthy.
const afterAll = 1000

// outOfOrder are the pairs of which the later wave did not wait for the earlier one.
func outOfOrder(parts []part) []string {
	var problems []string
	for _, early := range parts {
		for _, late := range parts {
			if early.wave >= late.wave {
				continue
			}
			ready := early.created
			if early.done.After(ready) {
				ready = early.done
			}
			if ready.After(late.created) {
				problems = append(problems, fmt.Sprintf("%s of wave %d began at %s, before %s of wave %d was done at %s",
					late.name, late.wave, clock(late.created), early.name, early.wave, clock(ready)))
			}
		}
	}
	return problems
}

func clock(at time.Time) string { return at.Format(time.TimeOnly) }
