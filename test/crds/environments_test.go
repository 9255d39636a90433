package crds

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
)

// targetGroupBinding is the one kind whose definition is in no Go module that can be read.
const targetGroupBinding = "TargetGroupBinding"

// TestCustomResourcesAreTaken checks what every environment registers against the definitions of the pinned releases, with
// their rules in CEL. An object that is neither Kubernetes' own nor defined fails.
func TestCustomResourcesAreTaken(t *testing.T) {
	defined := definitions(t)
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
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
		assert.Equal(t, map[string]int{"NodePool": 4, "EC2NodeClass": 1, "ClusterSecretStore": 1, "ExternalSecret": 2, "SecurityGroupPolicy": 1}, checked)
	})
}
