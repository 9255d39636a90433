package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/magento"
)

// Policies that AWS maintains (CloudFront Developer Guide, "Use managed cache policies", "Use managed origin
// request policies").
const (
	managedCachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	managedAllViewer       = "216adef6-5c7f-47e4-b989-5492eafa07d3" // with the Host that the viewer asked for
)

// Times to live of files, in seconds. The minimum is 0 for pages, too: above it CloudFront keeps answers that say
// no-store (CloudFront Developer Guide, "Manage how long content stays in the cache").
const (
	minTTL          = 0
	filesDefaultTTL = 24 * 60 * 60
	filesMaxTTL     = 365 * 24 * 60 * 60
)

// key is what a cache policy tells answers apart by, beside the path.
type key struct {
	headers, cookies []string // nil for none
	queries          string   // all or none
	defaultTTL       int
	maxTTL           int
}

func (b *builder) key(caching behaviors.Caching) key {
	switch caching {
	case behaviors.Pages:
		// An answer that does not say how long it may be kept is not: the default is 0. The Host tells the shop's domains
		// apart, which CloudFront does not do by itself.
		return key{
			headers: []string{"Host", magento.ScopeHeader}, cookies: b.args.Pages.keyedCookies(), queries: "all",
			defaultTTL: 0, maxTTL: b.args.Pages.LifetimeSeconds,
		}
	case behaviors.Deployed:
		// The load balancer's certificate is for the shop's names, and several shops may share it.
		return key{headers: []string{"Host"}, queries: "all", defaultTTL: filesDefaultTTL, maxTTL: filesMaxTTL}
	default:
		return key{queries: "none", defaultTTL: filesDefaultTTL, maxTTL: filesMaxTTL}
	}
}

// cachePolicy registers the policy of a way of caching. Where no cookie is part of the key, CloudFront takes them off
// requests, and Set-Cookie off the answers. Answers are kept as brotli and as gzip beside the plain one, and CloudFront
// never compresses what the origin has compressed.
func (b *builder) cachePolicy(caching behaviors.Caching, v variant) (*cloudfront.CachePolicy, error) {
	k := b.key(caching)
	headers := cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs{HeaderBehavior: pulumi.String("none")}
	if k.headers != nil {
		headers.HeaderBehavior = pulumi.String("whitelist")
		headers.Headers = cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigHeadersArgs{Items: pulumi.ToStringArray(k.headers)}
	}
	cookies := cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs{CookieBehavior: pulumi.String("none")}
	if k.cookies != nil {
		cookies.CookieBehavior = pulumi.String("whitelist")
		cookies.Cookies = cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigCookiesArgs{Items: pulumi.ToStringArray(k.cookies)}
	}
	policy, err := cloudfront.NewCachePolicy(b.Ctx, b.Child(string(caching)+"-cache"+v.Suffix), &cloudfront.CachePolicyArgs{
		Name:       pulumi.String(b.policyName(string(caching), v)),
		Comment:    pulumi.String("Magento: " + string(caching)),
		MinTtl:     pulumi.Int(minTTL),
		DefaultTtl: pulumi.Int(k.defaultTTL),
		MaxTtl:     pulumi.Int(k.maxTTL),
		ParametersInCacheKeyAndForwardedToOrigin: cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs{
			CookiesConfig: cookies,
			HeadersConfig: headers,
			QueryStringsConfig: cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs{
				QueryStringBehavior: pulumi.String(k.queries),
			},
			EnableAcceptEncodingBrotli: pulumi.Bool(true),
			EnableAcceptEncodingGzip:   pulumi.Bool(true),
		},
	}, b.Parent, v.frozen("parametersInCacheKeyAndForwardedToOrigin", "defaultTtl", "maxTtl"))
	if err != nil {
		return nil, fmt.Errorf("cache policy %s: %w", caching, err)
	}
	return policy, nil
}

// policyName is the physical name of a policy: they are the account's, not the distribution's.
func (b *builder) policyName(name string, v variant) string {
	return b.args.Environment.Name(name) + v.Suffix
}
