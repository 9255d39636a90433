package main

import (
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"strconv"

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
	wave     int // of a synchronisation
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
		if err := o.add(state); err != nil {
			return nil, err
		}
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

func (o *overlay) add(state desired.State) error {
	for _, file := range state.ConfigMaps {
		o.configMaps[file.Name] = file.Data
	}
	for _, w := range state.Workloads {
		wave, err := waveOf(w.Annotations)
		if err != nil {
			return fmt.Errorf("%s %s: %w", w.Kind, w.Name, err)
		}
		o.workloads[w.Kind+"/"+w.Name] = workload{w.Replicas, wave, w.Pod.Spec}
	}
	return nil
}

// afterSync is the wave of a hook that runs when all others are healthy.
const afterSync = math.MaxInt

// waveOf reads when Argo CD applies an object (Argo CD, "Sync Phases and Waves"). One that does not say so is in wave 0.
func waveOf(annotations map[string]string) (int, error) {
	if annotations["argocd.argoproj.io/hook"] == "PostSync" {
		return afterSync, nil
	}
	text := annotations["argocd.argoproj.io/sync-wave"]
	if text == "" {
		return 0, nil
	}
	return strconv.Atoi(text)
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
