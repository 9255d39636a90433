package guard

import (
	"fmt"
	"strings"

	"github.com/magestack/magestack/pkg/offline"
)

func edgeControls() []Control {
	return []Control{
		{"edge-hardened", "CloudFront.3, CloudFront.6, CloudFront.7, CloudFront.8, CloudFront.13", checkDistribution},
		{"nothing-private-cached", "CloudFront Developer Guide: what a session may decide is never kept, no cookie reaches what is", checkCaching},
	}
}

const (
	distributionType = "aws:cloudfront/distribution:Distribution"
	cachePolicyType  = "aws:cloudfront/cachePolicy:CachePolicy"

	// cachingDisabled is the id of the policy CachingDisabled of AWS, the only one under which CloudFront keeps
	// nothing, errors included (CloudFront Developer Guide, "Use managed cache policies").
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
)

func checkDistribution(g *graph) []Violation {
	found := require(
		requirement{distributionType, "webAclId", nil, "has no web ACL"},
		requirement{distributionType, "viewerCertificate.sslSupportMethod", "sni-only", "does not use SNI"},
		requirement{distributionType, "defaultCacheBehavior.viewerProtocolPolicy", "redirect-to-https", "answers without TLS"},
	)(g)
	for _, d := range g.of(distributionType) {
		for _, behavior := range behaviors(d) {
			if within(behavior, "viewerProtocolPolicy") != "redirect-to-https" {
				found = append(found, Violation{URN: d.URN, Problem: fmt.Sprintf("%v answers without TLS", within(behavior, "pathPattern"))})
			}
		}
		origins, _ := at(d, "origins").([]any)
		for _, origin := range origins {
			private := within(origin, "originAccessControlId") != nil || within(origin, "vpcOriginConfig.vpcOriginId") != nil
			if !private {
				found = append(found, Violation{URN: d.URN, Problem: fmt.Sprintf("origin %v can be reached past CloudFront", within(origin, "originId"))})
			}
		}
	}
	return found
}

func behaviors(d offline.Resource) []any {
	ordered, _ := at(d, "orderedCacheBehaviors").([]any)
	return ordered
}

// checkCaching wants the default behaviour uncached, and every cached one anchored to a folder, without cookies
// in its key, in what it forwards and in what it answers.
func checkCaching(g *graph) []Violation {
	var found []Violation
	for _, d := range g.of(distributionType) {
		if at(d, "defaultCacheBehavior.cachePolicyId") != cachingDisabled {
			found = append(found, Violation{URN: d.URN, Problem: "keeps answers of paths that nobody has judged"})
		}
		for _, behavior := range behaviors(d) {
			pattern := fmt.Sprint(within(behavior, "pathPattern"))
			if within(behavior, "cachePolicyId") == cachingDisabled {
				continue
			}
			if !strings.HasPrefix(pattern, "/") || strings.Count(pattern, "*") != 1 || !strings.HasSuffix(pattern, "/*") {
				found = append(found, Violation{URN: d.URN, Problem: pattern + " is cached, but not anchored to a folder"})
			}
			if within(behavior, "originRequestPolicyId") != nil {
				found = append(found, Violation{URN: d.URN, Problem: pattern + " is cached, and forwards more than its key"})
			}
		}
	}
	return append(found, require(
		requirement{cachePolicyType, "minTtl", float64(0), "keeps answers that say no-store"},
		requirement{cachePolicyType, "parametersInCacheKeyAndForwardedToOrigin.cookiesConfig.cookieBehavior", "none", "keeps Set-Cookie with what it caches"},
	)(g)...)
}
