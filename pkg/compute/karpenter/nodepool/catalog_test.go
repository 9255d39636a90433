package nodepool_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

// TestWhatInstancesHave is a sample of EC2's own specifications.
func TestWhatInstancesHave(t *testing.T) {
	have := map[string]nodepool.InstanceType{}
	for _, kind := range nodepool.Catalog() {
		have[kind.Name()] = kind
	}
	for name, want := range map[string]nodepool.InstanceType{
		"m7g.xlarge":     {Category: "m", Generation: 7, Architecture: nodepool.ARM64, Manufacturer: "aws", CPUs: 4, MemoryMiB: 16384},
		"c6g.medium":     {Category: "c", Generation: 6, Architecture: nodepool.ARM64, Manufacturer: "aws", CPUs: 1, MemoryMiB: 2048},
		"c6g.metal":      {Category: "c", Generation: 6, Architecture: nodepool.ARM64, Manufacturer: "aws", CPUs: 64, MemoryMiB: 131072, Metal: true},
		"r8g.metal-48xl": {Category: "r", Generation: 8, Architecture: nodepool.ARM64, Manufacturer: "aws", CPUs: 192, MemoryMiB: 1572864, Metal: true},
		"c6a.48xlarge":   {Category: "c", Generation: 6, Architecture: nodepool.AMD64, Manufacturer: "amd", CPUs: 192, MemoryMiB: 393216},
		"m6i.metal":      {Category: "m", Generation: 6, Architecture: nodepool.AMD64, Manufacturer: "intel", CPUs: 128, MemoryMiB: 524288, Metal: true},
		"c7i-flex.large": {Category: "c", Generation: 7, Architecture: nodepool.AMD64, Manufacturer: "intel", CPUs: 2, MemoryMiB: 4096},
		"m8i.96xlarge":   {Category: "m", Generation: 8, Architecture: nodepool.AMD64, Manufacturer: "intel", CPUs: 384, MemoryMiB: 1572864},
	} {
		want.Family, want.Size, _ = strings.Cut(name, ".")
		assert.Equal(t, want, have[name], name)
	}
}

func TestFamiliesAreRead(t *testing.T) {
	var family nodepool.Family
	require.NoError(t, family.UnmarshalText([]byte("m7g")))
	assert.Equal(t, nodepool.Family("m7g"), family)
	for _, wrong := range []string{"", "m5", "m7g.large", "x2gd"} {
		assert.ErrorContains(t, family.UnmarshalText([]byte(wrong)), "a family of the generations 6 to 9", wrong)
	}
	assert.NotEmpty(t, nodepool.Families())
}
