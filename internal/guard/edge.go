package guard

import (
	"fmt"

	"github.com/magestack/magestack/internal/plan"
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

func behaviors(d plan.Resource) []any {
	ordered, _ := at(d, "orderedCacheBehaviors").([]any)
	return ordered
}
