package crds

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/magestack/magestack/internal/crdcheck"
	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/versions"
)

// TestValuesAreTheCharts wants every value that a release is given to be one that the project's own chart has.
func TestValuesAreTheCharts(t *testing.T) {
	karpenter, secrets := chartOf(t, karpenterModule, "charts/karpenter"), chartOf(t, externalSecretsModule, "deploy/charts/external-secrets")
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		for release, chart := range map[string]map[string]any{
			"karpenter-release":          karpenter,
			"addons-secrets-definitions": secrets,
			"addons-secrets-release":     secrets,
		} {
			values := offlinetest.Find(t, recorded, release).Inputs["values"].(map[string]any)
			assert.NotEmpty(t, values, release)
			hasKeys(t, chart, values, release+": ")
		}
	})
}

// TestKarpentersModuleIsTheCharts holds the module in go.mod to the release that is installed.
func TestKarpentersModuleIsTheCharts(t *testing.T) {
	folder, err := crdcheck.Module(karpenterModule)
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(folder, "@v"+versions.Karpenter.Version), "chart %s and module %s are not of one release", versions.Karpenter.Version, folder)
}

// chartOf returns the values of a chart in a module.
func chartOf(t *testing.T, module, path string) map[string]any {
	t.Helper()
	folder, err := crdcheck.Module(module)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(folder, path, "values.yaml"))
	require.NoError(t, err)
	var values map[string]any
	require.NoError(t, yaml.Unmarshal(text, &values))
	return values
}

// hasKeys compares keys, down to maps that the chart leaves to its users.
func hasKeys(t *testing.T, chart, values map[string]any, path string) {
	t.Helper()
	for key, value := range values {
		theirs, known := chart[key]
		assert.True(t, known, "the chart has no value %s%s", path, key)
		inner, ok := value.(map[string]any)
		its, alsoMap := theirs.(map[string]any)
		if ok && alsoMap && len(its) > 0 && key != "nodeSelector" {
			hasKeys(t, its, inner, path+key+".")
		}
		if !ok && theirs != nil {
			assert.Equal(t, fmt.Sprintf("%T", plain(t, theirs)), fmt.Sprintf("%T", value), "%s%s is of another type", path, key)
		}
	}
}
