package guard

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
)

// TestThresholds gives the checks that compare numbers the last value that passes and the first that does not.
func TestThresholds(t *testing.T) {
	const (
		cluster  = "aws:rds/cluster:Cluster"
		instance = "aws:rds/clusterInstance:ClusterInstance"
	)
	of := func(kind, path string, value any) plan.Resource {
		return with(plan.Resource{URN: "urn:" + kind, Type: kind}, path, value)
	}
	instances := func(tier, zone any) []plan.Resource {
		one := func(tier, zone any) plan.Resource {
			return with(with(of(instance, "clusterIdentifier", "shop"), "promotionTier", tier), "availabilityZone", zone)
		}
		return []plan.Resource{of(cluster, "clusterIdentifier", "shop"), one(0.0, "a"), one(tier, zone)}
	}
	for _, c := range []struct {
		control, problem string
		good, bad        []plan.Resource
	}{
		{"logs-end", "keeps logs for", []plan.Resource{of("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 365.0)},
			[]plan.Resource{of("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 364.0)}},
		{"backups", "keeps backups for", []plan.Resource{of(cluster, "backupRetentionPeriod", 7.0)}, []plan.Resource{of(cluster, "backupRetentionPeriod", 6.0)}},
		{"cache-hardened", "keeps snapshots for", []plan.Resource{of(cacheType, "snapshotRetentionLimit", 15.0)}, []plan.Resource{of(cacheType, "snapshotRetentionLimit", 14.0)}},
		{"failover", "no instance in another zone", instances(1.0, "b"), instances(2.0, "b")},
		{"failover", "no instance in another zone", instances(1.0, "b"), instances(1.0, "a")},
		{"audit-logs", "every log of the control plane", []plan.Resource{of("eks:index:Cluster", "enabledClusterLogTypes", []any{"api", "audit", "authenticator", "controllerManager", "scheduler"})},
			[]plan.Resource{of("eks:index:Cluster", "enabledClusterLogTypes", []any{"api", "audit", "authenticator", "controllerManager"})}},
		{"nothing-public", "public endpoint", []plan.Resource{with(of("eks:index:Cluster", "endpointPublicAccess", true), "publicAccessCidrs", []any{"198.51.100.0/28"})},
			[]plan.Resource{with(of("eks:index:Cluster", "endpointPublicAccess", true), "publicAccessCidrs", []any{"198.51.100.0/28", "0.0.0.0/0"})}},
		{"nodes-gone-first", "is given up on", pool("30m0s", "30m1s"), pool("30m0s", "30m0s")},
	} {
		t.Run(c.control+" "+c.problem, func(t *testing.T) {
			assert.False(t, says(c.good, c.control, c.problem), "on the bound")
			assert.True(t, says(c.bad, c.control, c.problem), "beside it")
		})
	}
}

// pool is a NodePool whose nodes may wait for their pods, and whose deletion is given up on after some time.
func pool(grace, patience string) []plan.Resource {
	r := with(plan.Resource{Type: nodePoolType}, "spec.template.spec.terminationGracePeriod", grace)
	r.Timeouts.Delete = patience
	return []plan.Resource{r}
}

func says(resources []plan.Resource, control, problem string) bool {
	found := Check(&plan.Environment{Name: "production", Stacks: []plan.Stack{{Resources: resources}}})
	return slices.ContainsFunc(found, func(v Violation) bool { return v.Control == control && strings.Contains(v.Problem, problem) })
}

// TestNamesOnTheLimit gives every limited name its whole length, and one character more.
func TestNamesOnTheLimit(t *testing.T) {
	named := func(kind, input string, length int) []plan.Resource {
		return []plan.Resource{with(plan.Resource{Type: kind}, input, strings.Repeat("x", length))}
	}
	for kind, limit := range nameLimits {
		problem := fmt.Sprintf("must be set and have at most %d characters", limit.limit)
		assert.False(t, says(named(kind, limit.input, limit.limit), "name-lengths", problem), kind)
		assert.True(t, says(named(kind, limit.input, limit.limit+1), "name-lengths", problem), kind)
	}
	logical := func(kind string, length int) []plan.Resource {
		return []plan.Resource{{Type: kind, Name: strings.Repeat("x", length)}}
	}
	for kind, limit := range autonamed {
		const suffix = len("-1234567")
		assert.False(t, says(logical(kind, limit-suffix), "name-lengths", "leaves no room"), kind)
		assert.True(t, says(logical(kind, limit-suffix+1), "name-lengths", "leaves no room"), kind)
	}
}
