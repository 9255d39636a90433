package cluster

import (
	"fmt"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
)

// fargate plays the scheduler of EKS: a pod that a selector of the planned profile matches gets a node of its own, and the node
// goes with it (EKS User Guide, "Define which Pods use AWS Fargate when launched"). Sizes are not its concern; test/gitops has them.
type fargate struct {
	api
	profile []resource
	closed  atomic.Bool // there is no capacity
}

func (f *fargate) round() error {
	all, err := f.list(pods, "magento", "")
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, pod := range all {
		if on := text(pod, "spec", "nodeName"); on != "" {
			used[on] = true
			continue
		}
		if !f.closed.Load() && pod.GetDeletionTimestamp() == nil && f.selects(pod) {
			if err := f.place(pod); err != nil {
				return err
			}
			used["fargate-"+pod.GetName()] = true
		}
	}
	own, err := f.list(nodes, "", "eks.amazonaws.com/compute-type=fargate")
	if err != nil {
		return err
	}
	for _, node := range own {
		if !used[node.GetName()] {
			if err := f.delete(nodes, "", node.GetName()); err != nil && !errors.IsNotFound(err) {
				return err
			}
		}
	}
	return nil
}

func (f *fargate) selects(pod unstructured.Unstructured) bool {
	for _, profile := range f.profile {
		for _, selector := range list(unstructured.Unstructured{Object: profile.Inputs}, "selectors") {
			wanted, _, _ := unstructured.NestedStringMap(selector.Object, "labels")
			if text(selector, "namespace") == pod.GetNamespace() && labels.SelectorFromSet(wanted).Matches(labels.Set(pod.GetLabels())) {
				return true
			}
		}
	}
	return false
}

// place makes the pod's node and binds the pod to it.
func (f *fargate) place(pod unstructured.Unstructured) error {
	name := "fargate-" + pod.GetName()
	size := map[string]any{"cpu": "4", "memory": "30Gi", "ephemeral-storage": "20Gi", "pods": "1"}
	err := f.create(nodes, map[string]any{
		"apiVersion": "v1", "kind": "Node",
		"metadata": map[string]any{
			"name":        name,
			"annotations": map[string]any{"kwok.x-k8s.io/node": "fake"},
			"labels": map[string]any{
				"eks.amazonaws.com/compute-type": "fargate", "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux",
				"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zones[0],
			},
		},
		"spec":   map[string]any{"taints": []any{map[string]any{"key": "eks.amazonaws.com/compute-type", "value": "fargate", "effect": "NoSchedule"}}},
		"status": map[string]any{"allocatable": size, "capacity": size},
	})
	if err != nil && !errors.IsAlreadyExists(err) {
		return fmt.Errorf("making %s: %w", name, err)
	}
	return f.create(pods, map[string]any{
		"apiVersion": "v1", "kind": "Binding",
		"metadata": map[string]any{"name": pod.GetName(), "namespace": pod.GetNamespace()},
		"target":   map[string]any{"apiVersion": "v1", "kind": "Node", "name": name},
	}, "binding")
}
