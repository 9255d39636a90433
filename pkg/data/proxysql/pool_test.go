package proxysql

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

// server is a server of a hostgroup as ProxySQL counts it, with the rules by which it opens a connection.
type server struct{ limit, used, free int }

// take is get_random_MyConn with reset_connection_algorithm 2: same says whether a free connection is of the user who asks.
func (s *server) take(same bool) {
	switch {
	case s.used >= s.limit: // no candidate: the client waits
		return
	case s.free == 0:
	case same || s.used <= s.free || s.limit <= s.free/2+s.used/2:
		s.free--
	}
	s.used++
}

// TestASharedServerOpensNoMoreThanIsCounted tries every state that a server can come to, by clients of two users who take
// and give back in whatever order: the bound holds, and is reached.
func TestASharedServerOpensNoMoreThanIsCounted(t *testing.T) {
	for limit := range 41 {
		most, seen := 0, map[server]bool{}
		for next := []server{{limit: limit}}; len(next) > 0; {
			s := next[0]
			next = next[1:]
			if seen[s] {
				continue
			}
			seen[s] = true
			most = max(most, s.used+s.free)
			for _, same := range []bool{true, false} {
				after := s
				after.take(same)
				next = append(next, after)
			}
			if s.used > 0 {
				next = append(next, server{limit, s.used - 1, s.free + 1})
			}
		}
		assert.Equal(t, opened(limit), most, "limit %d", limit)
		assert.LessOrEqual(t, opened(limitWithin(limit)), limit)
		assert.Greater(t, opened(limitWithin(limit)+1), limit, "a larger limit would fit into %d", limit)
	}
}

func TestPoolOfTheEnvironments(t *testing.T) {
	for _, c := range []struct {
		pool             Pool
		limit, reporting int
	}{
		{Pool{52, topology.ReadSplitNone}, 24, 2},
		{Pool{183, topology.ReadSplitNone}, 75, 9},
		{Pool{183, topology.ReadSplitProxySQL}, 46, 9},
		{Pool{183, topology.ReadSplitSlaveConnection}, 46, 9},
		{Pool{capacity.MinPerPod, topology.ReadSplitNone}, 5, 1},
		{Pool{0, topology.ReadSplitNone}, 0, 1},
	} {
		assert.Equal(t, c.limit, c.pool.Limit(), "%v", c.pool)
		assert.Equal(t, c.reporting, c.pool.ReportingClients(), "%v", c.pool)
	}
}

// TestProcessesThatKeepAConnection stands on the bound and beside it: 24 of staging's can be in use at one time.
func TestProcessesThatKeepAConnection(t *testing.T) {
	budget, err := capacity.NewBudget(capacity.Range{Min: 2, Max: 8}, 2, 0)
	require.NoError(t, err)
	pool := Pool{PerPod: budget.PerPod}
	assert.NoError(t, pool.Validate(budget, Processes{Consumers: 15, Cron: 4}))
	assert.EqualError(t, pool.Validate(budget, Processes{Consumers: 16, Cron: 4}),
		"16 consumers and 4 processes of cron do not fit: while one of 2 ProxySQL pods is gone another holds 20 of them, each with a "+
			"connection, and 5 must be left for requests, but of a pool of 52 connections a pod, at a minimum of 2 ACU, 24 can be in "+
			"use at one time: raise the minimum to 2.5 ACU, or use fewer processes")
	assert.Error(t, pool.Validate(budget, Processes{Consumers: 15, Cron: 5}))
	assert.NoError(t, pool.Validate(budget, Processes{Cron: 19}))
	assert.ErrorContains(t, pool.Validate(budget, Processes{Consumers: 1 << 20}), "at one time: use fewer processes", "no minimum would do")

	more, err := capacity.NewBudget(capacity.Range{Min: 2, Max: 8}, 3, 0)
	require.NoError(t, err)
	pool.PerPod = more.PerPod
	assert.Equal(t, 18, pool.Limit())
	assert.NoError(t, pool.Validate(more, Processes{Consumers: 18, Cron: 4}), "two pods share the consumers of a third, and one has all of cron")
	assert.Error(t, pool.Validate(more, Processes{Consumers: 19, Cron: 4}))
}

// TestMoreProcessesNeedNoLess holds that the check is one: what is refused stays refused with more, and the minimum that
// the message names would do.
func TestMoreProcessesNeedNoLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minimum := capacity.Step * capacity.ACU(rapid.IntRange(2, 512).Draw(t, "min"))
		pods := rapid.IntRange(2, 8).Draw(t, "pods")
		budget, err := capacity.NewBudget(capacity.Range{Min: minimum, Max: capacity.MaxACU}, pods, 0)
		if err != nil {
			t.Skip("the budget refuses this")
		}
		pool := Pool{budget.PerPod, rapid.SampledFrom(topology.ReadSplits()).Draw(t, "split")}
		processes := Processes{rapid.IntRange(0, 300).Draw(t, "consumers"), rapid.IntRange(0, 30).Draw(t, "cron")}
		if pool.Validate(budget, processes) == nil {
			assert.GreaterOrEqual(t, pool.Limit(), processes.Cron+processes.Consumers/pods+minShared)
			return
		}
		assert.Error(t, pool.Validate(budget, Processes{processes.Consumers + 1, processes.Cron}))
		if least, ok := pool.minimumFor(pods, processes.keptAt(pods)); ok {
			assert.Greater(t, least, minimum)
			enough, err := capacity.NewBudget(capacity.Range{Min: least, Max: capacity.MaxACU}, pods, 0)
			require.NoError(t, err)
			assert.NoError(t, Pool{enough.PerPod, pool.Split}.Validate(enough, processes))
		}
	})
}

func TestPoolTable(t *testing.T) {
	assert.Equal(t, []capacity.Row{
		{Name: "in use at one time per ProxySQL pod", Value: "24"},
		{Name: "kept by consumers + cron", Value: "10 + 4"},
	}, Pool{PerPod: 52}.Table(Processes{Consumers: 10, Cron: 4}))
}
