package cluster

import (
	"encoding/json"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// reloader plays the documented rule of Reloader, of which no Go module is served: where the data of a Secret changes that the annotation
// secret.reloader.stakater.com/reload of a workload names, the pod template gets an annotation, by the strategy "annotations" of the
// plan, so that the pods roll; a Job is deleted and made anew (github.com/stakater/Reloader, README, "Reload Strategies").
type reloader struct {
	api
	seen map[string]string // data of each Secret
}

const (
	reloadOn     = "secret.reloader.stakater.com/reload"
	reloadedFrom = "reloader.stakater.com/last-reloaded-from"
)

func (r *reloader) round() error {
	all, err := r.list(secrets, "magento", "")
	if err != nil {
		return err
	}
	for _, secret := range all {
		data, err := json.Marshal(secret.Object["data"])
		if err != nil {
			return err
		}
		before, known := r.seen[secret.GetName()]
		if known && before != string(data) {
			if err := r.reload(secret.GetName(), secret.GetResourceVersion()); err != nil {
				return err
			}
		}
		r.seen[secret.GetName()] = string(data)
	}
	return nil
}

func (r *reloader) reload(secret, version string) error {
	for _, kind := range []schema.GroupVersionResource{deployments, statefulSets} {
		all, err := r.list(kind, "magento", "")
		if err != nil {
			return err
		}
		for _, workload := range all {
			if !names(workload, secret) {
				continue
			}
			change := map[string]any{"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{"annotations": map[string]any{reloadedFrom: secret + " " + version}}}}}
			if err := r.patch(kind, "magento", workload.GetName(), change); err != nil {
				return err
			}
		}
	}
	all, err := r.list(jobs, "magento", "")
	if err != nil {
		return err
	}
	for _, job := range all {
		if names(job, secret) {
			if err := r.again(job); err != nil {
				return err
			}
		}
	}
	return nil
}

// again makes a Job anew, without what the Job controller has put there.
func (r *reloader) again(job unstructured.Unstructured) error {
	if err := r.delete(jobs, job.GetNamespace(), job.GetName()); err != nil {
		return err
	}
	fresh := map[string]any{
		"apiVersion": "batch/v1", "kind": "Job",
		"metadata": map[string]any{"name": job.GetName(), "namespace": job.GetNamespace(), "labels": anyOf(job.GetLabels()), "annotations": anyOf(job.GetAnnotations())},
		"spec":     job.Object["spec"],
	}
	spec := fresh["spec"].(map[string]any)
	delete(spec, "selector")
	labels, _, _ := unstructured.NestedMap(spec, "template", "metadata", "labels")
	for key := range labels {
		if strings.Contains(key, "controller-uid") || strings.Contains(key, "job-name") {
			delete(labels, key)
		}
	}
	if err := unstructured.SetNestedMap(spec, labels, "template", "metadata", "labels"); err != nil {
		return err
	}
	return r.create(jobs, fresh)
}

func names(workload unstructured.Unstructured, secret string) bool {
	return slices.Contains(strings.Split(workload.GetAnnotations()[reloadOn], ","), secret)
}

func anyOf(texts map[string]string) map[string]any {
	all := map[string]any{}
	for key, value := range texts {
		all[key] = value
	}
	return all
}
