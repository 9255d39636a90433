package rotator_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// maxStates is far above what the worlds here have, and ends one that is not bounded.
const maxStates = 100_000

func TestNoLoginFailsWhateverHappensWhen(t *testing.T) {
	for name, l := range map[string]limits{
		"three rotations":                        {of: web, rotations: 3, proxies: 2, hold: hold},
		"a crash at every effect":                {of: web, rotations: 2, proxies: 1, hold: hold, crashes: 1},
		"two runs of a step at once":             {of: web, rotations: 1, proxies: 1, hold: hold, atOnce: 2, calls: 5},
		"a process that stays for ever":          {of: web, rotations: 2, proxies: 1, hold: hold, forever: true},
		"a store without ProxySQL, with a crash": {of: queue, rotations: 3, hold: hold, crashes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := explore(t, func() world { return newDatabaseWorld(l) }, maxStates)
			require.Empty(t, found.problem, found.story())
			t.Logf("%d states", found.states)
			assert.Contains(t, found.finished, "1 rotations, in use "+l.of.other)
			if l.rotations > 1 && !l.forever {
				assert.Contains(t, found.finished, "2 rotations, in use "+l.of.user)
			}
		})
	}
}

// Each safety is left out, and is missed.
func TestEverySafetyIsNeeded(t *testing.T) {
	for name, c := range map[string]struct {
		limits
		problem string
	}{
		"the pair":                {limits{of: alone, rotations: 1, hold: hold}, "logs in as admin, and the database refuses the password"},
		"the order":               {limits{of: web, rotations: 1, proxies: 2, hold: hold, noOrder: true}, "logs in as magento_clone, and ProxySQL"},
		"the delay":               {limits{of: web, rotations: 2, proxies: 1, hold: -2 * hold}, "logs in as magento, and the database refuses the password"},
		"the look at connections": {limits{of: web, rotations: 2, proxies: 1, hold: hold, forever: true, unseen: true}, "logs in as magento, and the database refuses the password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := explore(t, func() world { return newDatabaseWorld(c.limits) }, maxStates)
			require.Contains(t, found.problem, c.problem, "%d states, no counterexample", found.states)
			t.Log("without " + name + ":\n" + found.story())
		})
	}
}

// Longer histories than can be visited one by one.
func TestNoLoginFailsInLongHistories(t *testing.T) {
	l := limits{of: web, rotations: 6, proxies: 3, hold: hold, crashes: 4, atOnce: 2}
	rapid.Check(t, func(t *rapid.T) {
		w := newDatabaseWorld(l)
		defer w.release()
		var history explored
		for range 300 {
			actions := w.actions()
			if len(actions) == 0 {
				return
			}
			next := actions[rapid.IntRange(0, len(actions)-1).Draw(t, "next")]
			next.do()
			history.history = append(history.history, next.name)
			if history.problem = w.violation(); history.problem != "" {
				t.Fatal("\n" + history.story())
			}
		}
	})
}
