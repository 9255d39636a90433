package crds

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/crdcheck"
	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

// root is the folder of the repository.
const root = "../.."

// The modules that definitions, charts and prices are read from.
const (
	karpenterModule = "github.com/aws/karpenter-provider-aws" // of the version in go.mod
	// External Secrets' chart is newer than the newest release that can be read as a Go module; the API
	// external-secrets.io/v1 is the same.
	externalSecretsModule = "github.com/external-secrets/external-secrets@v1.3.2"
	vpcControllerModule   = "github.com/aws/amazon-vpc-resource-controller-k8s@v1.8.2" // EKS runs it and says no version
)

// definitions returns the definitions of all custom resources whose projects can be read as Go modules.
func definitions(t *testing.T) *crdcheck.Set {
	t.Helper()
	set, err := crdcheck.Modules(karpenterModule+"//pkg/apis/crds", externalSecretsModule+"//config/crds/bases", vpcControllerModule+"//config/crd/bases")
	require.NoError(t, err)
	return set
}

// forEveryEnvironment runs a test on the plan of each fixture, and on that of each settings file of the repository that does
// not say what its fixture says.
func forEveryEnvironment(t *testing.T, test func(t *testing.T, recorded *plan.Environment)) {
	t.Helper()
	run := func(title, environment string, config settings.Config) {
		t.Run(title, func(t *testing.T) {
			recorded, err := offline.Run(environment, config, stacks.Programs())
			require.NoError(t, err)
			test(t, recorded)
		})
	}
	for _, environment := range fixture.Environments() {
		run(environment, environment, fixture.Config(t, environment))
	}
	own, err := settings.Environments(root)
	require.NoError(t, err)
	require.NotEmpty(t, own)
	for _, environment := range own {
		config, err := settings.ReadFile(filepath.Join(root, settings.FileName(environment)))
		require.NoError(t, err)
		if !slices.Contains(fixture.Environments(), environment) || !maps.Equal(config, fixture.Config(t, environment)) {
			run("own "+environment, environment, config)
		}
	}
}

// find returns the one resource of a name.
func find(t *testing.T, recorded *plan.Environment, name string) plan.Resource {
	t.Helper()
	for _, r := range recorded.Resources() {
		if r.Name == name {
			return r
		}
	}
	require.Fail(t, "not in the plan", name)
	return plan.Resource{}
}

// plain returns a value as JSON has it: maps, lists, and numbers of one type.
func plain(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	var again any
	require.NoError(t, json.Unmarshal(text, &again))
	return again
}
