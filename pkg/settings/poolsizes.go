package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/naming"
)

// Bounds of a pool. No shop of this architecture comes near them: they are there for a digit too many, which Karpenter
// would follow with its bill.
const (
	maxPoolCPUs      = 10000
	maxPoolMemoryGiB = 100000
)

// poolSize is the size of a pool with the settings that say it.
type poolSize struct {
	pool, cpus, memory string
	size               nodepool.Size
}

func (s NodePools) poolSizes() []poolSize {
	key := func(name string) string { return naming.ProjectCompute + ":" + name }
	w := s.Workloads()
	return []poolSize{
		{"web-base", key("webBaseCpus"), key("webBaseMemoryGib"), w.WebBase},
		{"web-burst", key("webBurstCpus"), key("webBurstMemoryGib"), w.WebBurst},
		{"consumers", key("consumersCpus"), key("consumersMemoryGib"), w.Consumer},
		{"batch", key("batchCpus"), key("batchMemoryGib"), w.Batches},
	}
}

// sizeRules hold each size between its bounds.
func (s NodePools) sizeRules() []rule {
	var rules []rule
	for _, p := range s.poolSizes() {
		for _, bound := range []struct {
			key       string
			value     int
			max       int
			magnitude string
		}{{p.cpus, p.size.CPUs, maxPoolCPUs, "vCPUs"}, {p.memory, p.size.MemoryGiB, maxPoolMemoryGiB, "GiB"}} {
			rules = append(rules, rule{[]string{bound.key}, func() []Problem {
				if bound.value >= 1 && bound.value <= bound.max {
					return nil
				}
				return []Problem{{bound.key, strconv.Itoa(bound.value), fmt.Sprintf("must be 1 to %d %s", bound.max, bound.magnitude)}}
			}})
		}
	}
	return rules
}

// bySize puts what is wrong with the limits of a pool under the setting that says them, and leaves out what a bound has
// said already.
func (s NodePools) bySize(problems []Problem) []Problem {
	for _, p := range s.poolSizes() {
		limits := fmt.Sprintf("NodePool %q: limits", p.pool)
		outside := p.size.CPUs < 1 || p.size.MemoryGiB < 1 || p.size.CPUs > maxPoolCPUs || p.size.MemoryGiB > maxPoolMemoryGiB
		problems = slices.DeleteFunc(problems, func(problem Problem) bool { return outside && strings.HasPrefix(problem.Message, limits) })
		for i, problem := range problems {
			if !strings.HasPrefix(problem.Message, limits) {
				continue
			}
			problems[i].Key, problems[i].Value = p.memory, strconv.Itoa(p.size.MemoryGiB)
			if p.size.CPUs < s.leastCPUs(p.pool) {
				problems[i].Key, problems[i].Value = p.cpus, strconv.Itoa(p.size.CPUs)
			}
		}
	}
	return problems
}

// leastCPUs is what a pool's limit must be at least: a node, or for the base a node and its successor.
func (s NodePools) leastCPUs(pool string) int {
	if pool == nodepool.PoolWebBase {
		return nodepool.NodeAndSuccessor * s.NodeMaxCPUs
	}
	return s.NodeMinCPUs
}
