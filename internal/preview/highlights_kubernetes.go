package preview

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// kubernetesHighlights are what of the cluster's objects is shown behind name and namespace, whether Pulumi makes them or Argo CD.
func kubernetesHighlights() map[string][]highlight {
	return map[string][]highlight{
		"kubernetes:apps/v1:Deployment":  podHighlights("spec.template", replicas),
		"kubernetes:apps/v1:StatefulSet": podHighlights("spec.template", replicas),
		"kubernetes:batch/v1:Job":        podHighlights("spec.template"),
		"kubernetes:batch/v1:CronJob":    podHighlights("spec.jobTemplate.spec.template", show("spec.schedule"), flag("spec.suspend", "by hand alone", "")),
		"kubernetes:core/v1:Service":     {numbers("ports", "spec.ports", "port")},
		"kubernetes:autoscaling/v2:HorizontalPodAutoscaler": {
			label("of", "spec.scaleTargetRef.name"), span("spec.minReplicas", "spec.maxReplicas", "replicas"),
		},
		"kubernetes:keda.sh/v1alpha1:ScaledObject": {
			label("of", "spec.scaleTargetRef.name"), span("spec.minReplicaCount", "spec.maxReplicaCount", "replicas"), count("spec.triggers", "trigger"),
		},
		"kubernetes:policy/v1:PodDisruptionBudget": {label("unavailable", "spec.maxUnavailable"), label("available", "spec.minAvailable")},
		"kubernetes:networking.k8s.io/v1:NetworkPolicy": {
			selector("spec.podSelector"), show("spec.policyTypes"),
			count("spec.ingress", "ingress rule"), count("spec.egress", "egress rule"),
		},
		"kubernetes:external-secrets.io/v1:ExternalSecret": {
			label("from", "spec.dataFrom.extract.key"), label("from", "spec.data.remoteRef.key"), label("every", "spec.refreshInterval"),
		},
	}
}

// podHighlights are what a workload says, then what its first container runs and what all of them request.
func podHighlights(template string, own ...highlight) []highlight {
	containers := template + ".spec.containers"
	return append(own, image(containers+".image"), func(v view) string {
		cpu, memory := requests(v.list(containers), "cpu"), requests(v.list(containers), "memory")
		if cpu.IsZero() && memory.IsZero() {
			return ""
		}
		return fmt.Sprintf("requests %s CPU %s", cpu.String(), memory.String())
	})
}

// requests sums what containers request of a resource. What is no quantity counts for nothing: Kubernetes refuses it.
func requests(containers []any, of string) resource.Quantity {
	var sum resource.Quantity
	for _, container := range containers {
		object, _ := container.(map[string]any)
		if one, err := resource.ParseQuantity(view{inputs: object}.text("resources.requests." + of)); err == nil {
			sum.Add(one)
		}
	}
	return sum
}

// selector is the labels of the pods that are meant.
func selector(path string) highlight {
	return func(v view) string {
		chosen, _ := v.at(path).(map[string]any)
		labels, _ := chosen["matchLabels"].(map[string]any)
		var all []string
		for _, name := range slices.Sorted(maps.Keys(labels)) {
			all = append(all, name+"="+text(labels[name]))
		}
		if expressions := chosen["matchExpressions"]; expressions != nil {
			all = append(all, text(expressions))
		}
		if len(all) == 0 {
			return "of every pod"
		}
		return "of " + strings.Join(all, ",")
	}
}

// replicas is how many pods a workload has.
func replicas(v view) string {
	count, said := v.at("spec.replicas").(float64)
	if !said {
		return ""
	}
	return number(int(count), "replica")
}

// digestWidth is how much of a digest tells two images apart.
const digestWidth = 12

// image is a container's image without its registry, and with the beginning of its digest.
func image(at string) highlight {
	return func(v view) string {
		name, digest, found := strings.Cut(path.Base(v.text(at)), "@sha256:")
		switch {
		case v.text(at) == "":
			return ""
		case !found:
			return name
		}
		return name + "@sha256:" + digest[:min(digestWidth, len(digest))]
	}
}

// numbers lists a field of all elements of the list in the input, after a text.
func numbers(before, path, field string) highlight {
	return func(v view) string {
		var all []string
		for _, element := range v.list(path) {
			if object, ok := element.(map[string]any); ok {
				all = append(all, text(object[field]))
			}
		}
		if len(all) == 0 {
			return ""
		}
		return before + " " + strings.Join(all, " ")
	}
}
