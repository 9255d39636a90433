package nodepool

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/enum"
	"github.com/magestack/magestack/pkg/errlist"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	// MinSpotTypes is how many instance types Karpenter wants to choose from before it moves a node from spot to
	// cheaper spot (Karpenter 1.14, "Disruption": spot consolidation). It counts those that are cheaper than the
	// node, so that this many in all are the least at which it can ever happen.
	MinSpotTypes = 15

	// SpotNotice is how long before EC2 takes a spot instance it says so (EC2 User Guide, "Spot Instance interruption
	// notices"). A node that waits longer for its pods is switched off under them.
	SpotNotice = 2 * time.Minute

	// MaxTerminationGrace bounds how long a destroy waits for a node.
	MaxTerminationGrace = 20 * time.Minute

	maxWeight = 100

	// NodeAndSuccessor is how many nodes a pool has while its only one is replaced.
	NodeAndSuccessor = 2
)

// Set is all the pools of a cluster.
type Set struct {
	Pools []Object[Pool]

	// SpotConsolidation lets Karpenter move nodes from spot to cheaper spot.
	SpotConsolidation bool
}

// Validate reports everything that is wrong with the pools, each problem with the pool, the input, its value and what
// is allowed.
func (s Set) Validate() error {
	var problems []error
	seen := map[string]bool{}
	for _, pool := range s.Pools {
		if seen[pool.Metadata.Name] {
			problems = append(problems, fmt.Errorf("%s %q: there is another one of that name", PoolKind, pool.Metadata.Name))
		}
		seen[pool.Metadata.Name] = true
		for _, err := range s.poolProblems(pool) {
			problems = append(problems, fmt.Errorf("%s %q: %w", PoolKind, pool.Metadata.Name, err))
		}
	}
	return errors.Join(append(problems, s.orderProblems()...)...)
}

// nodes is which pods the pool's nodes are for.
func nodes(pool Object[Pool]) string {
	return pool.Spec.Template.Metadata.Labels[naming.NodesLabel]
}

var nameFormat = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

func (s Set) poolProblems(o Object[Pool]) []error {
	pool, spec := o.Spec, o.Spec.Template.Spec
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !nameFormat.MatchString(o.Metadata.Name) {
		add("name: must be lower-case letters, digits and hyphens, 63 at most")
	}
	if pool.Weight < 1 || pool.Weight > maxWeight {
		add("weight %d: must be 1 to %d", pool.Weight, maxWeight)
	}
	if want := (ClassRef{ClassGroup, ClassKind, ClassName}); spec.NodeClassRef != want {
		add("nodeClassRef %v: must be %v", spec.NodeClassRef, want)
	}
	problems = append(problems, placementProblems(o)...)
	problems = append(problems, disruptionProblems(pool.Disruption)...)
	problems = append(problems, lifeProblems(pool)...)
	broken := false
	for i, r := range spec.Requirements {
		if err := r.Validate(); err != nil {
			broken = true
			for _, problem := range errlist.Flatten(err) {
				add("requirement %d, %s: %w", i+1, r.Key, problem)
			}
		}
	}
	if broken { // what they match would only mislead
		return problems
	}
	problems = append(problems, capacityProblems(o)...)
	return append(problems, s.typeProblems(pool)...)
}

// placementProblems wants the label and the taint by which pods ask for a pool, and nothing else lands on it.
func placementProblems(o Object[Pool]) []error {
	var problems []error
	purposes := []string{naming.NodesWeb, naming.NodesConsumers, naming.NodesBatch}
	if err := enum.Check(nodes(o), purposes); err != nil {
		problems = append(problems, fmt.Errorf("label %s %w", naming.NodesLabel, err))
	}
	want := Taint{Key: naming.NodesLabel, Value: nodes(o), Effect: "NoSchedule"}
	if !slices.Contains(o.Spec.Template.Spec.Taints, want) {
		problems = append(problems, fmt.Errorf("taints: must have %s=%s:NoSchedule, or pods land there that did not ask for it", want.Key, want.Value))
	}
	for i, taint := range o.Spec.Template.Spec.Taints {
		if err := enum.Check(taint.Effect, []string{"NoSchedule", "PreferNoSchedule", "NoExecute"}); err != nil {
			problems = append(problems, fmt.Errorf("taint %s: effect %w", taint.Key, err))
		}
		if slices.ContainsFunc(o.Spec.Template.Spec.Taints[:i], func(t Taint) bool { return t.Key == taint.Key && t.Effect == taint.Effect }) {
			problems = append(problems, fmt.Errorf("taint %s: there twice with effect %s", taint.Key, taint.Effect))
		}
	}
	return problems
}

func disruptionProblems(d Disruption) []error {
	var problems []error
	if err := enum.Check(d.ConsolidationPolicy, []Policy{WhenEmpty, WhenEmptyOrUnderutilized, Balanced}); err != nil {
		problems = append(problems, fmt.Errorf("consolidationPolicy %w", err))
	}
	if err := d.ConsolidateAfter.check(); err != nil {
		problems = append(problems, fmt.Errorf("consolidateAfter %w", err))
	}
	if n := len(d.Budgets); n == 0 || n > maxBudgets {
		problems = append(problems, fmt.Errorf("budgets: %d given, must be 1 to %d", n, maxBudgets))
	}
	for i, budget := range d.Budgets {
		if err := budget.Validate(); err != nil {
			for _, problem := range errlist.Flatten(err) {
				problems = append(problems, fmt.Errorf("budget %d: %w", i+1, problem))
			}
		}
	}
	return problems
}

// capacityProblems are about spot, which may be gone.
func capacityProblems(o Object[Pool]) []error {
	var problems []error
	spec := o.Spec.Template.Spec
	bought := capacities(spec.Requirements)
	switch said := slices.ContainsFunc(spec.Requirements, func(r Requirement) bool { return r.Key == KeyCapacity }); {
	case !said:
		problems = append(problems, fmt.Errorf("requirements: must say %s: %s, %s or both", KeyCapacity, Spot, OnDemand))
	case len(bought) == 0:
		problems = append(problems, fmt.Errorf("%s: nothing is left of %s and %s", KeyCapacity, Spot, OnDemand))
	case nodes(o) == naming.NodesWeb && !slices.Contains(bought, OnDemand):
		problems = append(problems, fmt.Errorf("%s %s: web needs %s to fall back on: without it the shop has no new nodes while spot is gone", KeyCapacity, Spot, OnDemand))
	}
	grace, err := spec.TerminationGracePeriod.duration()
	switch {
	case spec.TerminationGracePeriod == "":
		problems = append(problems, errors.New("terminationGracePeriod: required: without it a pod that refuses to go keeps its node for ever"))
	case err != nil:
		problems = append(problems, fmt.Errorf("terminationGracePeriod %w", err))
	case slices.Contains(bought, Spot) && grace > SpotNotice:
		problems = append(problems, fmt.Errorf("terminationGracePeriod %q: must be at most %s where %s is allowed, the notice that EC2 gives", string(spec.TerminationGracePeriod), PeriodOf(SpotNotice), Spot))
	case grace > MaxTerminationGrace || grace < time.Second:
		problems = append(problems, fmt.Errorf("terminationGracePeriod %q: must be 1s to %s", string(spec.TerminationGracePeriod), PeriodOf(MaxTerminationGrace)))
	}
	return problems
}

// typeProblems are about the instance types that the requirements leave.
func (s Set) typeProblems(pool Pool) []error {
	var problems []error
	types := Matching(pool.Template.Spec.Requirements)
	if len(types) == 0 {
		return []error{fmt.Errorf("requirements: no instance type satisfies all of them: %s", describe(pool.Template.Spec.Requirements))}
	}
	spot := slices.Contains(capacities(pool.Template.Spec.Requirements), Spot)
	moves := pool.Disruption.ConsolidationPolicy != WhenEmpty && pool.Disruption.ConsolidateAfter != Never
	if s.SpotConsolidation && spot && moves && len(types) < MinSpotTypes {
		problems = append(problems, fmt.Errorf("requirements: %d instance types satisfy them, consolidation from spot to spot needs at least %d: %s", len(types), MinSpotTypes, describe(pool.Template.Spec.Requirements)))
	}
	return append(problems, limitProblems(pool, types)...)
}

// limitProblems wants room for a node and, in a pool of on-demand nodes alone, for the one that takes its place: Karpenter
// counts both while a node is replaced, and a new node as the largest that it may become (sigs.k8s.io/karpenter v1.14.1,
// pkg/controllers/provisioning/scheduling/scheduler.go: subtractMax).
func limitProblems(pool Pool, types []InstanceType) []error {
	cpu, cpuErr := pool.Limits.cpus()
	memory, memoryErr := pool.Limits.memoryMiB()
	if err := errors.Join(cpuErr, memoryErr); err != nil {
		return errlist.Flatten(err)
	}
	if !slices.ContainsFunc(types, func(t InstanceType) bool { return t.CPUs <= cpu && t.MemoryMiB <= memory }) {
		return []error{fmt.Errorf("limits of %s vCPUs and %s: no instance type of the pool is that small", pool.Limits.CPU, pool.Limits.Memory)}
	}
	if slices.Contains(capacities(pool.Template.Spec.Requirements), Spot) {
		return nil
	}
	var largest InstanceType
	for _, t := range types {
		largest.CPUs, largest.MemoryMiB = max(largest.CPUs, t.CPUs), max(largest.MemoryMiB, t.MemoryMiB)
	}
	if cpu < NodeAndSuccessor*largest.CPUs || memory < NodeAndSuccessor*largest.MemoryMiB {
		return []error{fmt.Errorf("limits of %s vCPUs and %s: must be at least %d vCPUs and %dGi, twice what its largest node has: while a node is replaced, its successor counts, too",
			pool.Limits.CPU, pool.Limits.Memory, NodeAndSuccessor*largest.CPUs, NodeAndSuccessor*largest.MemoryMiB/1024)}
	}
	return nil
}

// lifeProblems refuses a life that ends where a budget keeps nodes for some hours: its end would not wait for them.
func lifeProblems(pool Pool) []error {
	life := pool.Template.Spec.ExpireAfter
	if life == "" {
		life = longestLife // Karpenter's default
	}
	if err := life.check(); err != nil {
		return []error{fmt.Errorf("expireAfter %w", err)}
	}
	kept := slices.ContainsFunc(pool.Disruption.Budgets, func(b Budget) bool { return b.Schedule != "" })
	if kept && life != Never {
		return []error{fmt.Errorf("expireAfter %q: must be %s where a budget has a schedule: expiry minds no budget, and takes nodes in its hours", string(life), Never)}
	}
	return nil
}

// cpus is the limit in vCPUs.
func (l Limits) cpus() (int, error) {
	n, err := strconv.Atoi(l.CPU)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("limits: cpu %q: must be a whole number of vCPUs, from 1 on: a pool without a limit follows every mistake with its bill", l.CPU)
	}
	return n, nil
}

func (l Limits) memoryMiB() (int, error) {
	text, suffixed := strings.CutSuffix(l.Memory, "Gi")
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || !suffixed {
		return 0, fmt.Errorf("limits: memory %q: must be whole GiB, such as 64Gi: a pool without a limit follows every mistake with its bill", l.Memory)
	}
	return n * 1024, nil
}

// orderProblems are about pools for the same pods: the heavier is used first, and of two that weigh the same either.
func (s Set) orderProblems() []error {
	var problems []error
	for i, a := range s.Pools {
		for _, b := range s.Pools[:i] {
			switch {
			case nodes(a) != nodes(b) || a.Metadata.Name == b.Metadata.Name:
			case a.Spec.Weight == b.Spec.Weight:
				problems = append(problems, fmt.Errorf("%ss %q and %q: both have weight %d, so that nobody knows which of them makes the nodes of %s", PoolKind, b.Metadata.Name, a.Metadata.Name, a.Spec.Weight, nodes(a)))
			case neverUsed(a, b):
				problems = append(problems, baseProblem(a, b))
			case neverUsed(b, a):
				problems = append(problems, baseProblem(b, a))
			}
		}
	}
	return problems
}

// neverUsed reports whether the base of on-demand nodes is lighter than a pool that takes spot.
func neverUsed(base, other Object[Pool]) bool {
	buys := func(o Object[Pool], c Capacity) bool {
		return slices.Contains(capacities(o.Spec.Template.Spec.Requirements), c)
	}
	return !buys(base, Spot) && buys(other, Spot) && base.Spec.Weight < other.Spec.Weight
}

func baseProblem(base, other Object[Pool]) error {
	return fmt.Errorf("%s %q: weight %d: must be above the %d of %q: a base of %s nodes is there before %s", PoolKind, base.Metadata.Name, base.Spec.Weight, other.Spec.Weight, other.Metadata.Name, OnDemand, Spot)
}

// describe writes requirements in a line.
func describe(requirements []Requirement) string {
	texts := make([]string, len(requirements))
	for i, r := range requirements {
		texts[i] = strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Key, r.Operator, strings.Join(r.Values, ",")))
	}
	return strings.Join(texts, "; ")
}
