package nodepool_test

import (
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

// workloads are those of a shop of some size.
func workloads() nodepool.Workloads {
	graviton := nodepool.Instances{
		Families:      []nodepool.Family{"c6g", "c7g", "c8g", "m6g", "m7g", "m8g"},
		Architectures: []nodepool.Architecture{nodepool.ARM64}, MinCPUs: 4, MaxCPUs: 16,
	}
	return nodepool.Workloads{
		Web: graviton, Consumers: graviton, Batch: graviton,
		WebBase: nodepool.Size{CPUs: 32, MemoryGiB: 128}, WebBurst: nodepool.Size{CPUs: 64, MemoryGiB: 256},
		Consumer: nodepool.Size{CPUs: 16, MemoryGiB: 64}, Batches: nodepool.Size{CPUs: 16, MemoryGiB: 64},
		TradingHours: nodepool.TradingHours{Start: 8 * 60, End: 22 * 60}, SpotConsolidation: true,
	}
}

func pools(t require.TestingT) nodepool.Set {
	set, err := workloads().Set()
	require.NoError(t, err)
	return set
}

func class() nodepool.Object[nodepool.Class] {
	c := nodepool.NewClass("al2023@v20260917", []string{"subnet-0123456789abcdef0"}, []string{"sg-0123456789abcdef1"}, map[string]string{"environment": "staging"})
	c.Spec.InstanceProfile = "magento-staging-node"
	c.Spec.BlockDeviceMappings[0].EBS.KMSKeyID = "arn:aws:kms:eu-central-1:123456789012:key/0123"
	c.Spec.SecurityGroupSelectorTerms = append(c.Spec.SecurityGroupSelectorTerms, nodepool.SelectorTerm{ID: "sg-0123456789abcdef0"})
	return c
}
