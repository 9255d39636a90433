package main

import (
	"fmt"
	"maps"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"

	"github.com/magestack/magestack/internal/desired"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
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

// workload is the pod of what makes pods.
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
		text, err := resources.AsYaml()
		if err != nil {
			return nil, fmt.Errorf("writing %s of %s: %w", application, environment, err)
		}
		state, err := desired.Parse(text)
		if err != nil {
			return nil, err
		}
		o.add(state)
		for _, resource := range resources.GetMatchingResourcesByCurrentId(isExternalSecret) {
			var secret externalSecret
			text, err := resource.AsYAML()
			if err != nil {
				return nil, fmt.Errorf("writing %s: %w", resource.CurId(), err)
			}
			if err := yaml.Unmarshal(text, &secret); err != nil {
				return nil, fmt.Errorf("reading %s: %w", resource.CurId(), err)
			}
			o.secrets = append(o.secrets, secret)
		}
	}
	return o, nil
}

// isExternalSecret chooses those of the shop's namespace: KEDA has one of the same name.
func isExternalSecret(id resid.ResId) bool {
	return id.Kind == "ExternalSecret" && id.Namespace == naming.NamespaceMagento
}

func (o *overlay) add(state desired.State) {
	for _, file := range state.ConfigMaps {
		o.configMaps[file.Name] = file.Data
	}
	for _, w := range state.Workloads {
		o.workloads[w.Kind+"/"+w.Name] = workload{w.Replicas, w.Pod.Spec}
	}
}

// settingsFacts are the facts that the settings of the environment say.
func settingsFacts(repository string) (map[string]string, error) {
	config, err := settings.ReadFile(filepath.Join(repository, settings.FileName(environment)))
	if err != nil {
		return nil, err
	}
	cdn, err := settings.LoadCDN(config)
	if err != nil {
		return nil, err
	}
	return map[string]string{"hostName": string(cdn.HostNames[0]), "adminPath": string(cdn.AdminPath)}, nil
}
