package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Policies that AWS maintains (CloudFront Developer Guide, "Use managed cache policies", "Use managed origin
// request policies", "Use managed response headers policies").
const (
	managedCachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	managedAllViewer       = "216adef6-5c7f-47e4-b989-5492eafa07d3" // with the Host that the viewer asked for
	managedSecurityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03"
)

// Times to live of what is cached, in seconds. The minimum is 0: above it CloudFront keeps answers that say
// no-store (CloudFront Developer Guide, "Manage how long content stays in the cache").
const (
	minTTL     = 0
	defaultTTL = 24 * 60 * 60
	maxTTL     = 365 * 24 * 60 * 60
)

// cachePolicyName is the physical name of a policy: they are the account's, not the distribution's.
func cachePolicyName(environment string, caching Caching) string {
	return "magento-" + environment + "-" + string(caching)
}

// newCachePolicy registers the policy of one way of caching. No cookie is ever part of the key: with "none"
// CloudFront takes them off requests, and Set-Cookie off the answers.
func newCachePolicy(ctx *pulumi.Context, name, environment string, caching Caching, opts ...pulumi.ResourceOption) (*cloudfront.CachePolicy, error) {
	headers := cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs{HeaderBehavior: pulumi.String("none")}
	queries := "none"
	if caching == Deployed {
		// The load balancer's certificate is for the shop's names, and several shops may share it.
		headers.HeaderBehavior = pulumi.String("whitelist")
		headers.Headers = cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigHeadersArgs{
			Items: pulumi.StringArray{pulumi.String("Host")},
		}
		queries = "all"
	}
	policy, err := cloudfront.NewCachePolicy(ctx, name+"-"+string(caching)+"-cache", &cloudfront.CachePolicyArgs{
		Name:       pulumi.String(cachePolicyName(environment, caching)),
		Comment:    pulumi.String("Magento: " + string(caching)),
		MinTtl:     pulumi.Int(minTTL),
		DefaultTtl: pulumi.Int(defaultTTL),
		MaxTtl:     pulumi.Int(maxTTL),
		ParametersInCacheKeyAndForwardedToOrigin: cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs{
			CookiesConfig: cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs{CookieBehavior: pulumi.String("none")},
			HeadersConfig: headers,
			QueryStringsConfig: cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs{
				QueryStringBehavior: pulumi.String(queries),
			},
			EnableAcceptEncodingBrotli: pulumi.Bool(true),
			EnableAcceptEncodingGzip:   pulumi.Bool(true),
		},
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("cache policy %s: %w", caching, err)
	}
	return policy, nil
}
