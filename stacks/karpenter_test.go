package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/pkg/definitions"
)

const (
	nodeClassType = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
	nodePoolType  = "kubernetes:karpenter.sh/v1:NodePool"
)

// TestKarpentersObjectsAreTaken checks what every environment registers against the definitions of the pinned release,
// with their rules in CEL.
func TestKarpentersObjectsAreTaken(t *testing.T) {
	defined, err := definitions.Modules("github.com/aws/karpenter-provider-aws//pkg/apis/crds")
	require.NoError(t, err)
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		objects := append(ofType(plan, nodePoolType), ofType(plan, nodeClassType)...)
		require.Len(t, objects, 5)
		for _, r := range objects {
			assert.NoError(t, defined.Check(r.Inputs), r.Name)
		}
	})
}

// TestKarpenterRunsWhereItMakesNoNodes holds the controller to the system group, whose label and taint it knows.
func TestKarpenterRunsWhereItMakesNoNodes(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		release := named(t, plan, "kubernetes:helm.sh/v3:Release", "karpenter-release")
		selector, system := input(release, "values.nodeSelector").(map[string]any), the(t, plan, nodeGroupType)
		labels := input(system, "labels").(map[string]any)
		assert.Equal(t, labels["magento.com/nodes"], selector["magento.com/nodes"])
		assert.Equal(t, input(system, "taints.0.key"), input(release, "values.tolerations.0.key"))
		for _, pool := range ofType(plan, nodePoolType) {
			theirs := input(pool, "spec.template.metadata.labels").(map[string]any)
			assert.NotEqual(t, selector["magento.com/nodes"], theirs["magento.com/nodes"], pool.Name)
		}
		assert.Contains(t, dependencies(release), system.Name, "the controller cannot make the node that it starts on")
		assert.Equal(t, input(the(t, plan, controlPlane), "name"), input(release, "values.settings.clusterName"))
	})
}

// TestNodesShareTheClustersKey keeps volumes of all nodes under the key that EC2 may use for them.
func TestNodesShareTheClustersKey(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		key := input(the(t, plan, launchTemplateType), "blockDeviceMappings.0.ebs.kmsKeyId")
		assert.Equal(t, key, input(the(t, plan, nodeClassType), "spec.blockDeviceMappings.0.ebs.kmsKeyID"))
	})
}

// TestStagingsPoolsAreSmallerNotLaxer compares everything but sizes.
func TestStagingsPoolsAreSmallerNotLaxer(t *testing.T) {
	shape := func(environment string) []string {
		var lines []string
		for _, pool := range ofType(planned(t, environment), nodePoolType) {
			var requirements []string
			for _, r := range input(pool, "spec.template.spec.requirements").([]any) {
				if !strings.HasSuffix(fmt.Sprint(in(r, "key")), "instance-cpu") {
					requirements = append(requirements, fmt.Sprint(r))
				}
			}
			lines = append(lines, fmt.Sprint(pool.Name, requirements, input(pool, "spec.disruption"), input(pool, "spec.weight"),
				input(pool, "spec.template.spec.terminationGracePeriod"), input(pool, "spec.template.spec.expireAfter")))
		}
		slices.Sort(lines)
		return lines
	}
	assert.Equal(t, shape("production"), shape("staging"))
}
