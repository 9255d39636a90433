package nodepool_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

func TestBudgetRefusals(t *testing.T) {
	for want, b := range map[string]nodepool.Budget{
		`schedule "0 8 * * *": needs a duration`:          {Nodes: "0", Schedule: "0 8 * * *"},
		`duration "14h": needs a schedule`:                {Nodes: "1", Duration: "14h"},
		`nodes "a few": must be a number or a percentage`: {Nodes: "a few"},
		`nodes "101%"`: {Nodes: "101%"},
		`duration "90s": must be hours and minutes`: {Nodes: "1", Schedule: "@daily", Duration: "90s"},
		`duration "60s"`:    {Nodes: "1", Schedule: "@daily", Duration: "60s"},
		`duration "0m"`:     {Nodes: "1", Schedule: "@daily", Duration: "0m"},
		`duration "Never"`:  {Nodes: "1", Schedule: "@daily", Duration: nodepool.Never},
		`duration "1 hour"`: {Nodes: "1", Schedule: "@daily", Duration: "1 hour"},
		`reason "Expired": must be Underutilized, Empty or Drifted`:     {Nodes: "1", Reasons: []nodepool.Reason{"Expired"}},
		`reason "Empty": named twice`:                                   {Nodes: "1", Reasons: []nodepool.Reason{nodepool.Empty, nodepool.Empty}},
		`at all times, nodes with an old image would never be replaced`: {Nodes: "0"},
		`nodes "0%": at all times`:                                      {Nodes: "0%", Reasons: []nodepool.Reason{nodepool.Drifted}},
	} {
		assert.ErrorContains(t, b.Validate(), want)
	}
	assert.NoError(t, nodepool.Budget{Nodes: "0", Reasons: []nodepool.Reason{nodepool.Underutilized}}.Validate())
	assert.NoError(t, nodepool.Budget{Nodes: "100%", Schedule: "@weekly", Duration: "1h30m"}.Validate())
	assert.NoError(t, nodepool.Budget{Nodes: "1", Schedule: "@weekly", Duration: "1m"}.Validate(), "the shortest that there is")
}

// TestSchedules holds what Karpenter's API and its parser take together: the parser alone knows more.
func TestSchedules(t *testing.T) {
	check := func(schedule string) error {
		return nodepool.Budget{Nodes: "1", Schedule: schedule, Duration: "1h"}.Validate()
	}
	for _, schedule := range []string{
		"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
		"0 0 1 1 0", "59 23 31 12 6", "*/5 * * * ?", "3/2 1,2 1-5 jan Mon-Fri",
	} {
		assert.NoError(t, check(schedule), schedule)
	}
	for schedule, want := range map[string]string{
		"60 0 * * *":                      "above maximum (59)",
		"0 24 * * *":                      "above maximum (23)",
		"0 0 0 * *":                       "below minimum (1)",
		"0 0 32 * *":                      "above maximum (31)",
		"0 0 * 13 *":                      "above maximum (12)",
		"0 0 * * 7":                       "above maximum (6)",
		"5-1 * * * *":                     "beyond end of range",
		"*/0 * * * *":                     "step of range should be a positive number",
		"8":                               "must be five fields of cron, or a macro such as @daily",
		"0 8 * * * *":                     "must be five fields of cron",
		"@never":                          "must be five fields of cron",
		"@every 1h":                       "@every is not taken",
		"TZ=":                             "must be in UTC, without a time zone",
		"CRON_TZ=Europe/Berlin 0 8 * * *": "must be in UTC, without a time zone",
	} {
		assert.ErrorContains(t, check(schedule), want, schedule)
	}
}

// TestBounds has each bound on the value and one beside it.
func TestBounds(t *testing.T) {
	withBudgets := func(n int) error {
		set := pools(t)
		set.Pools[webBase].Spec.Disruption.Budgets = slices.Repeat([]nodepool.Budget{{Nodes: "1"}}, n)
		return set.Validate()
	}
	assert.NoError(t, withBudgets(50))
	assert.ErrorContains(t, withBudgets(51), `NodePool "web-base": budgets: 51 given, must be 1 to 50`)
	assert.NoError(t, withBudgets(1))

	withTypes := func(n int) error {
		names := make([]string, 0, n)
		for _, kind := range nodepool.Catalog() {
			if kind.Architecture == nodepool.ARM64 && kind.Size == "xlarge" && len(names) < n {
				names = append(names, kind.Name())
			}
		}
		set := pools(t)
		requirements := &set.Pools[webBurst].Spec.Template.Spec.Requirements
		*requirements = append(slices.DeleteFunc(*requirements, func(r nodepool.Requirement) bool { return r.Key == nodepool.KeyFamily }),
			nodepool.Requirement{Key: nodepool.KeyType, Operator: nodepool.In, Values: names})
		return set.Validate()
	}
	assert.NoError(t, withTypes(15))
	assert.ErrorContains(t, withTypes(14), `NodePool "web-burst": requirements: 14 instance types satisfy them, consolidation from spot to spot needs at least 15`)

	withWeight := func(weight int) error {
		set := pools(t)
		set.Pools[webBase].Spec.Weight = weight
		return set.Validate()
	}
	assert.NoError(t, withWeight(100))
	assert.Error(t, withWeight(101))

	withGrace := func(pool int, grace nodepool.Period) error {
		set := pools(t)
		set.Pools[pool].Spec.Template.Spec.TerminationGracePeriod = grace
		return set.Validate()
	}
	for pool, bounds := range map[int][2]nodepool.Period{webBase: {"20m", "1201s"}, webBurst: {"120s", "121s"}} {
		assert.NoError(t, withGrace(pool, bounds[0]), bounds[0])
		assert.ErrorContains(t, withGrace(pool, bounds[1]), "terminationGracePeriod", bounds[1])
	}
	assert.NoError(t, withGrace(webBase, "1s"))
	assert.ErrorContains(t, withGrace(webBase, "0s"), "must be 1s to 20m")
}
