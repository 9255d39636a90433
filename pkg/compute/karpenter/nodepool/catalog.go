package nodepool

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/magestack/magestack/pkg/enum"
)

// CatalogDate is when AWS's price list had these families and sizes, in us-east-1: it is the list in the pinned
// release of Karpenter's provider, which a test compares. A region may have fewer; Karpenter asks EC2 which.
const CatalogDate = "2026-07-06"

// Architecture is what a node's processor runs, as Kubernetes calls it.
type Architecture string

// The two architectures.
const (
	ARM64 Architecture = "arm64" // Graviton
	AMD64 Architecture = "amd64"
)

// Allowed lists the architectures.
func (Architecture) Allowed() string { return enum.Alternatives([]Architecture{ARM64, AMD64}) }

// UnmarshalText reads a setting.
func (a *Architecture) UnmarshalText(text []byte) error {
	*a = Architecture(text)
	return enum.Check(*a, []Architecture{ARM64, AMD64})
}

// InstanceType is a type of EC2 instance.
type InstanceType struct {
	Family       string // such as m7g
	Size         string // such as xlarge
	Category     string // c: compute, m: general purpose, r: memory
	Generation   int
	Architecture Architecture
	Manufacturer string // of the processor: aws, amd or intel
	CPUs         int
	MemoryMiB    int
	Metal        bool
}

// Name is the type as EC2 calls it.
func (t InstanceType) Name() string { return t.Family + "." + t.Size }

// shape is families that come in the same sizes.
type shape struct {
	families  string
	sizes     string
	metalCPUs int // of the size "metal"; sizes such as metal-24xl say theirs
}

// shapes are the families of the generations 6 to 9 for general use, with and without local disks and wider networks.
// Families for storage bandwidth, high clock rates and special networks are left out: a shop gains nothing by them.
var shapes = []shape{
	{"c6g m6g r6g c6gd m6gd r6gd c7g m7g r7g c7gd m7gd r7gd c7gn", "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal", 64},
	{"c6gn", "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", 0},
	{"c8g m8g r8g c8gd m8gd r8gd c8gn m8gn r8gn c8a m8a r8a", "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-24xl metal-48xl", 0},
	{"c9g m9g c9gd m9gd", "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-48xl", 0},
	{"c6a m6a r6a", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge metal", 192},
	{"c7a m7a r7a", "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge metal-48xl", 0},
	{"c6i m6i r6i c6id m6id r6id c6in m6in r6in", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge metal", 128},
	{"c7i m7i r7i", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-24xl metal-48xl", 0},
	{"c8i m8i r8i c8id m8id r8id", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge 96xlarge metal-48xl metal-96xl", 0},
	{"c7i-flex m7i-flex c8i-flex m8i-flex r8i-flex", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", 0},
}

// memoryPerCPU is MiB for each vCPU, by category (EC2 Instance Types, "Compute optimized", "General purpose", "Memory
// optimized": specifications).
var memoryPerCPU = map[string]int{"c": 2048, "m": 4096, "r": 8192}

// manufacturers are known by the letter after the generation (EC2 User Guide, "Instance type naming conventions").
var manufacturers = map[byte]string{'g': "aws", 'a': "amd", 'i': "intel"}

// Catalog lists every instance type of the table.
var Catalog = sync.OnceValue(func() []InstanceType {
	var all []InstanceType
	for _, s := range shapes {
		for _, family := range strings.Fields(s.families) {
			for _, size := range strings.Fields(s.sizes) {
				all = append(all, instanceType(family, size, s.metalCPUs))
			}
		}
	}
	return all
})

func instanceType(family, size string, metalCPUs int) InstanceType {
	t := InstanceType{
		Family: family, Size: size, Category: family[:1], Generation: int(family[1] - '0'),
		Manufacturer: manufacturers[family[2]], Architecture: AMD64, CPUs: cpusOf(size, metalCPUs),
		Metal: strings.HasPrefix(size, "metal"),
	}
	if t.Manufacturer == "aws" {
		t.Architecture = ARM64
	}
	t.MemoryMiB = t.CPUs * memoryPerCPU[t.Category]
	return t
}

// cpusOf follows the sizes' names: an xlarge has four vCPUs, and the others are multiples of it.
func cpusOf(size string, metalCPUs int) int {
	switch size {
	case "medium":
		return 1
	case "large":
		return 2
	case "xlarge":
		return 4
	case "metal":
		return metalCPUs
	}
	multiple, _ := strconv.Atoi(strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(size, "xl"), "xlarge"), "metal-"))
	return 4 * multiple
}

// Family is the name of a family of instance types that the catalog has.
type Family string

// Families lists the names of all families.
func Families() []string {
	names := map[string]bool{}
	for _, t := range Catalog() {
		names[t.Family] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Allowed says what a Family may be.
func (Family) Allowed() string {
	return "a family of the generations 6 to 9 of c, m and r, such as m7g (pkg/compute/karpenter/nodepool/catalog.go)"
}

// UnmarshalText refuses families that the catalog does not have.
func (f *Family) UnmarshalText(text []byte) error {
	if !slices.Contains(Families(), string(text)) {
		return fmt.Errorf("must be %s", f.Allowed())
	}
	*f = Family(text)
	return nil
}
