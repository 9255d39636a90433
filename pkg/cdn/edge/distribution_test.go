package edge_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/cdn/edge"
	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/layer"
)

var home = account.Account{ID: "123456789012", Region: "eu-central-1"}

// Policies that AWS maintains, by their ids (CloudFront Developer Guide, "Use managed cache policies", "Use managed origin
// request policies").
const (
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allViewer       = "216adef6-5c7f-47e4-b989-5492eafa07d3"
)

// arguments are those of a usual shop, to be varied.
func arguments(t *testing.T) edge.DistributionArgs {
	t.Helper()
	list, err := behaviors.For(behaviors.Options{Pages: true, PagePaths: []string{"/", "*.html"}, AdminPath: "backstage"})
	require.NoError(t, err)
	return edge.DistributionArgs{
		Account: home, Environment: "staging", HostNames: []string{"shop.example.com"}, PriceClass: "PriceClass_100", HTTPVersion: edge.HTTP2And3,
		CertificateARN: pulumi.String("arn:certificate"), WebACLARN: pulumi.String("arn:acl"),
		LoadBalancerARN:     "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/ingress/0123456789abcdef",
		LoadBalancerDNSName: "internal-ingress.eu-central-1.elb.amazonaws.com", MediaBucketDomainName: "media.s3.eu-central-1.amazonaws.com",
		LogBucketARN: "arn:aws:s3:::logs", Behaviors: list, Pages: edge.Pages{LifetimeSeconds: 3600}, UnavailablePage: "/media/unavailable.html",
	}
}

func planned(args edge.DistributionArgs) (*plan.Environment, error) {
	return offlinetest.Run(layer.CDN{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := edge.NewDistribution(ctx, "edge", args, provider)
		return err
	})
}

// deployed plans a distribution that must be possible.
func deployed(t *testing.T, args edge.DistributionArgs) *plan.Environment {
	t.Helper()
	recorded, err := planned(args)
	require.NoError(t, err)
	return recorded
}

func TestDistribution(t *testing.T) {
	args := arguments(t)
	args.Protect = true
	recorded := deployed(t, args)
	offlinetest.CheckChildren(t, recorded, edge.DistributionType, "edge")
	d := offlinetest.Find(t, recorded, "edge-distribution")
	assert.True(t, d.Protect)
	for path, want := range map[string]any{
		"aliases": []any{"shop.example.com"}, "webAclId": "arn:acl", "httpVersion": "http2and3", "enabled": true, "isIpv6Enabled": true,
		"viewerCertificate.acmCertificateArn": "arn:certificate", "viewerCertificate.minimumProtocolVersion": "TLSv1.2_2021",
		"viewerCertificate.sslSupportMethod": "sni-only", "continuousDeploymentPolicyId": nil, "staging": nil, "originGroups": nil,
	} {
		assert.Equal(t, want, d.Input(path), path)
	}
}

// TestBehaviors holds that each behaviour has the policies and the function of its way of caching, in the order in which
// CloudFront looks, and that every visitor is sent to TLS.
func TestBehaviors(t *testing.T) {
	args := arguments(t)
	recorded := deployed(t, args)
	id := func(name string) any { return offlinetest.Find(t, recorded, name).ID }
	type policies struct{ cache, request, headers any }
	wanted := map[behaviors.Caching]policies{
		behaviors.Uncached: {cachingDisabled, allViewer, id("edge-uncached-headers")},
		behaviors.Pages:    {id("edge-pages-cache"), allViewer, id("edge-pages-headers")},
		behaviors.Deployed: {id("edge-deployed-cache"), nil, id("edge-deployed-headers")},
		behaviors.Bucket:   {id("edge-bucket-cache"), nil, id("edge-bucket-headers")},
	}
	functions := map[behaviors.Function]any{
		behaviors.None:           nil,
		behaviors.PagesFunction:  offlinetest.Find(t, recorded, "edge-pages-function").Outputs["arn"],
		behaviors.PrivateRequest: offlinetest.Find(t, recorded, "edge-private-function").Outputs["arn"],
	}
	d := offlinetest.Find(t, recorded, "edge-distribution")
	made := append(d.Input("orderedCacheBehaviors").([]any), d.Input("defaultCacheBehavior"))
	require.Len(t, made, len(args.Behaviors))
	seen := map[behaviors.Caching]bool{}
	for i, want := range args.Behaviors {
		seen[want.Caching] = true
		at := func(path string) any { return plan.Within(made[i], path) }
		if want.PathPattern != behaviors.Default {
			assert.Equal(t, want.PathPattern, at("pathPattern"))
		}
		assert.Equal(t, wanted[want.Caching], policies{at("cachePolicyId"), at("originRequestPolicyId"), at("responseHeadersPolicyId")}, want.PathPattern)
		assert.Equal(t, functions[want.Function], at("functionAssociations.0.functionArn"), want.PathPattern)
		assert.Equal(t, string(want.Origin), at("targetOriginId"), want.PathPattern)
		assert.Len(t, at("allowedMethods"), len(want.Methods), want.PathPattern)
		assert.Equal(t, "redirect-to-https", at("viewerProtocolPolicy"), want.PathPattern)
	}
	assert.Len(t, seen, 4, "a way of caching is not tried")
}

// TestCacheKeys holds what answers are distinguished by. A key without the Host mixes domains, one without the content cookies
// currencies, and one with any other cookie keeps nothing.
func TestCacheKeys(t *testing.T) {
	args := arguments(t)
	args.Pages.ContentCookies = []string{"currency"}
	recorded := deployed(t, args)
	const key = "parametersInCacheKeyAndForwardedToOrigin."
	for name, want := range map[string]map[string]any{
		"edge-pages-cache": {
			key + "headersConfig.headers.items": []any{"Host", "X-Cache-Scope"}, key + "queryStringsConfig.queryStringBehavior": "all",
			key + "cookiesConfig.cookies.items": []any{"X-Magento-Vary", "store", "currency"}, "minTtl": 0.0, "defaultTtl": 0.0, "maxTtl": 3600.0,
		},
		"edge-deployed-cache": {
			key + "headersConfig.headers.items": []any{"Host"}, key + "queryStringsConfig.queryStringBehavior": "all",
			key + "cookiesConfig.cookieBehavior": "none", "minTtl": 0.0, "defaultTtl": 86400.0, "maxTtl": 31536000.0,
		},
		"edge-bucket-cache": {
			key + "headersConfig.headerBehavior": "none", key + "queryStringsConfig.queryStringBehavior": "none",
			key + "cookiesConfig.cookieBehavior": "none", "minTtl": 0.0, "defaultTtl": 86400.0, "maxTtl": 31536000.0,
		},
	} {
		policy := offlinetest.Find(t, recorded, name)
		for path, value := range want {
			assert.Equal(t, value, policy.Input(path), "%s %s", name, path)
		}
	}
}

// TestKeptAnswersCarryNoCookie holds that what is kept sets no cookie for its next visitor, and that a session's own answers do.
func TestKeptAnswersCarryNoCookie(t *testing.T) {
	recorded := deployed(t, arguments(t))
	for name, removed := range map[string]bool{
		"edge-pages-headers": true, "edge-deployed-headers": true, "edge-uncached-headers": false,
		"edge-bucket-headers": false, // S3 sets none
	} {
		policy := offlinetest.Find(t, recorded, name)
		cookie := map[string]any{"header": "Set-Cookie"}
		assert.Equal(t, removed, slices.ContainsFunc(policy.Input("removeHeadersConfig.items").([]any), func(item any) bool {
			return assert.ObjectsAreEqual(cookie, item)
		}), name)
	}
	for _, name := range []string{"edge-pages-headers", "edge-uncached-headers"} {
		assert.Equal(t, map[string]any{"header": "Cache-Control", "override": true, "value": "no-store, no-cache, must-revalidate, max-age=0"},
			offlinetest.Find(t, recorded, name).Input("customHeadersConfig.items.0"), "%s: browsers keep nothing", name)
	}
}

// TestErrorsAreNotKept holds it for every code, and that the shop's own page is for those that no origin sent alone.
func TestErrorsAreNotKept(t *testing.T) {
	recorded := deployed(t, arguments(t))
	pages := map[any]any{}
	for _, response := range offlinetest.Find(t, recorded, "edge-distribution").Input("customErrorResponses").([]any) {
		code := plan.Within(response, "errorCode")
		assert.Equal(t, 0.0, plan.Within(response, "errorCachingMinTtl"), code)
		pages[code] = plan.Within(response, "responsePagePath")
	}
	assert.Equal(t, map[any]any{
		400.0: nil, 403.0: nil, 404.0: nil, 405.0: nil, 414.0: nil, 416.0: nil, 500.0: nil, 501.0: nil, 503.0: nil,
		502.0: "/media/unavailable.html", 504.0: "/media/unavailable.html",
	}, pages)
}

// TestOrigins holds that the load balancer is reached as a VPC origin over TLS, once for each request, and the bucket signed.
func TestOrigins(t *testing.T) {
	args := arguments(t)
	args.ShieldRegion = "eu-central-1"
	recorded := deployed(t, args)
	endpoint := offlinetest.Find(t, recorded, "edge-vpc-origin")
	assert.Equal(t, "https-only", endpoint.Input("vpcOriginEndpointConfig.originProtocolPolicy"))
	assert.Equal(t, []any{"TLSv1.2"}, endpoint.Input("vpcOriginEndpointConfig.originSslProtocols.items"))
	assert.Equal(t, "magento-staging-0123456789abcdef", endpoint.Input("vpcOriginEndpointConfig.name"), "another load balancer needs another name")
	access := offlinetest.Find(t, recorded, "edge-media-access")
	assert.Equal(t, "always", access.Input("signingBehavior"), "no-override lets the viewer sign")
	type origin struct{ vpc, access, attempts, shield any }
	made := map[any]origin{}
	for _, o := range offlinetest.Find(t, recorded, "edge-distribution").Input("origins").([]any) {
		made[plan.Within(o, "originId")] = origin{
			plan.Within(o, "vpcOriginConfig.vpcOriginId"), plan.Within(o, "originAccessControlId"),
			plan.Within(o, "connectionAttempts"), plan.Within(o, "originShield.originShieldRegion"),
		}
	}
	assert.Equal(t, map[any]origin{
		"load-balancer": {endpoint.ID, nil, 1.0, nil},
		"shared":        {endpoint.ID, nil, 1.0, "eu-central-1"},
		"files":         {endpoint.ID, nil, nil, "eu-central-1"},
		"media":         {nil, access.ID, nil, "eu-central-1"},
	}, made)
}

// TestAccessLogHoldsNoSession: a cookie, a query or a referrer lets its reader in.
func TestAccessLogHoldsNoSession(t *testing.T) {
	recorded := deployed(t, arguments(t))
	fields := offlinetest.Find(t, recorded, "edge-log-delivery").Input("recordFields")
	assert.Contains(t, fields, "cs-uri-stem")
	for _, field := range []string{"cs(Cookie)", "cs-uri-query", "cs(Referer)"} {
		assert.NotContains(t, fields, field)
	}
	args := arguments(t)
	args.LogBucketARN = ""
	for _, r := range deployed(t, args).Resources() {
		assert.NotContains(t, r.Name, "edge-log")
	}
}
