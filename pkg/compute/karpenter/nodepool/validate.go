package nodepool

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/magestack/magestack/pkg/enum"
	"github.com/magestack/magestack/pkg/errlist"
	"github.com/magestack/magestack/pkg/naming"
)

// maxWeight is Karpenter's (Karpenter 1.14, NodePool: spec.weight).
const maxWeight = 100

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
	if want := (ClassRef{ClassGroup, ClassKind, className}); spec.NodeClassRef != want {
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

// orderProblems are about pools for the same pods: the heavier is used first, and of two that weigh the same either.
func (s Set) orderProblems() []error {
	var problems []error
	for i, a := range s.Pools {
		for _, b := range s.Pools[:i] {
			switch {
			case nodes(a) != nodes(b) || a.Metadata.Name == b.Metadata.Name:
			case a.Spec.Weight == b.Spec.Weight:
				problems = append(problems, fmt.Errorf("%ss %q and %q: both have weight %d, so that either may make the nodes of %s; give one a higher weight", PoolKind, b.Metadata.Name, a.Metadata.Name, a.Spec.Weight, nodes(a)))
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
