package nodepool

import (
	"fmt"
	"slices"

	"github.com/magestack/magestack/pkg/enum"
	"github.com/magestack/magestack/pkg/errlist"
)

// disruptionProblems are about when Karpenter may take nodes that work.
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
