package helm_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/pkg/versions"
)

var chart = versions.Chart{Repository: "https://charts.example.com", Name: "demo", Version: "1.2.3"}

func planOf(args helm.ReleaseArgs) (*plan.Environment, error) {
	return offline.Run("staging", settings.Config{}, []plan.Program{{
		Layer: layer.Root{}.Layer(),
		Run: func(ctx *pulumi.Context, _ settings.Config) error {
			var provider struct{ pulumi.ProviderResourceState }
			if err := ctx.RegisterResource("pulumi:providers:kubernetes", "cluster", pulumi.Map{}, &provider); err != nil {
				return err
			}
			_, err := helm.NewRelease(ctx, "demo-release", "demo", args, pulumi.Provider(&provider))
			return err
		},
	}})
}

// TestReleaseInputs holds what a release is given, defaults included.
func TestReleaseInputs(t *testing.T) {
	recorded, err := planOf(helm.ReleaseArgs{
		Chart: chart, Namespace: "kube-system", SkipDefinitions: true,
		Values: struct {
			Replicas int `json:"replicas"`
		}{2},
		Computed: pulumi.Map{"clusterName": pulumi.String("magento-staging")},
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"name": "demo", "chart": "demo", "version": "1.2.3", "namespace": "kube-system",
		"repositoryOpts": map[string]any{"repo": "https://charts.example.com"},
		"atomic":         true, "cleanupOnFail": true, "waitForJobs": true, "skipCrds": true, "createNamespace": false,
		"maxHistory": 5.0, "timeout": 300.0,
		"values": map[string]any{"replicas": 2.0, "clusterName": "magento-staging"},
	}, offlinetest.Find(t, recorded, "demo-release").Inputs)
}

// TestReleaseRefusals wants everything that is wrong reported together.
func TestReleaseRefusals(t *testing.T) {
	_, err := planOf(helm.ReleaseArgs{Chart: versions.Chart{Name: "demo"}, Timeout: 1500000000})
	require.Error(t, err)
	for _, want := range []string{"name and version are required", "namespace: required", "whole seconds"} {
		assert.ErrorContains(t, err, want)
	}
	_, err = planOf(helm.ReleaseArgs{Chart: chart, Namespace: "demo", Values: map[string]any{"a": 1}, Computed: pulumi.Map{"a": pulumi.Int(2)}})
	assert.ErrorContains(t, err, "a is both given and computed")
}

// TestReleaseMatchesProvider compares the inputs with those that the provider's own SDK sends, without compiling it.
func TestReleaseMatchesProvider(t *testing.T) {
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Version}} {{.Dir}}", "github.com/pulumi/pulumi-kubernetes/sdk/v4").Output()
	require.NoError(t, err)
	version, folder, _ := strings.Cut(strings.TrimSpace(string(output)), " ")
	source, err := os.ReadFile(filepath.Join(folder, "go/kubernetes/helm/v3/release.go"))
	require.NoError(t, err)
	assert.Contains(t, string(source), `"`+helm.ReleaseType+`"`)

	recorded, err := planOf(helm.ReleaseArgs{Chart: chart, Namespace: "demo"})
	require.NoError(t, err)
	release := offlinetest.Find(t, recorded, "demo-release")
	for _, key := range slices.Sorted(maps.Keys(release.Inputs)) {
		assert.Contains(t, string(source), "`pulumi:\""+key+"\"`", "the provider has no input %s", key)
	}
	var plugin struct{ Version string }
	text, err := os.ReadFile(filepath.Join(folder, "go/kubernetes/pulumi-plugin.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &plugin))
	assert.Equal(t, "v"+plugin.Version, version)
	assert.Equal(t, plugin.Version, helm.SDKVersion)
}
