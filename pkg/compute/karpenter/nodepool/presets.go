package nodepool

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/magestack/magestack/pkg/enum"
	"github.com/magestack/magestack/pkg/naming"
)

// Instances is what the nodes of a pool may be.
type Instances struct {
	Families      []Family
	Architectures []Architecture
	MinCPUs       int
	MaxCPUs       int
}

// requirements of Linux nodes of these instances, bought in these ways.
func (i Instances) requirements(bought ...Capacity) []Requirement {
	return []Requirement{
		require(KeyOS, In, "linux"),
		require(KeyArchitecture, In, i.Architectures...),
		require(KeyCapacity, In, bought...),
		require(KeyFamily, In, i.Families...),
		require(KeyCPU, Gte, strconv.Itoa(i.MinCPUs)),
		require(KeyCPU, Lte, strconv.Itoa(i.MaxCPUs)),
	}
}

// Size is how much a pool may have at a time.
type Size struct {
	CPUs      int
	MemoryGiB int
}

func (s Size) limits() Limits {
	return Limits{CPU: strconv.Itoa(s.CPUs), Memory: fmt.Sprintf("%dGi", s.MemoryGiB)}
}

// Workloads is what a shop runs on Karpenter's nodes.
type Workloads struct {
	Web       Instances
	WebBase   Size // on demand, for the pods that must run while spot is gone
	WebBurst  Size // for those above them
	Consumers Instances
	Consumer  Size
	Batch     Instances
	Batches   Size

	TradingHours      TradingHours
	TimeZone          TimeZone
	SpotConsolidation bool
}

// What is the same for all pools of a kind.
const (
	// weightBase is above weightBurst, for pods that name no pool. It makes no base: which pods run on demand is decided by
	// the pool that they name (docs/decisions/0066-pods-select-their-nodepool.md).
	weightBase   = 100
	weightBurst  = 50
	weightSingle = 50

	// oneInTen is how many nodes of a pool may go at a time. A percentage is rounded up: of a few nodes, one.
	oneInTen = "10%"

	// longestLife is Karpenter's own default, and a backstop for nodes that may be taken at any hour: expiry minds no budget
	// (Karpenter 1.14, "Disruption": forceful methods). Web nodes have none. They are replaced by drift, when the pinned
	// image or the pool changes: one after another, outside trading hours.
	longestLife Period = "720h"

	// baseGrace is what web pods on demand get to answer what they have begun, and their disruption budgets to let
	// one go after another.
	baseGrace Period = "10m"
	spotGrace Period = "2m" // all that there is
)

// The pools of web. Pods name theirs by PoolLabel.
const (
	PoolWebBase  = "web-base"
	PoolWebBurst = "web-burst"

	// PoolLabel is on every node that Karpenter makes (Karpenter 1.14, "Scheduling": well-known labels).
	PoolLabel = "karpenter.sh/nodepool"
)

// Set are the pools for the workloads: two for web, so that there are on-demand nodes for the pods that must run while
// spot is gone, and one each for consumers and batch.
func (w Workloads) Set() (Set, error) {
	quiet, err := w.TradingHours.Quiet(w.TimeZone)
	if err != nil {
		return Set{}, err
	}
	some := Budget{Nodes: oneInTen}
	return Set{SpotConsolidation: w.SpotConsolidation, Pools: []Object[Pool]{
		// A node of the base is taken away when it is empty, and never to save money.
		newPool(PoolWebBase, naming.NodesWeb, weightBase, w.WebBase, w.Web.requirements(OnDemand), Never, baseGrace,
			Disruption{ConsolidationPolicy: WhenEmpty, ConsolidateAfter: "10m", Budgets: []Budget{some, quiet}}),
		// Spot first, on-demand where there is none. Waiting before consolidation keeps a wave of visitors from being
		// answered with nodes that go and come back.
		newPool(PoolWebBurst, naming.NodesWeb, weightBurst, w.WebBurst, w.Web.requirements(Spot, OnDemand), Never, spotGrace,
			Disruption{ConsolidationPolicy: WhenEmptyOrUnderutilized, ConsolidateAfter: "5m", Budgets: []Budget{some, quiet}}),
		// A consumer that is ended puts its message back; no visitor waits for it, at whatever hour.
		newPool("consumers", naming.NodesConsumers, weightSingle, w.Consumer, w.Consumers.requirements(Spot, OnDemand), longestLife, spotGrace,
			Disruption{ConsolidationPolicy: WhenEmptyOrUnderutilized, ConsolidateAfter: "2m", Budgets: []Budget{some}}),
		// A job that is moved begins anew, so that its node stays until it is empty. It is made to be repeated when spot
		// takes the node, and waits while there is no spot at all.
		newPool("batch", naming.NodesBatch, weightSingle, w.Batches, w.Batch.requirements(Spot), longestLife, spotGrace,
			Disruption{ConsolidationPolicy: WhenEmpty, ConsolidateAfter: "1m", Budgets: []Budget{some}}),
	}}, nil
}

func newPool(name, purpose string, weight int, size Size, requirements []Requirement, life, grace Period, disruption Disruption) Object[Pool] {
	return Object[Pool]{
		APIVersion: poolVersion, Kind: PoolKind,
		Metadata: Metadata{Name: name},
		Spec: Pool{
			Template: Template{
				Metadata: Metadata{Labels: map[string]string{naming.NodesLabel: purpose}},
				Spec: TemplateSpec{
					NodeClassRef:           ClassRef{Group: ClassGroup, Kind: ClassKind, Name: className},
					Requirements:           requirements,
					Taints:                 []Taint{{Key: naming.NodesLabel, Value: purpose, Effect: "NoSchedule"}},
					ExpireAfter:            life,
					TerminationGracePeriod: grace,
				},
			},
			Disruption: disruption,
			Limits:     size.limits(),
			Weight:     weight,
		},
	}
}

// Validate refuses families that could never be used, each by its name.
func (i Instances) Validate() error {
	var problems []error
	if len(i.Families) == 0 || len(i.Architectures) == 0 {
		problems = append(problems, errors.New("must name at least one family and one architecture"))
	}
	for n, family := range i.Families {
		if slices.Contains(i.Families[:n], family) {
			problems = append(problems, fmt.Errorf("family %s: named twice", family))
		}
		one := i
		one.Families = []Family{family}
		if len(i.Architectures) > 0 && len(Matching(one.requirements(OnDemand))) == 0 {
			problems = append(problems, fmt.Errorf("family %s: has no type for %s with %d to %d vCPUs", family, enum.Alternatives(i.Architectures), i.MinCPUs, i.MaxCPUs))
		}
	}
	return errors.Join(problems...)
}
