package crds

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/crdcheck"
	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
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
	argoCDModule          = "github.com/argoproj/argo-cd/v3@v3.4.4"                    // of the chart in pkg/versions
	vpcControllerModule   = "github.com/aws/amazon-vpc-resource-controller-k8s@v1.8.2" // EKS runs it and says no version
)

// definitions returns the definitions of all custom resources whose projects can be read as Go modules.
func definitions(t *testing.T) *crdcheck.Set {
	t.Helper()
	set, err := crdcheck.Modules(karpenterModule+"//pkg/apis/crds", externalSecretsModule+"//config/crds/bases",
		argoCDModule+"//manifests/crds", vpcControllerModule+"//config/crd/bases")
	require.NoError(t, err)
	return set
}

// forEveryEnvironment runs a test on the plan of each of fixture.Cases.
func forEveryEnvironment(t *testing.T, test func(t *testing.T, recorded *plan.Environment)) {
	t.Helper()
	for _, c := range fixture.Cases(t, root) {
		t.Run(c.Title, func(t *testing.T) {
			recorded, err := offline.Run(c.Environment, c.Config, stacks.Programs())
			require.NoError(t, err)
			test(t, recorded)
		})
	}
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
