package stacks_test

import (
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// cachingMutations are ways in which people let a cache hand one visitor's page to another.
func cachingMutations() []mutation {
	const (
		distribution = "aws:cloudfront/distribution:Distribution"
		cachePolicy  = "aws:cloudfront/cachePolicy:CachePolicy"
		headers      = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
		function     = "aws:cloudfront/function:Function"
		optimized    = "658327ea-f89d-4fab-a63d-7e88639e58f6"
		keyed        = "parametersInCacheKeyAndForwardedToOrigin."
	)
	pages := func(change func(*plan.Resource)) func(*plan.Resource) {
		return func(r *plan.Resource) {
			if strings.Contains(r.Name, "-pages-") {
				change(r)
			}
		}
	}
	// orderedCacheBehaviors.3 are scripts, which are never kept; .6 are the pages of products and categories.
	const control = "nothing-private-cached"
	return []mutation{
		{control, "a managed policy for pages", distribution, set("orderedCacheBehaviors.6.cachePolicyId", optimized)},
		{control, "a managed policy for what nobody knows", distribution, set("defaultCacheBehavior.cachePolicyId", optimized)},
		{control, "a managed policy for a session's path", distribution, set("orderedCacheBehaviors.3.cachePolicyId", optimized)},
		{control, "a pattern on an extension", distribution, set("orderedCacheBehaviors.0.pathPattern", "*.css")},
		{control, "all cookies to the origin", distribution, set("orderedCacheBehaviors.0.originRequestPolicyId", allViewer)},
		{control, "pages without their function", distribution, set("orderedCacheBehaviors.6.functionAssociations", []any{})},
		{control, "a function on answers alone", distribution, set("orderedCacheBehaviors.6.functionAssociations.0.eventType", "viewer-response")},
		{control, "pages without their headers", distribution, set("orderedCacheBehaviors.6.responseHeadersPolicyId", securityHeaders)},
		{control, "errors are kept", distribution, set("customErrorResponses.6.errorCachingMinTtl", float64(10))},
		{control, "errors are kept by default", distribution, unset("customErrorResponses")},
		{control, "a minimum time to live", cachePolicy, set("minTtl", float64(1))},
		{control, "a default time to live for pages", cachePolicy, pages(set("defaultTtl", float64(60)))},
		{control, "all cookies in the key", cachePolicy, pages(set(keyed+"cookiesConfig.cookieBehavior", "all"))},
		{control, "a session in the key", cachePolicy, pages(set(keyed+"cookiesConfig.cookies.items", anyList("PHPSESSID")))},
		{control, "no Host in the key", cachePolicy, pages(set(keyed+"headersConfig.headers.items", anyList("X-Cache-Scope")))},
		{control, "no scope in the key", cachePolicy, pages(set(keyed+"headersConfig.headers.items", anyList("Host")))},
		{control, "no query in the key", cachePolicy, pages(set(keyed+"queryStringsConfig.queryStringBehavior", "none"))},
		{control, "cookies on pages", headers, pages(set("removeHeadersConfig.items", []any{}))},
		{control, "a function that shares everything", function, pages(replaced("code", "reading&&isShared(request)", "true"))},
		{control, "a function that shares what is one visitor's under one key", function, pages(replaced("code", "event.context.requestId", `"private"/*event.context.requestId*/`))},
		{control, "a function that leaves cookies", function, pages(replaced("code", "keepOnly(request.cookies,CONTENT_COOKIES);", ""))},
		{control, "a function that leaves headers", function, pages(replaced("code", "keepOnly(request.headers,KEPT_HEADERS);", ""))},
		{control, "a function that forgets the vary cookie", function, pages(replaced("code", `["X-Magento-Vary"`, `["x"`))},
		{control, "a function that does not run", function, pages(replaced("code", "function handler", "function other"))},
	}
}
