package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Workload is what makes pods.
type Workload struct {
	Kind       string      `json:"kind"`
	Name       string      `json:"name"`
	Replicas   int         `json:"replicas"`
	Nodes      string      `json:"nodes"`             // which nodes it selects, by the label magento.com/nodes
	Spread     []string    `json:"spread"`            // over what, and how strictly
	Folders    []string    `json:"folders,omitempty"` // of its node that it mounts, and whether it writes to them
	Containers []Container `json:"containers"`

	labels map[string]string // of its pods
}

// Container is a container, or one that runs first.
type Container struct {
	Name        string `json:"name"`
	Image       string `json:"image"`
	CPU         string `json:"cpu"` // that it asks for
	Memory      string `json:"memory"`
	MemoryLimit string `json:"memoryLimit"`
}

// workloadOf reads an object that makes pods, strictly: a field that Kubernetes does not know is a value in the wrong
// place.
func workloadOf(object map[string]any) (*Workload, error) {
	w := &Workload{Kind: text(object, "kind"), Name: text(object, "metadata", "name"), Replicas: 1}
	var template corev1.PodTemplateSpec
	var err error
	switch w.Kind {
	case "Deployment":
		var d appsv1.Deployment
		err = strictly(object, &d)
		template = d.Spec.Template
		if d.Spec.Replicas != nil {
			w.Replicas = int(*d.Spec.Replicas)
		}
	case "StatefulSet":
		var s appsv1.StatefulSet
		err = strictly(object, &s)
		template = s.Spec.Template
		if s.Spec.Replicas != nil {
			w.Replicas = int(*s.Spec.Replicas)
		}
	case "DaemonSet":
		var d appsv1.DaemonSet
		err = strictly(object, &d)
		template = d.Spec.Template
	case "Job":
		var j batchv1.Job
		err = strictly(object, &j)
		template = j.Spec.Template
	case "CronJob":
		var c batchv1.CronJob
		err = strictly(object, &c)
		template = c.Spec.JobTemplate.Spec.Template
	default:
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", w.Kind, w.Name, err)
	}
	w.describe(template)
	return w, nil
}

func (w *Workload) describe(template corev1.PodTemplateSpec) {
	pod := template.Spec
	w.labels, w.Nodes, w.Spread = template.Labels, pod.NodeSelector["magento.com/nodes"], []string{}
	for _, constraint := range pod.TopologySpreadConstraints {
		w.Spread = append(w.Spread, constraint.TopologyKey+" "+string(constraint.WhenUnsatisfiable))
	}
	if pod.Affinity != nil && pod.Affinity.PodAntiAffinity != nil {
		for _, term := range pod.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
			w.Spread = append(w.Spread, term.TopologyKey+" required")
		}
		for _, term := range pod.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
			w.Spread = append(w.Spread, term.PodAffinityTerm.TopologyKey+" preferred")
		}
	}
	w.Folders = folders(pod)
	for _, c := range append(pod.InitContainers, pod.Containers...) {
		quantity := func(list corev1.ResourceList, name corev1.ResourceName) string {
			if q, ok := list[name]; ok {
				return q.String()
			}
			return ""
		}
		w.Containers = append(w.Containers, Container{
			Name: c.Name, Image: c.Image,
			CPU:         quantity(c.Resources.Requests, corev1.ResourceCPU),
			Memory:      quantity(c.Resources.Requests, corev1.ResourceMemory),
			MemoryLimit: quantity(c.Resources.Limits, corev1.ResourceMemory),
		})
	}
}

// folders lists what containers mount of their node.
func folders(pod corev1.PodSpec) []string {
	var found []string
	for _, volume := range pod.Volumes {
		if volume.HostPath == nil {
			continue
		}
		for _, c := range append(pod.InitContainers, pod.Containers...) {
			for _, mount := range c.VolumeMounts {
				access := "write"
				if mount.ReadOnly {
					access = "read"
				}
				if mount.Name == volume.Name {
					found = append(found, volume.HostPath.Path+" "+access)
				}
			}
		}
	}
	return found
}

// selected reports whether a selector finds the workload's pods.
func (w Workload) selected(selector *metav1.LabelSelector) (bool, error) {
	if selector == nil {
		return false, nil
	}
	match, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return false, err
	}
	return match.Matches(labelSet(w.labels)), nil
}

// labelSet are labels as selectors read them.
type labelSet map[string]string

func (s labelSet) Has(key string) bool                       { _, ok := s[key]; return ok }
func (s labelSet) Get(key string) string                     { return s[key] }
func (s labelSet) Lookup(key string) (value string, ok bool) { value, ok = s[key]; return value, ok }

// strictly reads an object into its type, which must know every field.
func strictly(object map[string]any, into any) error {
	text, err := yaml.Marshal(object)
	if err != nil {
		return err
	}
	return yaml.UnmarshalStrict(text, into)
}
