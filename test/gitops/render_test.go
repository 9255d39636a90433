package gitops

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/magestack/magestack/internal/crdcheck"
	"github.com/magestack/magestack/internal/desired"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/settings"
)

const (
	root       = "../../gitops"
	repository = "../.."
)

var update = flag.Bool("update", false, "write the golden files anew")

// overlays are the environments that the desired state has, with their Applications.
var (
	overlays     = []string{"staging", "production"}
	applications = []string{"stores", "shop"}
)

// exampleFacts are the facts of gitops/facts.yaml with their examples, for an environment.
func exampleFacts(t *testing.T, environment string) map[string]string {
	t.Helper()
	all, err := Facts(root)
	require.NoError(t, err)
	facts := map[string]string{}
	for _, fact := range all {
		facts[fact.Name] = strings.ReplaceAll(fact.Example, "production", environment)
	}
	return facts
}

func rendered(t *testing.T, environment, application string) resmap.ResMap {
	t.Helper()
	resources, err := Render(root, filepath.Join("overlays", environment, application), exampleFacts(t, environment))
	require.NoError(t, err)
	return resources
}

func textOf(t *testing.T, resources resmap.ResMap) []byte {
	t.Helper()
	text, err := resources.AsYaml()
	require.NoError(t, err)
	return text
}

// stateTextOf is both Applications of an environment as YAML.
func stateTextOf(t *testing.T, environment string) (text []byte) {
	t.Helper()
	for _, application := range applications {
		text = append(append(text, "---\n"...), textOf(t, rendered(t, environment, application))...)
	}
	return text
}

// stateOf is both Applications of an environment.
func stateOf(t *testing.T, environment string) desired.State {
	t.Helper()
	state, err := desired.Parse(stateTextOf(t, environment))
	require.NoError(t, err)
	return state
}

// TestOverlaysAreOfEnvironmentsWithSettings wants no overlay that nobody has sizes for.
func TestOverlaysAreOfEnvironmentsWithSettings(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join(root, "overlays"))
	require.NoError(t, err)
	var names []string
	for _, folder := range folders {
		names = append(names, folder.Name())
	}
	assert.ElementsMatch(t, overlays, names)
	known, err := settings.Environments(repository)
	require.NoError(t, err)
	assert.Subset(t, known, names)
	_, err = desired.Of(repository, "nowhere")
	assert.ErrorContains(t, err, "Pulumi.nowhere.yaml is missing")
}

// TestRenderedObjectsAreTaken decodes each object strictly, and each custom resource against the definition of the release that the
// cluster has or of the nearest one that is served.
func TestRenderedObjectsAreTaken(t *testing.T) {
	customs, err := crdcheck.Modules(
		"github.com/external-secrets/external-secrets@v1.3.2//config/crds/bases",
		"github.com/kedacore/keda/v2@v2.21.0//config/crd/bases",
	)
	require.NoError(t, err)
	for _, environment := range overlays {
		for _, application := range applications {
			for _, resource := range rendered(t, environment, application).Resources() {
				object, err := resource.Map()
				require.NoError(t, err)
				name := environment + ": " + resource.CurId().String()
				apiVersion, kind := object["apiVersion"].(string), object["kind"].(string)
				if customs.Has(apiVersion, kind) {
					assert.NoError(t, customs.Check(object), name)
					continue
				}
				_, err = strict.Decode(object)
				assert.NoError(t, err, name)
			}
		}
	}
}

// TestGoldenFiles holds what is rendered to what was looked at.
func TestGoldenFiles(t *testing.T) {
	for _, environment := range overlays {
		for _, application := range applications {
			file := filepath.Join("testdata", environment+"."+application+".golden.yaml")
			text := golden(t, rendered(t, environment, application))
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o750))
				require.NoError(t, os.WriteFile(file, text, 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(text), "%s: go test ./... -update, and read the difference", file)
		}
	}
}

// hashed is a name of a generated ConfigMap.
var hashed = regexp.MustCompile(`\b(magento-[a-z-]+)-[0-9a-z]{10}\b`)

// golden is a rendering without what other tests hold: the files in ConfigMaps, and the hashes of what is in them.
func golden(t *testing.T, resources resmap.ResMap) []byte {
	t.Helper()
	for _, resource := range resources.Resources() {
		if resource.GetKind() != "ConfigMap" || strings.HasPrefix(resource.GetName(), "magento-environment-") {
			continue
		}
		data := resource.GetDataMap()
		for key := range data {
			data[key] = "the file"
		}
		resource.SetDataMap(data)
	}
	return hashed.ReplaceAll(textOf(t, resources), []byte("$1-HASH"))
}

// TestEveryFactIsUsed changes one fact at a time and wants a difference outside of the ConfigMap that brings it, and none
// without a fact: what is used is provided.
func TestEveryFactIsUsed(t *testing.T) {
	facts := exampleFacts(t, "production")
	base := usesOf(t, facts)
	for name := range facts {
		changed := maps.Clone(facts)
		changed[name] = "changed/changed/changed"
		assert.NotEqual(t, base, usesOf(t, changed), "fact %s: nothing uses it", name)
		delete(changed, name)
		state := parsed(t, changed)
		problem := desired.Check(state, environmentOf(t, "production"))
		assert.ErrorContains(t, problem, "fact "+name+": is UNKNOWN; what gitops/facts.yaml lists must be patched")
	}
}

// usesOf is what is rendered of the facts, without the ConfigMap's name that changes with each, but with what pods read of it.
func usesOf(t *testing.T, facts map[string]string) string {
	t.Helper()
	var uses strings.Builder
	for _, application := range applications {
		resources, err := Render(root, filepath.Join("overlays/production", application), facts)
		require.NoError(t, err)
		text := string(textOf(t, resources))
		var data map[string]string
		for _, resource := range resources.Resources() {
			if resource.GetKind() == "ConfigMap" && strings.HasPrefix(resource.GetName(), "magento-environment-") {
				data = resource.GetDataMap()
				own, err := resource.AsYAML()
				require.NoError(t, err)
				text = strings.ReplaceAll(text, string(own), "")
				text = strings.ReplaceAll(text, resource.GetName(), "magento-environment")
			}
		}
		uses.WriteString(text)
		for key, value := range data {
			if strings.Contains(text, "key: "+key+"\n") {
				uses.WriteString(key + ": " + value + "\n")
			}
		}
	}
	lines := strings.Split(uses.String(), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func parsed(t *testing.T, facts map[string]string) desired.State {
	t.Helper()
	var text []byte
	for _, application := range applications {
		resources, err := Render(root, filepath.Join("overlays/production", application), facts)
		require.NoError(t, err)
		text = append(append(text, "---\n"...), textOf(t, resources)...)
	}
	state, err := desired.Parse(text)
	require.NoError(t, err)
	return state
}

func environmentOf(t *testing.T, name string) desired.Environment {
	t.Helper()
	environment, err := desired.Of(repository, name)
	require.NoError(t, err)
	return environment
}

// TestNothingOfAnAccountIsInGit looks for what only an account has.
func TestNothingOfAnAccountIsInGit(t *testing.T) {
	require.NoError(t, filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "facts.yaml") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, word := range []string{"amazonaws.com", "arn:aws", "123456789012", "eu-central-1"} {
			assert.NotContains(t, string(text), word, path)
		}
		return nil
	}))
}
