package cluster

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	v1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

// The kinds that the tests look at.
var (
	configMaps      = core("configmaps")
	events          = core("events")
	nodes           = core("nodes")
	pods            = core("pods")
	secrets         = core("secrets")
	services        = core("services")
	deployments     = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	statefulSets    = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "statefulsets"}
	jobs            = schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}
	cronJobs        = schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "cronjobs"}
	scaledObjects   = schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"}
	externalSecrets = schema.GroupVersionResource{Group: "external-secrets.io", Version: "v1", Resource: "externalsecrets"}
	applications    = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}
)

// kindsOf are the resources of what an Application brings.
var kindsOf = map[string]schema.GroupVersionResource{
	"ConfigMap": configMaps, "Service": services, "Deployment": deployments, "StatefulSet": statefulSets, "Job": jobs, "CronJob": cronJobs,
	"ExternalSecret": externalSecrets, "ScaledObject": scaledObjects,
	clusterWideKind:           {Group: "keda.sh", Version: "v1alpha1", Resource: "clustertriggerauthentications"},
	"HorizontalPodAutoscaler": {Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"},
	"NetworkPolicy":           {Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"},
	"PodDisruptionBudget":     {Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	"Role":                    {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"},
	"RoleBinding":             {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"},
}

// clusterWideKind is the one kind of the desired state without a namespace.
const clusterWideKind = "ClusterTriggerAuthentication"

func core(name string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Version: "v1", Resource: name}
}

// api is a client of the cluster.
type api struct{ dynamic.Interface }

func (c *cluster) api() api {
	c.t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", c.config)
	if err != nil {
		c.t.Fatal(err)
	}
	config.QPS, config.Burst = 200, 400
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		c.t.Fatal(err)
	}
	return api{client}
}

func (a api) get(kind schema.GroupVersionResource, namespace, name string) (*unstructured.Unstructured, error) {
	return a.Resource(kind).Namespace(namespace).Get(context.Background(), name, v1.GetOptions{})
}

func (a api) list(kind schema.GroupVersionResource, namespace, selector string) ([]unstructured.Unstructured, error) {
	found, err := a.Resource(kind).Namespace(namespace).List(context.Background(), v1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, err
	}
	return found.Items, nil
}

// patch merges a change into an object, or into a part of it such as its status.
func (a api) patch(kind schema.GroupVersionResource, namespace, name string, change map[string]any, part ...string) error {
	text, err := json.Marshal(change)
	if err != nil {
		return err
	}
	_, err = a.Resource(kind).Namespace(namespace).Patch(context.Background(), name, types.MergePatchType, text, v1.PatchOptions{}, part...)
	return err
}

// create makes an object, or a part of one such as a pod's binding.
func (a api) create(kind schema.GroupVersionResource, object map[string]any, part ...string) error {
	u := &unstructured.Unstructured{Object: object}
	_, err := a.Resource(kind).Namespace(u.GetNamespace()).Create(context.Background(), u, v1.CreateOptions{}, part...)
	return err
}

func (a api) delete(kind schema.GroupVersionResource, namespace, name string) error {
	background := v1.DeletePropagationBackground
	return a.Resource(kind).Namespace(namespace).Delete(context.Background(), name, v1.DeleteOptions{PropagationPolicy: &background})
}

// Reading of objects: the zero value where a field is not there.

func text(u unstructured.Unstructured, path ...string) string {
	found, _, _ := unstructured.NestedString(u.Object, path...)
	return found
}

func count(u unstructured.Unstructured, path ...string) int {
	found, _, _ := unstructured.NestedInt64(u.Object, path...)
	return int(found)
}

func list(u unstructured.Unstructured, path ...string) []unstructured.Unstructured {
	found, _, _ := unstructured.NestedSlice(u.Object, path...)
	var all []unstructured.Unstructured
	for _, item := range found {
		if object, ok := item.(map[string]any); ok {
			all = append(all, unstructured.Unstructured{Object: object})
		}
	}
	return all
}

// condition is the status of a condition and since when it has it.
func condition(u unstructured.Unstructured, kind string) (status string, since time.Time) {
	for _, c := range list(u, "status", "conditions") {
		if text(c, "type") == kind {
			since, _ = time.Parse(time.RFC3339, text(c, "lastTransitionTime"))
			return text(c, "status"), since
		}
	}
	return "", time.Time{}
}

// interval is how often a condition is looked at.
const interval = 500 * time.Millisecond

// eventually waits until look finds nothing wrong, and fails with what it found last.
func eventually(t *testing.T, what string, within time.Duration, look func() error) {
	t.Helper()
	start := time.Now()
	for {
		err := look()
		if err == nil {
			t.Logf("%s: after %s", what, time.Since(start).Round(time.Second))
			return
		}
		if time.Since(start) > within {
			t.Fatalf("%s: not within %s: %v", what, within, err)
		}
		time.Sleep(interval)
	}
}
