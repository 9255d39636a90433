package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/magento"
)

const (
	functionType        = "aws:cloudfront/function:Function"
	responseHeadersType = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"

	// cachingDisabled is the id of the policy CachingDisabled of AWS, the only one under which CloudFront keeps
	// nothing, errors included (CloudFront Developer Guide, "Use managed cache policies").
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
)

// checkCaching wants every behaviour to be one of three: nothing is kept; files are kept, below a folder, without cookies in
// the key, in what is forwarded and in what is answered; or pages are kept, with all that keeps visitors apart.
func checkCaching(g *graph) []Violation {
	var found []Violation
	for _, d := range g.of(distributionType) {
		for _, behavior := range append(behaviors(d), at(d, "defaultCacheBehavior")) {
			pattern := "the default"
			if text, ok := within(behavior, "pathPattern").(string); ok {
				pattern = text
			}
			for _, problem := range problemsOfCaching(g, d, behavior, pattern) {
				found = append(found, Violation{URN: d.URN, Problem: pattern + " " + problem})
			}
		}
		for _, code := range []float64{500, 501, 502, 503, 504} {
			if !forgets(d, code) {
				found = append(found, Violation{URN: d.URN, Problem: fmt.Sprintf("keeps answers with status %v that say no-store", code)})
			}
		}
	}
	return append(found, require(requirement{cachePolicyType, "minTtl", float64(0), "keeps answers that say no-store"})(g)...)
}

func problemsOfCaching(g *graph, d plan.Resource, behavior any, pattern string) []string {
	if within(behavior, "cachePolicyId") == cachingDisabled {
		return nil
	}
	policy, ours := byID(g, cachePolicyType, within(behavior, "cachePolicyId"))
	if !ours {
		return []string{"is kept under a policy that is not ours"}
	}
	cookies := at(policy, keyed+"cookiesConfig.cookieBehavior")
	if cookies == "none" && within(behavior, "originRequestPolicyId") == nil {
		if !strings.HasPrefix(pattern, "/") || strings.Count(pattern, "*") != 1 || !strings.HasSuffix(pattern, "/*") {
			return []string{"is kept, but not anchored to a folder"}
		}
		return nil
	}
	return append(problemsOfKey(policy), problemsOfPages(g, d, behavior)...)
}

// keyed is where a cache policy has its key.
const keyed = "parametersInCacheKeyAndForwardedToOrigin."

// problemsOfKey are those of what pages are told apart by.
func problemsOfKey(policy plan.Resource) []string {
	var problems []string
	if behavior := at(policy, keyed+"cookiesConfig.cookieBehavior"); behavior != "whitelist" {
		problems = append(problems, fmt.Sprintf("has %v cookies in its key", behavior))
	}
	names, _ := at(policy, keyed+"cookiesConfig.cookies.items").([]any)
	for _, name := range names {
		if why, does := magento.IdentifiesSomebody(fmt.Sprint(name)); does {
			problems = append(problems, fmt.Sprintf("has the cookie %v in its key: %s", name, why))
		}
	}
	headers, _ := at(policy, keyed+"headersConfig.headers.items").([]any)
	for _, name := range []string{"Host", magento.ScopeHeader} {
		if !slices.Contains(headers, any(name)) {
			problems = append(problems, "does not have "+name+" in its key")
		}
	}
	if at(policy, "defaultTtl") != float64(0) {
		problems = append(problems, "is kept also if the origin does not say for how long")
	}
	if at(policy, keyed+"queryStringsConfig.queryStringBehavior") != "all" {
		problems = append(problems, "does not have all of the query in its key")
	}
	return problems
}

// problemsOfPages are those of what takes a visitor out of requests and answers.
func problemsOfPages(g *graph, d plan.Resource, behavior any) []string {
	problems := []string{"is kept without a function that tells shared requests from private ones"}
	if function, has := functionOnRequests(g, behavior); has {
		problems = problemsOfSeparation(d, function)
	}
	policy, _ := byID(g, responseHeadersType, within(behavior, "responseHeadersPolicyId"))
	removed, _ := at(policy, "removeHeadersConfig.items").([]any)
	if !slices.ContainsFunc(removed, func(item any) bool { return within(item, "header") == "Set-Cookie" }) {
		problems = append(problems, "hands out cookies with what is kept")
	}
	return problems
}

// functionOnRequests is what runs on what viewers ask for.
func functionOnRequests(g *graph, behavior any) (plan.Resource, bool) {
	associations, _ := within(behavior, "functionAssociations").([]any)
	for _, association := range associations {
		for _, f := range g.of(functionType) {
			if within(association, "eventType") == "viewer-request" && f.Outputs["arn"] == within(association, "functionArn") {
				return f, true
			}
		}
	}
	return plan.Resource{}, false
}

// forgets reports whether a distribution keeps an error no longer than its origin says.
func forgets(d plan.Resource, code float64) bool {
	responses, _ := at(d, "customErrorResponses").([]any)
	return slices.ContainsFunc(responses, func(response any) bool {
		return within(response, "errorCode") == code && within(response, "errorCachingMinTtl") == float64(0)
	})
}

func byID(g *graph, kind string, id any) (plan.Resource, bool) {
	for _, r := range g.of(kind) {
		if r.ID == id {
			return r, true
		}
	}
	return plan.Resource{}, false
}
