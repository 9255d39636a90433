package crds

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/crdcheck"
	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/stacks"
)

// targetGroupBinding is the one kind whose definition is in no Go module that can be read.
const targetGroupBinding = "TargetGroupBinding"

// TestCustomResourcesAreTaken checks what every environment registers against the definitions of the pinned releases, with
// their rules in CEL. An object that is neither Kubernetes' own nor defined fails.
func TestCustomResourcesAreTaken(t *testing.T) {
	defined := definitions(t)
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		checked := taken(t, defined, recorded)
		for _, kind := range []string{"NodePool", "EC2NodeClass", "ClusterSecretStore", "ExternalSecret", "SecurityGroupPolicy", "AppProject"} {
			assert.NotZero(t, checked[kind], kind)
		}
	})
}

// TestFixturesHaveEveryKind holds how many of each kind are checked: a user's settings may leave out the Applications.
func TestFixturesHaveEveryKind(t *testing.T) {
	defined := definitions(t)
	for _, environment := range fixture.Environments() {
		recorded, err := offline.Run(environment, fixture.Config(t, environment), stacks.Programs())
		require.NoError(t, err)
		assert.Equal(t, map[string]int{
			"NodePool": 4, "EC2NodeClass": 1, "ClusterSecretStore": 1, "ExternalSecret": 3, "SecurityGroupPolicy": 1, "AppProject": 3, "Application": 2,
		}, taken(t, defined, recorded), environment)
	}
}

// taken checks the custom resources of a plan, and returns how many there are of each kind.
func taken(t *testing.T, defined *crdcheck.Set, recorded *plan.Environment) map[string]int {
	t.Helper()
	checked := map[string]int{}
	for _, r := range recorded.Resources() {
		apiVersion, _ := r.Inputs["apiVersion"].(string)
		kind, _ := r.Inputs["kind"].(string)
		if !strings.HasPrefix(r.Type, "kubernetes:") || apiVersion == "" || strict.BuiltIn(apiVersion, kind) || kind == targetGroupBinding {
			continue
		}
		checked[kind]++
		assert.NoError(t, defined.Check(r.Inputs), r.URN)
	}
	return checked
}
