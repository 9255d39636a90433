package cluster

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// metricsPort is of a cluster IP that nothing else listens on.
const metricsPort = 4443

// meter plays the metrics server: the load of the storefront is shared by its pods of the burst, in the container of PHP. What is
// on demand is full at all times and is not measured by the autoscaler.
type meter struct {
	api
	load atomic.Int64 // CPU in thousandths, of the whole burst
}

// serve registers the API; what listens on the cluster IP of a Service is found there by the API server.
func (m *meter) serve(t *testing.T, c *cluster) {
	t.Helper()
	c.must(fmt.Sprintf(`
apiVersion: v1
kind: Service
metadata: {name: metrics-server, namespace: kube-system}
spec: {ports: [{name: https, port: %[1]d}]}
---
# never asked, but without one the API server takes the Service for empty
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: metrics-server, namespace: kube-system, labels: {kubernetes.io/service-name: metrics-server}}
addressType: IPv4
endpoints: [{addresses: [192.0.2.1], conditions: {ready: true}}]
ports: [{name: https, port: %[1]d}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec:
  group: metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: metrics-server, namespace: kube-system, port: %[1]d}
`, metricsPort), "apply", "--server-side", "-f", "-")
	service, err := m.get(services, "kube-system", "metrics-server")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(text(*service, "spec", "clusterIP"), number(metricsPort)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(m.answer))
	_ = server.Listener.Close()
	server.Listener = listener
	server.StartTLS()
	t.Cleanup(server.Close)
}

func (m *meter) answer(w http.ResponseWriter, r *http.Request) {
	var answer map[string]any
	switch {
	case r.URL.Path == "/apis/metrics.k8s.io/v1beta1":
		answer = map[string]any{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1", "resources": []any{
			map[string]any{"name": "pods", "singularName": "", "namespaced": true, "kind": "PodMetrics", "verbs": []any{"get", "list"}},
		}}
	case strings.HasSuffix(r.URL.Path, "/pods"):
		items, err := m.usage(r.URL.Query().Get("labelSelector"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer = map[string]any{"kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": map[string]any{}, "items": items}
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // to one that has gone away
}

func (m *meter) usage(selector string) ([]any, error) {
	found, err := m.list(pods, "magento", selector)
	if err != nil {
		return nil, err
	}
	var running []unstructured.Unstructured
	for _, pod := range found {
		if text(pod, "status", "phase") == "Running" && pod.GetDeletionTimestamp() == nil {
			running = append(running, pod)
		}
	}
	items := []any{}
	for _, pod := range running {
		var containers []any
		for _, container := range list(pod, "spec", "containers") {
			cpu := int64(10)
			if text(container, "name") == "magento" {
				cpu = m.load.Load() / int64(len(running))
			}
			containers = append(containers, map[string]any{"name": text(container, "name"), "usage": map[string]any{"cpu": fmt.Sprintf("%dm", cpu), "memory": "256Mi"}})
		}
		items = append(items, map[string]any{
			"metadata":  map[string]any{"name": pod.GetName(), "namespace": pod.GetNamespace(), "labels": pod.GetLabels()},
			"timestamp": time.Now().UTC().Format(time.RFC3339), "window": "1s", "containers": containers,
		})
	}
	return items, nil
}
