package edge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/cdn/edge"
)

// TestStandby holds that files and media fail over by a group, and that pages, which may be written to, have none.
func TestStandby(t *testing.T) {
	args := arguments(t)
	args.Standby = &edge.Standby{
		LoadBalancerARN:     "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/ingress/fedcba9876543210",
		LoadBalancerDNSName: "internal-ingress.eu-west-1.elb.amazonaws.com", MediaBucketDomainName: "media.s3.eu-west-1.amazonaws.com",
	}
	d := offlinetest.Find(t, deployed(t, args), "edge-distribution")
	groups := d.Input("originGroups").([]any)
	require.Len(t, groups, 2)
	for i, origin := range []string{"files", "media"} {
		assert.Equal(t, origin+"-group", plan.Within(groups[i], "originId"))
		assert.Equal(t, []any{502.0, 504.0, 503.0}, plan.Within(groups[i], "failoverCriteria.statusCodes"))
		assert.Equal(t, []any{map[string]any{"originId": origin}, map[string]any{"originId": origin + "-standby"}}, plan.Within(groups[i], "members"))
	}
	targets := map[any]bool{plan.Within(d.Input("defaultCacheBehavior"), "targetOriginId"): true}
	for _, behavior := range d.Input("orderedCacheBehaviors").([]any) {
		targets[plan.Within(behavior, "targetOriginId")] = true
	}
	assert.Equal(t, map[any]bool{"files-group": true, "media-group": true, "load-balancer": true}, targets)
}

// TestCandidate holds that a change reaches the staging distribution alone, until the candidate is paused.
func TestCandidate(t *testing.T) {
	for _, paused := range []bool{false, true} {
		args := arguments(t)
		args.HTTPVersion = edge.HTTP2
		args.Candidate = &edge.Candidate{Header: "aws-cf-cd-candidate", Value: "true", Paused: paused}
		recorded := deployed(t, args)
		live, candidate := offlinetest.Find(t, recorded, "edge-distribution"), offlinetest.Find(t, recorded, "edge-distribution-candidate")
		policy := offlinetest.Find(t, recorded, "edge-continuous-deployment")
		assert.Equal(t, policy.ID, live.Input("continuousDeploymentPolicyId"))
		assert.Equal(t, !paused, policy.Input("enabled"))
		assert.Equal(t, true, candidate.Input("staging"))
		assert.Nil(t, candidate.Input("aliases"), "a staging distribution has none")
		assert.NotEqual(t, live.Input("defaultCacheBehavior.responseHeadersPolicyId"), candidate.Input("defaultCacheBehavior.responseHeadersPolicyId"))
		for name, frozen := range map[string][]string{
			"edge-distribution":     {"defaultCacheBehavior", "orderedCacheBehaviors", "origins", "originGroups", "customErrorResponses"},
			"edge-pages-cache":      {"parametersInCacheKeyAndForwardedToOrigin", "defaultTtl", "maxTtl"},
			"edge-pages-headers":    {"securityHeadersConfig", "removeHeadersConfig", "customHeadersConfig"},
			"edge-pages-function":   {"code"},
			"edge-private-function": {"code"},
		} {
			if paused {
				frozen = nil
			}
			assert.ElementsMatch(t, frozen, offlinetest.Find(t, recorded, name).IgnoreChanges, name)
			assert.Empty(t, offlinetest.Find(t, recorded, name+"-candidate").IgnoreChanges, name)
		}
	}
}

// TestArgsAreRefusedAllAtOnce stands on each bound and one beside it.
func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := planned(edge.DistributionArgs{HTTPVersion: "http3", Standby: &edge.Standby{}, Candidate: &edge.Candidate{}})
	for _, want := range []string{
		`magento:edge:Distribution "edge": `, "environment, hostNames and priceClass: required", "its id has twelve digits", "certificateArn and webAclArn: required",
		"loadBalancerArn, loadBalancerDnsName and mediaBucketDomainName: required", "behaviors: the last must be the default",
		"standby: loadBalancerArn", `httpVersion "http3": must be http2 or http2and3`, `httpVersion "http3": must be http2 with a candidate`,
		"candidate: header or weight, and not both, is required",
	} {
		assert.ErrorContains(t, err, want)
	}
	for _, c := range []struct {
		change func(*edge.DistributionArgs)
		want   string // nothing where it is allowed
	}{
		{func(a *edge.DistributionArgs) { a.Candidate = &edge.Candidate{Weight: 0.15} }, ""},
		{func(a *edge.DistributionArgs) { a.Candidate = &edge.Candidate{Weight: 0.16} }, "candidate.weight 0.16: must be above 0 and up to 0.15"},
		{func(a *edge.DistributionArgs) { a.Candidate = &edge.Candidate{Weight: -0.1} }, "candidate.weight -0.1"},
		{func(a *edge.DistributionArgs) { a.Candidate = &edge.Candidate{Header: "x-candidate", Value: "1"} }, `candidate.header "x-candidate": must begin with aws-cf-cd-`},
		{func(a *edge.DistributionArgs) { a.Pages.LifetimeSeconds = 86400 }, ""},
		{func(a *edge.DistributionArgs) { a.Pages.LifetimeSeconds = 86401 }, "pages.lifetimeSeconds 86401: must be 1 to 86400"},
		{func(a *edge.DistributionArgs) { a.Pages.LifetimeSeconds = 0 }, "pages.lifetimeSeconds 0: must be 1 to 86400"},
		{func(a *edge.DistributionArgs) {
			a.Pages.ContentCookies = []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		}, ""},
		{func(a *edge.DistributionArgs) {
			a.Pages.ContentCookies = []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}
		}, "pages.contentCookies: 11 with Magento's own; a cache policy takes 10"},
	} {
		args := arguments(t)
		args.HTTPVersion = edge.HTTP2
		c.change(&args)
		_, err := planned(args)
		if c.want == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, c.want)
		}
	}
}
