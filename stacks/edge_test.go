package stacks_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
)

const (
	distributionType = "aws:cloudfront/distribution:Distribution"
	cachePolicyType  = "aws:cloudfront/cachePolicy:CachePolicy"

	// Policies that AWS maintains (CloudFront Developer Guide, "Use managed cache policies", "Use managed origin request
	// policies", "Use managed response headers policies").
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allViewer       = "216adef6-5c7f-47e4-b989-5492eafa07d3"
	securityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03"
)

func behaviorOf(t *testing.T, d plan.Resource, pattern string) any {
	t.Helper()
	for _, behavior := range input(d, "orderedCacheBehaviors").([]any) {
		if in(behavior, "pathPattern") == pattern {
			return behavior
		}
	}
	require.Fail(t, "no behaviour", pattern)
	return nil
}

func originOf(t *testing.T, d plan.Resource, behavior any) any {
	t.Helper()
	for _, origin := range input(d, "origins").([]any) {
		if in(origin, "originId") == in(behavior, "targetOriginId") {
			return origin
		}
	}
	require.Fail(t, "no origin", in(behavior, "targetOriginId"))
	return nil
}

// policyOf is the cache policy of ours that a behaviour has.
func policyOf(t *testing.T, recorded *plan.Environment, behavior any) plan.Resource {
	t.Helper()
	for _, policy := range ofType(recorded, cachePolicyType) {
		if policy.ID == in(behavior, "cachePolicyId") {
			return policy
		}
	}
	require.Fail(t, "no cache policy of ours", in(behavior, "pathPattern"))
	return plan.Resource{}
}
