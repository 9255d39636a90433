package nodepool

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/errlist"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	// minSpotTypes is how many instance types Karpenter wants to choose from before it moves a node from spot to
	// cheaper spot (Karpenter 1.14, "Disruption": spot consolidation). It counts those that are cheaper than the
	// node, so that this many in all are the least at which it can ever happen.
	minSpotTypes = 15

	// spotNotice is how long before EC2 takes a spot instance it says so (EC2 User Guide, "Spot Instance interruption
	// notices"). A node that waits longer for its pods is switched off under them.
	spotNotice = 2 * time.Minute

	// MaxTerminationGrace bounds how long a destroy waits for a node.
	MaxTerminationGrace = 20 * time.Minute

	// NodeAndSuccessor is how many nodes a pool has while its only one is replaced.
	NodeAndSuccessor = 2
)

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
	case slices.Contains(bought, Spot) && grace > spotNotice:
		problems = append(problems, fmt.Errorf("terminationGracePeriod %q: must be at most %s where %s is allowed, the notice that EC2 gives", string(spec.TerminationGracePeriod), PeriodOf(spotNotice), Spot))
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
	if s.SpotConsolidation && spot && moves && len(types) < minSpotTypes {
		problems = append(problems, fmt.Errorf("requirements: %d instance types satisfy them, consolidation from spot to spot needs at least %d: %s", len(types), minSpotTypes, describe(pool.Template.Spec.Requirements)))
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

// describe writes requirements in a line.
func describe(requirements []Requirement) string {
	texts := make([]string, len(requirements))
	for i, r := range requirements {
		texts[i] = strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Key, r.Operator, strings.Join(r.Values, ",")))
	}
	return strings.Join(texts, "; ")
}
