package gitops

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/magestack/magestack/internal/desired"
)

// planned is a resource of a plan, as far as it is read here.
type planned struct {
	Type, Name string
	Inputs     map[string]any
}

// plans are read once: the tool is a program of the main module, with modules of its own.
var plans = sync.OnceValues(func() (map[string][]planned, error) {
	all := map[string][]planned{}
	for _, environment := range overlays {
		command := exec.Command("go", "run", "./cmd/magestack", "preview", environment, "--json")
		command.Dir = repository
		output, err := command.Output()
		if err != nil {
			return nil, fmt.Errorf("planning %s: %w", environment, err)
		}
		lines := bufio.NewScanner(bytes.NewReader(output))
		lines.Buffer(nil, len(output)+1)
		for lines.Scan() {
			var r planned
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				return nil, fmt.Errorf("reading the plan of %s: %w", environment, err)
			}
			all[environment] = append(all[environment], r)
		}
	}
	return all, nil
})

func planOf(t *testing.T, environment string) []planned {
	t.Helper()
	all, err := plans()
	require.NoError(t, err)
	require.NotEmpty(t, all[environment])
	return all[environment]
}

// specOf decodes the spec of the one object of a kind and name that a plan has.
func specOf[T any](t *testing.T, environment, kind, name string) T {
	t.Helper()
	for _, r := range planOf(t, environment) {
		metadata, _ := r.Inputs["metadata"].(map[string]any)
		if !strings.HasSuffix(r.Type, ":"+kind) || metadata["name"] != name {
			continue
		}
		text, err := json.Marshal(r.Inputs["spec"])
		require.NoError(t, err)
		var spec T
		require.NoError(t, json.Unmarshal(text, &spec))
		return spec
	}
	require.Fail(t, fmt.Sprintf("%s: no %s %s is planned", environment, kind, name))
	panic("unreachable")
}

type application struct {
	Project string
	Source  struct {
		Path      string
		Kustomize struct {
			Patches []struct {
				Target struct{ Kind, Name string }
				Patch  string
			}
		}
	}
}

// applied renders what Argo CD would of a planned Application: the overlay with its patches.
func applied(t *testing.T, environment, name string) resmap.ResMap {
	t.Helper()
	spec := specOf[application](t, environment, "Application", "magento-"+name)
	folder, ours := strings.CutPrefix(spec.Source.Path, "gitops/")
	require.True(t, ours, spec.Source.Path)
	require.NotEmpty(t, spec.Source.Kustomize.Patches)
	var edits []Edit
	for _, patch := range spec.Source.Kustomize.Patches {
		edits = append(edits, Patch(patch.Target.Kind, patch.Target.Name, patch.Patch))
	}
	resources, err := Render(root, folder, nil, edits...)
	require.NoError(t, err)
	return resources
}

// TestPlannedFactsFillTheDesiredState renders each overlay with the patch that the plan has, and wants what the checks want of a rendering
// with the examples: no fact is UNKNOWN, and the environment can run it.
func TestPlannedFactsFillTheDesiredState(t *testing.T) {
	for _, environment := range overlays {
		var text []byte
		for _, name := range applications {
			own := textOf(t, applied(t, environment, name))
			if name == "shop" {
				assert.NotContains(t, string(own), desired.Unknown, environment)
			}
			text = append(append(text, "---\n"...), own...)
		}
		state, err := desired.Parse(text)
		require.NoError(t, err)
		assert.NoError(t, desired.Check(state, environmentOf(t, environment)), environment)
		assert.Contains(t, string(text), "key: magento/"+environment+"/database/web", environment)
	}
}

// TestPlannedFactsAreThoseOfTheContract both ways: what facts.yaml lists is provided, and nothing else.
func TestPlannedFactsAreThoseOfTheContract(t *testing.T) {
	all, err := Facts(root)
	require.NoError(t, err)
	var listed []string
	for _, fact := range all {
		listed = append(listed, fact.Name)
	}
	for _, environment := range overlays {
		for _, name := range applications {
			patch := specOf[application](t, environment, "Application", "magento-"+name).Source.Kustomize.Patches[0].Patch
			var configMap struct{ Data map[string]string }
			require.NoError(t, json.Unmarshal([]byte(patch), &configMap))
			assert.ElementsMatch(t, listed, slices.Collect(maps.Keys(configMap.Data)), "%s, %s", environment, name)
		}
	}
}

// identity is what an object is known by in a cluster.
type identity struct{ group, kind, namespace, name string }

func (i identity) String() string { return i.kind + " " + i.namespace + "/" + i.name }

func renderedIdentities(resources resmap.ResMap) map[identity]bool {
	found := map[identity]bool{}
	for _, r := range resources.Resources() {
		found[identity{r.GetGvk().Group, r.GetKind(), r.GetNamespace(), r.GetName()}] = true
	}
	return found
}

// plannedIdentities are the objects that Pulumi makes itself: kubernetes:apps/v1:Deployment is of the group apps.
func plannedIdentities(resources []planned) map[identity]bool {
	found := map[identity]bool{}
	for _, r := range resources {
		metadata, isObject := r.Inputs["metadata"].(map[string]any)
		token, ofKubernetes := strings.CutPrefix(r.Type, "kubernetes:")
		if !ofKubernetes || !isObject {
			continue
		}
		version, kind, _ := strings.Cut(token, ":")
		group, _, _ := strings.Cut(version, "/")
		if group == "core" {
			group = ""
		}
		namespace, _ := metadata["namespace"].(string)
		found[identity{group, kind, namespace, fmt.Sprint(metadata["name"])}] = true
	}
	return found
}

// both lists what two owners have.
func both(one, other map[identity]bool) (shared []string) {
	for object := range one {
		if other[object] {
			shared = append(shared, object.String())
		}
	}
	slices.Sort(shared)
	return shared
}

// TestEveryObjectHasOneOwner wants no object in two of: what Pulumi makes, and what each Application applies.
func TestEveryObjectHasOneOwner(t *testing.T) {
	for _, environment := range overlays {
		pulumi, stores, shop := plannedIdentities(planOf(t, environment)), renderedIdentities(applied(t, environment, "stores")), renderedIdentities(applied(t, environment, "shop"))
		require.Greater(t, len(pulumi), 20, environment)
		assert.True(t, pulumi[identity{"", "ServiceAccount", "magento", "magento"}], "accounts are Pulumi's")
		assert.Empty(t, both(pulumi, stores), environment)
		assert.Empty(t, both(pulumi, shop), environment)
		assert.Empty(t, both(stores, shop), environment)

		pulumi[identity{"apps", "Deployment", "magento", "magento-admin"}] = true
		assert.Equal(t, []string{"Deployment magento/magento-admin"}, both(pulumi, shop), "the test notices one")
	}
}

// TestProjectsAllowWhatIsRendered both ways, by kind and by namespace: what is not needed is not allowed.
func TestProjectsAllowWhatIsRendered(t *testing.T) {
	type kind struct{ Group, Kind string }
	for _, environment := range overlays {
		for _, name := range applications {
			spec := specOf[application](t, environment, "Application", "magento-"+name)
			allowed := specOf[struct {
				Destinations               []struct{ Namespace string }
				ClusterResourceWhitelist   []kind
				NamespaceResourceWhitelist []kind
			}](t, environment, "AppProject", spec.Project)
			kinds, clusterKinds, namespaces := map[kind]bool{}, map[kind]bool{}, map[string]bool{}
			for of := range renderedIdentities(applied(t, environment, name)) {
				if of.namespace == "" {
					clusterKinds[kind{of.group, of.kind}] = true
					continue
				}
				kinds[kind{of.group, of.kind}], namespaces[of.namespace] = true, true
			}
			var destinations []string
			for _, d := range allowed.Destinations {
				destinations = append(destinations, d.Namespace)
			}
			where := filepath.Join(environment, name)
			assert.ElementsMatch(t, slices.Collect(maps.Keys(kinds)), allowed.NamespaceResourceWhitelist, where)
			assert.ElementsMatch(t, slices.Collect(maps.Keys(clusterKinds)), allowed.ClusterResourceWhitelist, where)
			assert.ElementsMatch(t, slices.Collect(maps.Keys(namespaces)), destinations, where)
		}
	}
}

// TestAutoscaledWorkloadsNameNoReplicas is why the Applications ignore no difference: what Git does not name, server-side apply leaves to
// the autoscaler.
func TestAutoscaledWorkloadsNameNoReplicas(t *testing.T) {
	for _, environment := range overlays {
		resources := applied(t, environment, "shop")
		scaled := 0
		for _, r := range resources.Resources() {
			if r.GetKind() != "HorizontalPodAutoscaler" && r.GetKind() != "ScaledObject" {
				continue
			}
			target, err := r.GetString("spec.scaleTargetRef.name")
			require.NoError(t, err)
			for _, workload := range resources.Resources() {
				if workload.GetKind() != "Deployment" || workload.GetName() != target {
					continue
				}
				scaled++
				_, err := workload.GetFieldValue("spec.replicas")
				assert.Error(t, err, "%s: Deployment %s has replicas, which its autoscaler would change", environment, target)
			}
		}
		assert.Equal(t, 6, scaled, environment)
	}
}
