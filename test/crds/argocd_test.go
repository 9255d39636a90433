package crds

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/crdcheck"
	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
)

// TestArgoCDKnowsItsConfiguration wants every key of its ConfigMaps in its own documentation of them: it passes over what it does not know.
func TestArgoCDKnowsItsConfiguration(t *testing.T) {
	folder, err := crdcheck.Module(argoCDModule)
	require.NoError(t, err)
	documented := map[string]string{}
	for values, file := range map[string]string{"cm": "argocd-cm.yaml", "rbac": "argocd-rbac-cm.yaml"} {
		text, err := os.ReadFile(filepath.Join(folder, "docs/operator-manual", file))
		require.NoError(t, err)
		documented[values] = string(text)
	}
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		configs := offlinetest.Find(t, recorded, "argocd-release").Inputs["values"].(map[string]any)["configs"].(map[string]any)
		require.Len(t, configs, len(documented))
		for values, text := range documented {
			for key := range configs[values].(map[string]any) {
				assert.Regexp(t, `(?m)^\s+#?\s*`+regexp.QuoteMeta(key)+":", text, values)
			}
		}
	})
}

// TestArgoCDsModuleIsTheCharts holds the definitions to the release that the rendered chart runs.
func TestArgoCDsModuleIsTheCharts(t *testing.T) {
	facts, err := os.ReadFile(filepath.Join(root, "stacks/testdata/charts.facts.json"))
	require.NoError(t, err)
	_, version, _ := strings.Cut(argoCDModule, "@")
	images := regexp.MustCompile(`quay\.io/argoproj/argocd:([^"]+)`).FindAllStringSubmatch(string(facts), -1)
	require.NotEmpty(t, images)
	for _, image := range images {
		assert.Equal(t, version, image[1])
	}
}
