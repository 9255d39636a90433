package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
)

const (
	nodeClassType = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
	nodePoolType  = "kubernetes:karpenter.sh/v1:NodePool"
)

// TestKarpenterRunsWhereItMakesNoNodes holds the controller to the system group, whose label and taint it knows.
func TestKarpenterRunsWhereItMakesNoNodes(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		release := named(t, recorded, "kubernetes:helm.sh/v3:Release", "karpenter-release")
		selector, system := input(release, "values.nodeSelector").(map[string]any), the(t, recorded, nodeGroupType)
		labels := input(system, "labels").(map[string]any)
		assert.Equal(t, labels["magento.com/nodes"], selector["magento.com/nodes"])
		assert.Equal(t, input(system, "taints.0.key"), input(release, "values.tolerations.0.key"))
		for _, pool := range ofType(recorded, nodePoolType) {
			theirs := input(pool, "spec.template.metadata.labels").(map[string]any)
			assert.NotEqual(t, selector["magento.com/nodes"], theirs["magento.com/nodes"], pool.Name)
		}
		assert.Contains(t, dependencies(release), system.Name, "the controller cannot make the node that it starts on")
		assert.Equal(t, input(the(t, recorded, controlPlane), "name"), input(release, "values.settings.clusterName"))
	})
}

// TestNodesShareTheClustersKey keeps volumes of all nodes under the key that EC2 may use for them.
func TestNodesShareTheClustersKey(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		key := input(the(t, recorded, launchTemplateType), "blockDeviceMappings.0.ebs.kmsKeyId")
		assert.Equal(t, key, input(the(t, recorded, nodeClassType), "spec.blockDeviceMappings.0.ebs.kmsKeyID"))
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
