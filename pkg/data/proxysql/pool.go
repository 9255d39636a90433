package proxysql

import (
	"fmt"

	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

const (
	// minShared is the least that must be left of a pod's connections for the requests of visitors when whoever keeps one
	// has it. Below it a page waits for another page, and none for the database.
	minShared = 5

	// reportingShare is which part of a pod's pool, one in so many, each reporting user may have as clients.
	reportingShare = 20
)

// Pool is how a pod shares out the connections that it may open to one instance.
type Pool struct {
	// PerPod is how many those are: PerPod of the capacity.Budget.
	PerPod int

	// Split says what of the storefront's reading goes to the readers.
	Split topology.ReadSplit
}

// ReportingClients is how many clients each of the two reporting users may have at the pod.
func (p Pool) ReportingClients() int { return max(1, p.PerPod/reportingShare) }

// Limit is max_connections of every server in every hostgroup: how many connections can be in use there at one time. It
// is the same everywhere, because ProxySQL takes an instance's row along, limit and all, when it moves the instance to
// another hostgroup: a smaller limit for readers would become the writer's at the first failover.
//
// An instance can be in both hostgroups: always while the writer reads too, and after a failover for as long as the
// promoted reader's queries take. What both open together must stay within PerPod. Where the storefront reads from
// readers each gets half; where only reports do, what these can open at most is set aside.
func (p Pool) Limit() int {
	if p.Split.UsesReaders() {
		return limitWithin(p.PerPod / 2)
	}
	return limitWithin(p.PerPod - opened(2*p.ReportingClients()))
}

// opened is the most connections that ProxySQL opens to a server, in a hostgroup, when at most so many are in use at one
// time: twice as many, less two.
//
// The limit itself is on those in use (PXS, MyHGC.cpp, get_random_MySrvC). A free connection of another user is kept, and
// one more is opened beside it, as long as more are in use than free (PXS, MySrvConnList.cpp, get_random_MyConn, where
// CHANGE_USER would be needed). Whoever gets that one finds used ≤ limit − 1 and free ≤ used − 1. The source is the same in
// 2.7.1 and 3.0.0. Free ones are closed down to a quarter every few seconds (free_connections_pct), which does not keep the
// bound from being reached: with a limit of 75, three users that took turns with 300 clients each opened 148 (ProxySQL at
// 2.7.2-dev before MariaDB 10.11); three users at the same time reached 1.24 times the limit.
func opened(limit int) int { return max(limit, 2*limit-2) }

// limitWithin is the largest limit at which no more than so many connections are opened.
func limitWithin(connections int) int {
	if connections < 2 {
		return max(connections, 0)
	}
	return (connections + 2) / 2
}

// Processes are those of Magento that may keep a connection for as long as they run, where a request lets go of its own
// after every statement. Each is one: what pins is a temporary table of an indexer, a user variable, a SQL_CALC_FOUND_ROWS
// of an extension, and the session is released when its process ends. Locks are not among it: they are in Valkey, since
// GET_LOCK keeps the connection also when the lock is released.
type Processes struct {
	// Consumers are the consumers of messages, over all pods.
	Consumers int

	// Cron are the processes of cron: groups run beside each other, and a run beside the next.
	Cron int
}

// keptAt is how many of them a pod may find at its own connections: all of cron, which is one pod and so in one zone,
// whose clients go to the ProxySQL of that zone; and an even share of the consumers while one pod of ProxySQL is gone.
func (p Processes) keptAt(pods int) int {
	others := max(1, pods-1)
	return p.Cron + (p.Consumers+others-1)/others
}

// Validate refuses processes that would keep connections which requests need, with the numbers and the smallest minimum of
// capacity that would do.
func (p Pool) Validate(budget capacity.Budget, processes Processes) error {
	kept := processes.keptAt(budget.Pods)
	if p.Limit()-kept >= minShared {
		return nil
	}
	advice := "use fewer processes"
	if minimum, ok := p.minimumFor(budget.Pods, kept); ok {
		advice = fmt.Sprintf("raise the minimum to %s ACU, or %s", minimum, advice)
	}
	return fmt.Errorf("%d consumers and %d processes of cron do not fit: while one of %d ProxySQL pods is gone another holds %d of "+
		"them, each with a connection, and %d must be left for requests, but of a pool of %d connections a pod, at a minimum "+
		"of %s ACU, %d can be in use at one time: %s",
		processes.Consumers, processes.Cron, budget.Pods, kept, minShared, p.PerPod, budget.Range.Min, p.Limit(), advice)
}

// minimumFor is the smallest minimum of a range at which so many connections can be kept at a pod.
func (p Pool) minimumFor(pods, kept int) (minimum capacity.ACU, ok bool) {
	for minimum = capacity.MinACU; minimum <= capacity.MaxACU; minimum += capacity.Step {
		budget, err := capacity.NewBudget(capacity.Range{Min: minimum, Max: capacity.MaxACU}, pods, 0)
		if err == nil && (Pool{budget.PerPod, p.Split}).Limit()-kept >= minShared {
			return minimum, true
		}
	}
	return 0, false
}

// Table is the pool as a preview shows it, after the budget that it is a part of.
func (p Pool) Table(processes Processes) []capacity.Row {
	return []capacity.Row{
		{Name: "in use at one time per ProxySQL pod", Value: fmt.Sprint(p.Limit())},
		{Name: "kept by consumers + cron", Value: fmt.Sprintf("%d + %d", processes.Consumers, processes.Cron)},
	}
}
