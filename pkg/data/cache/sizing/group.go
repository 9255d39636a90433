package sizing

import (
	"errors"
	"fmt"
)

const (
	// MinCount is a primary and a replica: with fewer there is nothing to fail over to (Foundational Security
	// Best Practices, ElastiCache.3), and a cache that comes back empty takes the database with it.
	MinCount = 2
	// MaxCount is a primary and five replicas (API, CreateReplicationGroup, cluster mode disabled).
	MaxCount = 6

	// MinSnapshotRetentionDays is what the conformance pack for PCI DSS 4.0 asks of Redis and Valkey, and
	// MaxSnapshotRetentionDays the most that ElastiCache keeps (EUG, "Scheduling automatic backups").
	MinSnapshotRetentionDays = 15
	MaxSnapshotRetentionDays = 35
)

// Group is the size of a replication group.
type Group struct {
	NodeType              NodeType
	Count                 int // of nodes: one primary, the others replicas in other zones
	SnapshotRetentionDays int
}

// Validate reports everything that is wrong with the group.
func (g Group) Validate() error {
	problems := []error{g.NodeType.Validate()}
	if g.Count < MinCount || g.Count > MaxCount {
		problems = append(problems, fmt.Errorf("%d nodes: must be %d to %d, a primary and one to five replicas", g.Count, MinCount, MaxCount))
	}
	if g.SnapshotRetentionDays < MinSnapshotRetentionDays || g.SnapshotRetentionDays > MaxSnapshotRetentionDays {
		problems = append(problems, fmt.Errorf("snapshot retention of %d days: must be %d to %d",
			g.SnapshotRetentionDays, MinSnapshotRetentionDays, MaxSnapshotRetentionDays))
	}
	return errors.Join(problems...)
}
