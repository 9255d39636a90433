package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/naming"
)

// NodePools holds what magento-compute is told of the nodes that Karpenter makes.
type NodePools struct {
	// NodeArchitectures are what the nodes' processors run. The shop's image must be built for each of them.
	NodeArchitectures []nodepool.Architecture `key:"nodeArchitectures" default:"[\"arm64\"]"`

	// NodeMinCPUs is the least number of vCPUs of a node. Every node runs a copy of what the cluster itself needs.
	NodeMinCPUs int `key:"nodeMinCpus" default:"4" differs:"size" allowed:"1 to nodeMaxCpus"`

	// NodeMaxCPUs is the greatest number of vCPUs of a node: what is lost with one.
	NodeMaxCPUs int `key:"nodeMaxCpus" default:"16" differs:"size" allowed:"nodeMinCpus to 192"`

	// WebFamilies are the families of instances for the pods that answer visitors. Spot wants many to choose from.
	WebFamilies []nodepool.Family `key:"webFamilies" default:"[\"c6g\",\"c7g\",\"c8g\",\"m6g\",\"m7g\",\"m8g\"]"`

	// WebBaseCPUs is how many vCPUs there may be of on-demand nodes for the pods that name the pool web-base: those that the
	// shop must have while spot is gone. One node of nodeMaxCpus of it is for the successor of a node that is replaced, so
	// that pods may ask for the rest. Limits of pools are soft: when many pods come at once, Karpenter may go a node or two
	// beyond.
	WebBaseCPUs int `key:"webBaseCpus" default:"32" differs:"size" allowed:"vCPUs, twice nodeMaxCpus to 10000"`

	// WebBaseMemoryGiB is the memory that goes with it.
	WebBaseMemoryGiB int `key:"webBaseMemoryGib" default:"128" differs:"size" allowed:"GiB, twice that of the largest node to 100000"`

	// WebBurstCPUs is how many vCPUs there may be of nodes for the pods that name the pool web-burst, of spot where there
	// is any. As soft as webBaseCpus.
	WebBurstCPUs int `key:"webBurstCpus" default:"64" differs:"size" allowed:"vCPUs, those of the smallest node to 10000"`

	// WebBurstMemoryGiB is the memory that goes with it.
	WebBurstMemoryGiB int `key:"webBurstMemoryGib" default:"256" differs:"size" allowed:"GiB, that of the smallest node to 100000"`

	// ConsumersFamilies are the families of instances for the pods that work off message queues.
	ConsumersFamilies []nodepool.Family `key:"consumersFamilies" default:"[\"m6g\",\"m7g\",\"m8g\",\"r6g\",\"r7g\",\"r8g\"]"`

	// ConsumersCPUs is how many vCPUs of nodes for consumers there may be.
	ConsumersCPUs int `key:"consumersCpus" default:"16" differs:"size" allowed:"vCPUs, those of the smallest node to 10000"`

	// ConsumersMemoryGiB is the memory that goes with it.
	ConsumersMemoryGiB int `key:"consumersMemoryGib" default:"128" differs:"size" allowed:"GiB, that of the smallest node to 100000"`

	// BatchFamilies are the families of instances for jobs, such as imports, which are repeated when spot takes a node.
	BatchFamilies []nodepool.Family `key:"batchFamilies" default:"[\"c6g\",\"c7g\",\"c8g\",\"m6g\",\"m7g\",\"m8g\"]"`

	// BatchCPUs is how many vCPUs of nodes for jobs there may be.
	BatchCPUs int `key:"batchCpus" default:"16" differs:"size" allowed:"vCPUs, those of the smallest node to 10000"`

	// BatchMemoryGiB is the memory that goes with it.
	BatchMemoryGiB int `key:"batchMemoryGib" default:"64" differs:"size" allowed:"GiB, that of the smallest node to 100000"`

	// TradingHours are the hours of every day in which Karpenter takes no web node that works, be it to save money, for a
	// newer image or for its age. What AWS takes back, it takes at any hour: spot, and hardware that fails.
	TradingHours nodepool.TradingHours `key:"tradingHours" default:"08:00-22:00"`

	// TradingTimeZone is where the clocks are that trading hours are told by. Where clocks change, the hours are held
	// by both of them all year, so that they are an hour longer.
	TradingTimeZone nodepool.TimeZone `key:"tradingTimeZone" default:"UTC"`

	// SpotConsolidation lets Karpenter move nodes from spot to cheaper spot, an alpha feature of it. Without it, a spot
	// node goes only when others have room for all of its pods.
	SpotConsolidation bool `key:"spotConsolidation" default:"true"`

	// SpotServiceLinkedRole is whether this environment makes the role with which EC2 launches spot instances. An
	// account has it once: at most one of its environments may, and none where it is there already.
	SpotServiceLinkedRole bool `key:"spotServiceLinkedRole" default:"true" differs:"owner"`

	// NodeImage is which image nodes are made of: the one that this release of the project pins, or whatever AWS
	// released last, which is for environments that are made to be thrown away.
	NodeImage nodepool.Image `key:"nodeImage" default:"pinned" differs:"purpose"`

	// ZonalShift makes Karpenter heed zonal shifts. It does not start with it before zonal shift is enabled on the
	// cluster.
	ZonalShift bool `key:"zonalShift" default:"false" differs:"purpose"`
}

// Workloads is what the pools are made of.
func (s NodePools) Workloads() nodepool.Workloads {
	instances := func(families []nodepool.Family) nodepool.Instances {
		return nodepool.Instances{Families: families, Architectures: s.NodeArchitectures, MinCPUs: s.NodeMinCPUs, MaxCPUs: s.NodeMaxCPUs}
	}
	return nodepool.Workloads{
		Web:       instances(s.WebFamilies),
		WebBase:   nodepool.Size{CPUs: s.WebBaseCPUs, MemoryGiB: s.WebBaseMemoryGiB},
		WebBurst:  nodepool.Size{CPUs: s.WebBurstCPUs, MemoryGiB: s.WebBurstMemoryGiB},
		Consumers: instances(s.ConsumersFamilies),
		Consumer:  nodepool.Size{CPUs: s.ConsumersCPUs, MemoryGiB: s.ConsumersMemoryGiB},
		Batch:     instances(s.BatchFamilies),
		Batches:   nodepool.Size{CPUs: s.BatchCPUs, MemoryGiB: s.BatchMemoryGiB},

		TradingHours: s.TradingHours, TimeZone: s.TradingTimeZone, SpotConsolidation: s.SpotConsolidation,
	}
}

// maxNodeCPUs is the largest size of every family: beyond it only some have any.
const maxNodeCPUs = 192

func (s NodePools) rules(protected bool) []rule {
	key := func(name string) string { return naming.ProjectCompute + ":" + name }
	sizes := computeKeys("nodeArchitectures", "nodeMinCpus", "nodeMaxCpus")
	hours := computeKeys("tradingHours", "tradingTimeZone")
	about := func(names ...string) []string { return slices.Concat(sizes, hours, computeKeys(names...)) }
	w := s.Workloads()
	return append(s.sizeRules(), []rule{
		{computeKeys("nodeMinCpus", "nodeMaxCpus"), func() []Problem {
			if s.possibleCPUs() {
				return nil
			}
			return []Problem{{key("nodeMinCpus"), fmt.Sprintf("%d to %d vCPUs", s.NodeMinCPUs, s.NodeMaxCPUs), fmt.Sprintf("must be 1 or more, and at most nodeMaxCpus, which must be at most %d", maxNodeCPUs)}}
		}},
		{hours, func() []Problem {
			_, err := w.TradingHours.Quiet(w.TimeZone)
			return messages(key("tradingHours"), fmt.Sprintf("%s %s", w.TradingHours, w.TimeZone), err)
		}},
		{about("webFamilies", "webBaseCpus", "webBaseMemoryGib", "webBurstCpus", "webBurstMemoryGib"), func() []Problem {
			return s.poolProblems(key("webFamilies"), w.Web, "web-")
		}},
		{about("consumersFamilies", "consumersCpus", "consumersMemoryGib"), func() []Problem {
			return s.poolProblems(key("consumersFamilies"), w.Consumers, "consumers")
		}},
		{about("batchFamilies", "batchCpus", "batchMemoryGib"), func() []Problem {
			return s.poolProblems(key("batchFamilies"), w.Batch, "batch")
		}},
		{computeKeys("nodeImage", "protectCluster"), func() []Problem {
			if s.NodeImage != nodepool.ImageLatest || !protected {
				return nil
			}
			return []Problem{{key("nodeImage"), string(s.NodeImage), "must be pinned where protectCluster is true: every release of AWS's would replace all nodes of an environment that is made to last"}}
		}},
	}...)
}

func (s NodePools) possibleCPUs() bool {
	return s.NodeMinCPUs >= 1 && s.NodeMinCPUs <= s.NodeMaxCPUs && s.NodeMaxCPUs <= maxNodeCPUs
}

// poolProblems are those of the pools whose names begin so. What other rules report already is not repeated.
func (s NodePools) poolProblems(key string, instances nodepool.Instances, prefix string) []Problem {
	families := make([]string, len(instances.Families))
	for i, family := range instances.Families {
		families[i] = string(family)
	}
	given := strings.Join(families, ",") + " of " + strconv.Itoa(instances.MinCPUs) + " to " + strconv.Itoa(instances.MaxCPUs) + " vCPUs"
	set, err := s.Workloads().Set()
	if err != nil || !s.possibleCPUs() {
		return nil
	}
	if err := instances.Validate(); err != nil {
		return messages(key, given, err)
	}
	set.Pools = slices.DeleteFunc(set.Pools, func(pool nodepool.Object[nodepool.Pool]) bool {
		return !strings.HasPrefix(pool.Metadata.Name, prefix)
	})
	return s.bySize(messages(key, given, set.Validate()))
}

// computeKeys are the full keys of settings of magento-compute.
func computeKeys(names ...string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = naming.ProjectCompute + ":" + name
	}
	return keys
}
