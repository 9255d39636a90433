package nodepool_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

func TestRequirementRefusals(t *testing.T) {
	for want, r := range map[string]nodepool.Requirement{
		`key "karpenter.k8s.aws/instance-famly": unknown; must be kubernetes.io/arch, `: {Key: "karpenter.k8s.aws/instance-famly", Operator: nodepool.Exists},
		`operator "Like": must be In, NotIn, `:                                          {Key: nodepool.KeyFamily, Operator: "Like", Values: []string{"m"}},
		`operator In: needs at least one value`:                                         {Key: nodepool.KeyFamily, Operator: nodepool.In},
		`operator Gt needs one whole number`:                                            {Key: nodepool.KeyCPU, Operator: nodepool.Gt, Values: []string{"1", "2"}},
		`values "-1": operator Lte needs`:                                               {Key: nodepool.KeyCPU, Operator: nodepool.Lte, Values: []string{"-1"}},
		`operator Exists takes none`:                                                    {Key: nodepool.KeyCPU, Operator: nodepool.Exists, Values: []string{"1"}},
		`"spott": must be spot or on-demand`:                                            {Key: nodepool.KeyCapacity, Operator: nodepool.In, Values: []string{"spott"}},
	} {
		assert.ErrorContains(t, r.Validate(), want)
	}
}
