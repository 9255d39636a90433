package crds

import (
	"slices"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

// labelsOf are the labels that the provider gives an instance type, as requirements.
func labelsOf(t nodepool.InstanceType) scheduling.Requirements {
	return scheduling.NewLabelRequirements(map[string]string{
		nodepool.KeyArchitecture: string(t.Architecture), nodepool.KeyOS: "linux", nodepool.KeyType: t.Name(),
		nodepool.KeyCategory: t.Category, nodepool.KeyFamily: t.Family, nodepool.KeyGeneration: strconv.Itoa(t.Generation),
		nodepool.KeySize: t.Size, nodepool.KeyCPU: strconv.Itoa(t.CPUs), nodepool.KeyMemory: strconv.Itoa(t.MemoryMiB),
		nodepool.KeyManufacturer: t.Manufacturer,
	})
}

// drawn makes a requirement that is right.
func drawn(t *rapid.T) nodepool.Requirement {
	words := map[string][]string{
		nodepool.KeyArchitecture: {"arm64", "amd64", "sparc"}, nodepool.KeyOS: {"linux", "windows"},
		nodepool.KeyCategory: {"c", "m", "r", "x"}, nodepool.KeyFamily: {"c7g", "m7g", "m6a", "r8i", "z1d"},
		nodepool.KeyGeneration: {"6", "7", "8"}, nodepool.KeySize: {"large", "xlarge", "metal"},
		nodepool.KeyCPU: {"2", "4", "64"}, nodepool.KeyMemory: {"4096", "16384"}, nodepool.KeyManufacturer: {"aws", "amd", "intel"},
		nodepool.KeyType: {"m7g.xlarge", "c6a.large"},
	}
	keys := []string{
		nodepool.KeyArchitecture, nodepool.KeyOS, nodepool.KeyCategory, nodepool.KeyFamily, nodepool.KeyGeneration,
		nodepool.KeySize, nodepool.KeyCPU, nodepool.KeyMemory, nodepool.KeyManufacturer, nodepool.KeyType,
	}
	key := rapid.SampledFrom(keys).Draw(t, "key")
	operators := []nodepool.Operator{nodepool.In, nodepool.NotIn, nodepool.Exists}
	if slices.Contains([]string{nodepool.KeyGeneration, nodepool.KeyCPU, nodepool.KeyMemory}, key) {
		operators = append(operators, nodepool.Gt, nodepool.Lt, nodepool.Gte, nodepool.Lte)
	}
	r := nodepool.Requirement{Key: key, Operator: rapid.SampledFrom(operators).Draw(t, "operator")}
	switch r.Operator {
	case nodepool.In, nodepool.NotIn:
		r.Values = rapid.SliceOfNDistinct(rapid.SampledFrom(words[key]), 1, len(words[key]), rapid.ID[string]).Draw(t, "values")
	case nodepool.Gt, nodepool.Lt, nodepool.Gte, nodepool.Lte:
		r.Values = []string{rapid.SampledFrom(words[key]).Draw(t, "bound")}
	}
	return r
}

// TestMatchingIsKarpenters compares which types match with what Karpenter's own scheduler says.
func TestMatchingIsKarpenters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		requirements := rapid.SliceOfN(rapid.Custom(drawn), 1, 5).Draw(t, "requirements")
		var theirs []karpenter.NodeSelectorRequirementWithMinValues
		for _, r := range requirements {
			if err := r.Validate(); err != nil {
				t.Fatal(err)
			}
			theirs = append(theirs, karpenter.NodeSelectorRequirementWithMinValues{Key: r.Key, Operator: corev1.NodeSelectorOperator(r.Operator), Values: r.Values})
		}
		wanted := scheduling.NewNodeSelectorRequirementsWithMinValues(theirs...)
		var matching []nodepool.InstanceType
		for _, kind := range nodepool.Catalog() {
			if labelsOf(kind).Intersects(wanted) == nil {
				matching = append(matching, kind)
			}
		}
		if !slices.Equal(matching, nodepool.Matching(requirements)) {
			t.Fatalf("%v: Karpenter matches %d types, we %d", requirements, len(matching), len(nodepool.Matching(requirements)))
		}
	})
}
