package cluster

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
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

// The kinds of Argo CD and External Secrets.
var (
	applications    = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}
	externalSecrets = schema.GroupVersionResource{Group: "external-secrets.io", Version: "v1", Resource: "externalsecrets"}
)

// kindsOf are the resources of what an Application brings.
var kindsOf = map[string]schema.GroupVersionResource{
	"ConfigMap": configMaps, "Service": services, "Deployment": deployments, "StatefulSet": statefulSets, "Job": jobs, "CronJob": cronJobs,
	"ExternalSecret": externalSecrets, "ScaledObject": scaledObjects,
	"ClusterTriggerAuthentication": {Group: "keda.sh", Version: "v1alpha1", Resource: "clustertriggerauthentications"},
	"HorizontalPodAutoscaler":      {Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"},
	"NetworkPolicy":                {Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"},
	"PodDisruptionBudget":          {Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	"Role":                         {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"},
	"RoleBinding":                  {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"},
}

func path(dotted string) []string { return strings.Split(dotted, ".") }

// imageOf is the image of a workload's container with Magento.
func imageOf(workload unstructured.Unstructured) string {
	for _, container := range list(workload, "spec", "template", "spec", "containers") {
		if text(container, "name") == "magento" {
			return text(container, "image")
		}
	}
	return ""
}
