package sizing

import (
	"fmt"
	"regexp"

	"github.com/magestack/magestack/pkg/naming"
)

// Purpose is what a replication group holds. Cache and sessions never share one: a full cache must make room,
// a full session store must not.
type Purpose string

const (
	// PurposeCache is Magento's default and page caches: everything in it can be computed again.
	PurposeCache Purpose = "cache"
	// PurposeSessions is customers' sessions: what is lost logs a customer out and empties a guest's cart.
	PurposeSessions Purpose = "sessions"
)

// Validate refuses other purposes, the empty one among them.
func (p Purpose) Validate() error {
	if p != PurposeCache && p != PurposeSessions {
		return fmt.Errorf("purpose %q: must be %s or %s", string(p), PurposeCache, PurposeSessions)
	}
	return nil
}

// Eviction is what the engine does when its memory is full (its parameter maxmemory-policy).
type Eviction string

const (
	// VolatileLRU removes the least recently used of the keys that have a lifetime. It is the one right choice
	// for a cache with tags. Magento keeps with each tag the set of the entries that carry it, without a
	// lifetime; an entry is invalidated by reading that set. allkeys-lru would remove such sets, since they are
	// read seldom, and the entries behind them would be served until they expire, however often a price
	// changes. Cm_Cache_Backend_Redis, on which Magento's backend is built, recommends volatile-lru for this
	// reason (its README, "Related / Tuning"), and Symfony's tag-aware adapter, which Magento has from 2.4.9,
	// refuses to write under any policy but noeviction and volatile-* (RedisTagAwareAdapter::doSave).
	//
	// Its limit: once entries without a lifetime and tag sets alone fill the memory, writes fail. Watch
	// DatabaseMemoryUsagePercentage, give every entry a lifetime, and choose nodes by NodeType.DataGiB.
	VolatileLRU Eviction = "volatile-lru"

	// NoEviction refuses to write when memory is full, and removes nothing before its time. Sessions have
	// lifetimes, so that every other policy would end the oldest ones of customers who are still there, without
	// a trace. A write that fails is an error in a log and an alarm.
	NoEviction Eviction = "noeviction"
)

// Eviction is the policy that the purpose asks for.
func (p Purpose) Eviction() Eviction {
	if p == PurposeCache {
		return VolatileLRU
	}
	return NoEviction
}

// maxIDLength and idFormat are the rules for identifiers of replication groups (API, CreateReplicationGroup,
// ReplicationGroupId: 1 to 40 letters, digits and hyphens, a letter first, no hyphen last and no two in a row).
const maxIDLength = 40

var idFormat = regexp.MustCompile(`^[a-z](-?[a-z0-9])*$`)

// ID is the identifier of an environment's replication group, which its endpoints and logs are named after.
func ID(environment naming.Environment, purpose Purpose) string {
	return environment.Name(string(purpose))
}

// ValidateID refuses identifiers that ElastiCache does not take.
func ValidateID(id string) error {
	if len(id) > maxIDLength || !idFormat.MatchString(id) {
		return fmt.Errorf("replication group %q has %d characters: must be 1 to %d lower-case letters, digits and single hyphens, "+
			"a letter first and no hyphen last", id, len(id), maxIDLength)
	}
	return nil
}
