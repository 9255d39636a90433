package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/test/gitops"
)

// environment is the overlay that is run: the smallest that has every part.
const environment = "staging"

// applications are the folders of an overlay, in the order in which Argo CD synchronises them.
var applications = []string{"stores", "shop"}

// overlay is what the desired state of an environment renders, as far as processes need it.
type overlay struct {
	configMaps map[string]map[string]string
	workloads  map[string]workload // by kind and name, such as Deployment/magento-web-base
	secrets    []externalSecret
}

// workload is the pod of a Deployment, a StatefulSet or a Job.
type workload struct {
	replicas int
	spec     corev1.PodSpec
}

// renderOverlay renders the overlay of a repository as Argo CD does, with facts that override the examples of gitops/facts.yaml.
func renderOverlay(repository string, facts map[string]string) (*overlay, error) {
	root := filepath.Join(repository, "gitops")
	examples, err := gitops.Facts(root)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, fact := range examples {
		all[fact.Name] = fact.Example
	}
	maps.Copy(all, facts)
	o := &overlay{configMaps: map[string]map[string]string{}, workloads: map[string]workload{}}
	for _, application := range applications {
		resources, err := gitops.Render(root, filepath.Join("overlays", environment, application), all)
		if err != nil {
			return nil, fmt.Errorf("rendering %s of %s: %w", application, environment, err)
		}
		for _, resource := range resources.Resources() {
			text, err := resource.AsYAML()
			if err != nil {
				return nil, fmt.Errorf("writing %s: %w", resource.CurId(), err)
			}
			if err := o.add(resource.GetKind(), text); err != nil {
				return nil, fmt.Errorf("reading %s: %w", resource.CurId(), err)
			}
		}
	}
	return o, nil
}

func (o *overlay) add(kind string, text []byte) error {
	switch kind {
	case "ConfigMap":
		var object corev1.ConfigMap
		if err := yaml.Unmarshal(text, &object); err != nil {
			return err
		}
		o.configMaps[object.Name] = object.Data
	case "Deployment":
		var object appsv1.Deployment
		if err := yaml.Unmarshal(text, &object); err != nil {
			return err
		}
		o.workloads[kind+"/"+object.Name] = workload{replicasOf(object.Spec.Replicas), object.Spec.Template.Spec}
	case "StatefulSet":
		var object appsv1.StatefulSet
		if err := yaml.Unmarshal(text, &object); err != nil {
			return err
		}
		o.workloads[kind+"/"+object.Name] = workload{replicasOf(object.Spec.Replicas), object.Spec.Template.Spec}
	case "Job":
		var object batchv1.Job
		if err := yaml.Unmarshal(text, &object); err != nil {
			return err
		}
		o.workloads[kind+"/"+object.Name] = workload{1, object.Spec.Template.Spec}
	case "ExternalSecret":
		var object externalSecret
		if err := yaml.Unmarshal(text, &object); err != nil {
			return err
		}
		if object.Metadata.Namespace == naming.NamespaceMagento { // KEDA has one of the same name
			o.secrets = append(o.secrets, object)
		}
	}
	return nil
}

// replicasOf is 1 where an autoscaler says how many there are.
func replicasOf(replicas *int32) int {
	if replicas == nil {
		return 1
	}
	return int(*replicas)
}

// settingsFacts are the facts that the settings of the environment say: what the local edge knows, too.
func settingsFacts(repository string) (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(repository, "Pulumi."+environment+".yaml"))
	if err != nil {
		return nil, err
	}
	var file struct {
		Config struct {
			HostNames []string `json:"magento-cdn:hostNames"`
			AdminPath string   `json:"magento-cdn:adminPath"`
		} `json:"config"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("reading the settings of %s: %w", environment, err)
	}
	if len(file.Config.HostNames) == 0 {
		return nil, fmt.Errorf("the settings of %s have no magento-cdn:hostNames, so that the shop has no name", environment)
	}
	return map[string]string{"hostName": file.Config.HostNames[0], "adminPath": file.Config.AdminPath}, nil
}
