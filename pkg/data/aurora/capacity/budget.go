package capacity

import (
	"errors"
	"fmt"
	"strconv"
)

const (
	// adminConnections are kept for people and for AWS: the sessions of rdsadmin, by which Aurora manages the
	// instance, and an administrator who must get in when everything else is full.
	adminConnections = 5

	// directConnections are kept for what does not come through ProxySQL: migrations, dumps and the job that
	// creates the users.
	directConnections = 4

	// rotationConnections are kept for the rotation of credentials, which logs in as the administrator and
	// tests the new password (aws-secrets-manager-rotation-lambdas, multi-user strategy).
	rotationConnections = 2

	// monitorConnectionsPerPod are what the monitor of one ProxySQL holds to one instance: one for the connect
	// check, one for the ping and one for the topology (PXS, MySQL_Monitor).
	monitorConnectionsPerPod = 3

	// overlapConnectionsPerPod are kept for connections that ProxySQL has closed and Aurora still counts, as
	// when a pool is refilled after a failover or exchanges a connection of one user for one of another.
	overlapConnectionsPerPod = 2

	// SurgePods are pods beyond the wanted number that may hold connections: the extra pod of a rolling update
	// (the workload must not surge by more), or a pod lost with its node whose connections Aurora has yet to
	// notice.
	SurgePods = 1

	// MinPerPod is the smallest pool that is worth a pod: about half of it can be in use at one time, and consumers and
	// cron keep some of that (proxysql.Pool, which checks what they leave).
	MinPerPod = 10

	// headroomPercent of all connections is given to nobody: it is for what this arithmetic does not know, and
	// the alarm on connections sits where it begins.
	headroomPercent = 5
)

// Budget is how the connections that one instance has are shared out. It holds for the writer, and for every
// reader as well, since any of them may be the writer after a failover.
type Budget struct {
	// Range is the capacity that the budget was made for.
	Range Range

	// MaxConnections is max_connections of every instance.
	MaxConnections int

	// Reserved is what ProxySQL's pools may not have: the sum of Reservations.
	Reserved int

	// PerPod is the most that one ProxySQL pod may open to one instance, over all of its hostgroups.
	PerPod int

	// Pods is the wanted number of ProxySQL pods, without SurgePods.
	Pods int

	// Headroom is what is left over, never less than a twentieth of MaxConnections.
	Headroom int
}

// Reservation is a part of the connections that the pools may not have.
type Reservation struct {
	Name        string
	Connections int
}

// Reservations lists what is kept apart for so many pods.
func Reservations(pods int) []Reservation {
	return []Reservation{
		{"administration", adminConnections},
		{"migrations and other direct users", directConnections},
		{"rotation of credentials", rotationConnections},
		{"monitors of ProxySQL", monitorConnectionsPerPod * (pods + SurgePods)},
		{"overlap while pools are refilled", overlapConnectionsPerPod * (pods + SurgePods)},
	}
}

// NewBudget shares out the connections of a range among so many pods. A pool of 0 means as large as fits. What does
// not fit is refused, with the numbers and with the smallest minimum that would do.
func NewBudget(r Range, pods, perPod int) (Budget, error) {
	if err := r.Validate(); err != nil {
		return Budget{}, err
	}
	var problems []error
	if pods < 1 {
		problems = append(problems, fmt.Errorf("%d ProxySQL pods: at least 1 is needed", pods))
	}
	if perPod < 0 || perPod > 0 && perPod < MinPerPod {
		problems = append(problems, fmt.Errorf("a pool of %d connections per ProxySQL pod is too small: allowed are %d "+
			"and more, or 0 for as many as fit", perPod, MinPerPod))
	}
	if err := errors.Join(problems...); err != nil {
		return Budget{}, err
	}
	budget := share(r, pods)
	wanted := max(perPod, MinPerPod)
	if budget.PerPod < wanted {
		return Budget{}, budget.refusal(wanted)
	}
	if perPod > 0 {
		budget.Headroom += (budget.PerPod - perPod) * budget.OpenPods()
		budget.PerPod = perPod
	}
	return budget, nil
}

// share gives each pod as much as there is; PerPod is 0 or less where nothing is left.
func share(r Range, pods int) Budget {
	budget := Budget{Range: r, MaxConnections: MaxConnections(r), Pods: pods}
	for _, part := range Reservations(pods) {
		budget.Reserved += part.Connections
	}
	free := budget.MaxConnections - budget.Reserved - headroom(budget.MaxConnections)
	budget.PerPod = free / budget.OpenPods()
	budget.Headroom = budget.MaxConnections - budget.Reserved - budget.PerPod*budget.OpenPods()
	return budget
}

// headroom is what is given to nobody, rounded up.
func headroom(connections int) int { return (connections*headroomPercent + 99) / 100 }

// OpenPods is the most pods that hold connections at one time.
func (b Budget) OpenPods() int { return b.Pods + SurgePods }

// refusal says why a pool of the wanted size does not fit, and what would make it fit.
func (b Budget) refusal(wanted int) error {
	advice := "use fewer pods or a smaller pool"
	if minimum, ok := minimumFor(b.Pods, wanted); ok {
		advice = fmt.Sprintf("raise the minimum to %s ACU, or %s", minimum, advice)
	}
	return fmt.Errorf("%d connections for each of %d ProxySQL pods (%d and %d more while one is replaced) do not fit: "+
		"a minimum of %s ACU carries %d connections, of which %d are reserved and %d are headroom, which leaves %d a pod: %s",
		wanted, b.OpenPods(), b.Pods, SurgePods, b.Range.Min, b.MaxConnections, b.Reserved,
		headroom(b.MaxConnections), max(b.PerPod, 0), advice)
}

// minimumFor is the smallest minimum of a range that gives each of the pods the wanted connections.
func minimumFor(pods, wanted int) (minimum ACU, ok bool) {
	for minimum = MinACU; minimum <= MaxACU; minimum += Step {
		if share(Range{Min: minimum, Max: MaxACU}, pods).PerPod >= wanted {
			return minimum, true
		}
	}
	return 0, false
}

// Row is a line of the table that previews show.
type Row struct{ Name, Value string }

// Table is the budget as a preview shows it, from what there is to what is left.
func (b Budget) Table() []Row {
	return []Row{
		{"capacity of an instance", b.Range.String()},
		{"max_connections at the minimum", strconv.Itoa(b.MaxConnections)},
		{"reserved", strconv.Itoa(b.Reserved)},
		{"ProxySQL pods", fmt.Sprintf("%d + %d", b.Pods, SurgePods)},
		{"per ProxySQL pod", strconv.Itoa(b.PerPod)},
		{"headroom", strconv.Itoa(b.Headroom)},
	}
}
