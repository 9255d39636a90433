// Package sizing knows what a replication group of ElastiCache for Valkey can be made of: node types, engine
// versions, eviction policies, and how many of what. It is pure: no provider, no state.
//
// Sources are named where a number stands: "EUG" is the Amazon ElastiCache User Guide, "API" the Amazon
// ElastiCache API reference.
package sizing

import (
	"fmt"
	"strings"
)

// NodeType is a type of node, such as cache.m7g.large. Accepted are the current Graviton families: t4g for
// environments without traffic of their own (a burstable node slows down when its processor credits are gone),
// m7g, and r7g with twice the memory for each processor.
type NodeType string

// prefix begins every node type.
const prefix = "cache."

// size is a size within a family and the memory that its nodes give to the engine, in GiB (Amazon ElastiCache
// pricing, "Node type" tables; less than what the instance of EC2 has).
type size struct {
	name      string
	memoryGiB float64
}

type family struct {
	name  string
	sizes []size
}

// families are those that ElastiCache has for Valkey (EUG, "Supported node types"), without older generations
// and without data tiering.
var families = []family{
	{"t4g", []size{{"micro", 0.5}, {"small", 1.37}, {"medium", 3.09}}},
	{"m7g", []size{
		{"large", 6.38}, {"xlarge", 12.93}, {"2xlarge", 26.04}, {"4xlarge", 52.26},
		{"8xlarge", 103.68}, {"12xlarge", 157.12}, {"16xlarge", 209.55},
	}},
	{"r7g", []size{
		{"large", 13.07}, {"xlarge", 26.32}, {"2xlarge", 52.82}, {"4xlarge", 105.81},
		{"8xlarge", 209.55}, {"12xlarge", 317.77}, {"16xlarge", 419.09},
	}},
}

// Allowed lists the families with their sizes.
func (NodeType) Allowed() string {
	texts := make([]string, len(families))
	for i, f := range families {
		names := make([]string, len(f.sizes))
		for j, s := range f.sizes {
			names[j] = s.name
		}
		texts[i] = prefix + f.name + "." + "{" + strings.Join(names, ",") + "}"
	}
	return "one of " + strings.Join(texts, " ")
}

// Validate refuses node types that are not in the list of families.
func (n NodeType) Validate() error {
	if _, ok := n.size(); !ok {
		return fmt.Errorf("node type %q: must be %s", string(n), n.Allowed())
	}
	return nil
}

// UnmarshalText reads a setting.
func (n *NodeType) UnmarshalText(text []byte) error {
	if err := NodeType(text).Validate(); err != nil {
		return err
	}
	*n = NodeType(text)
	return nil
}

// MemoryGiB is the memory that a node gives to the engine; 0 of a type that does not exist.
func (n NodeType) MemoryGiB() float64 {
	s, _ := n.size()
	return s.memoryGiB
}

// ReservedMemoryPercent is the part of the memory that data may not fill: snapshots, new replicas and
// failovers need it for what is written meanwhile, and fail without it (EUG, "Managing reserved memory for
// Valkey and Redis OSS": 25 in general, up to 30 for small and 50 for micro nodes, which swap otherwise).
func (n NodeType) ReservedMemoryPercent() int {
	switch s, _ := n.size(); s.name {
	case "micro":
		return 50
	case "small":
		return 30
	default:
		return 25
	}
}

// DataGiB is what a node can hold before it evicts or refuses to write.
func (n NodeType) DataGiB() float64 {
	return n.MemoryGiB() * float64(100-n.ReservedMemoryPercent()) / 100
}

func (n NodeType) size() (size, bool) {
	for _, f := range families {
		for _, s := range f.sizes {
			if string(n) == prefix+f.name+"."+s.name {
				return s, true
			}
		}
	}
	return size{}, false
}
