package stacks_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/preview"
	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/magento/page"
	"github.com/magestack/magestack/pkg/settings"
)

// everyMethod are those that change something, too.
var everyMethod = anyList("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")

// productPages is the pattern of most pages.
const productPages = "*.html"

// distribution is what visitors get: the one that is not a candidate.
func distribution(t *testing.T, recorded *plan.Environment) plan.Resource {
	t.Helper()
	return named(t, recorded, distributionType, "edge-distribution")
}

// TestPages are kept under what tells pages apart, with the function that takes visitors out of requests, and without
// cookies in any answer.
func TestPages(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		d := distribution(t, recorded)
		pages := behaviorOf(t, d, productPages)
		assert.ElementsMatch(t, everyMethod, in(pages, "allowedMethods"))
		assert.Equal(t, allViewer, in(pages, "originRequestPolicyId"), "what is one visitor's needs his cookies, queries, headers and the Host")
		assert.Equal(t, "redirect-to-https", in(pages, "viewerProtocolPolicy"))
		assert.Equal(t, true, in(pages, "compress"))

		policy := policyOf(t, recorded, pages)
		key := input(policy, "parametersInCacheKeyAndForwardedToOrigin")
		assert.Equal(t, map[string]any{"headerBehavior": "whitelist", "headers": map[string]any{"items": anyList("Host", "X-Cache-Scope")}}, in(key, "headersConfig"))
		assert.Equal(t, map[string]any{"cookieBehavior": "whitelist", "cookies": map[string]any{"items": anyList("X-Magento-Vary", "store")}}, in(key, "cookiesConfig"))
		assert.Equal(t, "all", in(key, "queryStringsConfig.queryStringBehavior"))
		assert.Equal(t, true, in(key, "enableAcceptEncodingGzip"))
		assert.Equal(t, true, in(key, "enableAcceptEncodingBrotli"))
		for name, want := range map[string]any{"minTtl": 0.0, "defaultTtl": 0.0, "maxTtl": 3600.0} {
			assert.Equal(t, want, input(policy, name), name)
		}
		assert.Equal(t, []any{map[string]any{"eventType": "viewer-request", "functionArn": named(t, recorded, "aws:cloudfront/function:Function", "edge-pages-function").Outputs["arn"]}},
			in(pages, "functionAssociations"))

		headers := named(t, recorded, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "edge-pages-headers")
		assert.Equal(t, headers.ID, in(pages, "responseHeadersPolicyId"))
		assert.Subset(t, removed(headers), []string{"Set-Cookie", "X-Magento-Tags", "Server", "X-Powered-By", "Expires", "Pragma"})
		assert.Equal(t, []any{map[string]any{"header": "Cache-Control", "override": true, "value": "no-store, no-cache, must-revalidate, max-age=0"}},
			input(headers, "customHeadersConfig.items"), "browsers keep no page")

		origin := originOf(t, d, pages)
		assert.Equal(t, the(t, recorded, "aws:cloudfront/vpcOrigin:VpcOrigin").ID, in(origin, "vpcOriginConfig.vpcOriginId"))
		assert.Equal(t, 1.0, in(origin, "connectionAttempts"), "Magento has GETs that change something")
		assert.Equal(t, outputs(t, recorded, "magento-compute")["loadBalancerDnsName"], in(origin, "domainName"))
		assert.Equal(t, outputs(t, recorded, "magento-compute")["loadBalancerArn"],
			input(the(t, recorded, "aws:cloudfront/vpcOrigin:VpcOrigin"), "vpcOriginEndpointConfig.arn"))
	})
}

// TestWhatASessionDecides reaches Magento whole, and is not kept.
func TestWhatASessionDecides(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		d := distribution(t, recorded)
		private := named(t, recorded, "aws:cloudfront/function:Function", "edge-private-function").Outputs["arn"]
		headers := named(t, recorded, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "edge-uncached-headers")
		assert.NotContains(t, removed(headers), "Set-Cookie")
		assert.Subset(t, removed(headers), []string{"Expires", "Pragma"})
		assert.Equal(t, map[string]any{"header": "Cache-Control", "override": true, "value": "no-store, no-cache, must-revalidate, max-age=0"},
			input(headers, "customHeadersConfig.items.0"), "Magento says public of orders to print")
		byDefault := input(d, "defaultCacheBehavior")
		assert.Equal(t, cachingDisabled, in(byDefault, "cachePolicyId"), "what nobody knows to be a page")
		assert.Equal(t, allViewer, in(byDefault, "originRequestPolicyId"))
		assert.Equal(t, private, in(byDefault, "functionAssociations.0.functionArn"))
		assert.Equal(t, headers.ID, in(byDefault, "responseHeadersPolicyId"))
		want := behaviorsOf(t, recorded.Name)
		ordered := input(d, "orderedCacheBehaviors").([]any)
		require.Len(t, ordered, len(want)-1)
		for i, behavior := range ordered {
			assert.Equal(t, want[i].PathPattern, in(behavior, "pathPattern"))
			if want[i].Caching != behaviors.Uncached {
				continue
			}
			assert.Equal(t, cachingDisabled, in(behavior, "cachePolicyId"), want[i].PathPattern)
			assert.Equal(t, allViewer, in(behavior, "originRequestPolicyId"), want[i].PathPattern)
			assert.Equal(t, private, in(behavior, "functionAssociations.0.functionArn"), want[i].PathPattern)
			assert.Equal(t, headers.ID, in(behavior, "responseHeadersPolicyId"), want[i].PathPattern)
			assert.Equal(t, false, in(behavior, "compress"), "CachingDisabled cannot, and the origin does")
			assert.ElementsMatch(t, everyMethod, in(behavior, "allowedMethods"), want[i].PathPattern)
		}
	})
}

// behaviorsOf are those of an environment's settings.
func behaviorsOf(t *testing.T, environment string) []behaviors.Behavior {
	t.Helper()
	config := fixture.Config(t, environment)
	set, err := settings.LoadCDN(config)
	require.NoError(t, err)
	list, err := set.Behaviors()
	require.NoError(t, err)
	return list
}

func removed(policy plan.Resource) []string {
	var names []string
	items, _ := input(policy, "removeHeadersConfig.items").([]any)
	for _, item := range items {
		names = append(names, fmt.Sprint(in(item, "header")))
	}
	return names
}

// TestFilesOfADeployment are kept per host and query.
func TestFilesOfADeployment(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		d := distribution(t, recorded)
		static := behaviorOf(t, d, "/static/*")
		key := input(policyOf(t, recorded, static), "parametersInCacheKeyAndForwardedToOrigin")
		assert.Equal(t, map[string]any{"headerBehavior": "whitelist", "headers": map[string]any{"items": anyList("Host")}}, in(key, "headersConfig"))
		assert.Equal(t, "all", in(key, "queryStringsConfig.queryStringBehavior"))
		assert.Equal(t, "none", in(key, "cookiesConfig.cookieBehavior"))
		assert.Nil(t, in(static, "originRequestPolicyId"))
		assert.Equal(t, in(originOf(t, d, input(d, "defaultCacheBehavior")), "vpcOriginConfig"), in(originOf(t, d, static), "vpcOriginConfig"))
	})
}

// TestMedia comes out of the bucket, whose every request CloudFront signs.
func TestMedia(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		d := distribution(t, recorded)
		media := behaviorOf(t, d, "/media/*")
		origin := originOf(t, d, media)
		assert.Equal(t, outputs(t, recorded, "magento-data")["mediaBucketDomainName"], in(origin, "domainName"))
		access := the(t, recorded, "aws:cloudfront/originAccessControl:OriginAccessControl")
		assert.Equal(t, access.ID, in(origin, "originAccessControlId"))
		assert.Equal(t, "s3", input(access, "originAccessControlOriginType"))
		assert.Equal(t, "always", input(access, "signingBehavior"), "no-override lets the viewer sign")
		assert.Equal(t, "sigv4", input(access, "signingProtocol"))

		key := input(policyOf(t, recorded, media), "parametersInCacheKeyAndForwardedToOrigin")
		assert.Equal(t, map[string]any{"headerBehavior": "none"}, in(key, "headersConfig"), "S3 knows the bucket by the Host of its own")
		assert.Equal(t, "none", in(key, "cookiesConfig.cookieBehavior"))
		assert.NotContains(t, in(media, "allowedMethods"), "PUT")
	})
}

// TestEveryAnswerIsHardened holds the headers of every policy that a behaviour has.
func TestEveryAnswerIsHardened(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		policies := ofType(recorded, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy")
		require.Len(t, policies, 4)
		for _, policy := range policies {
			assert.Equal(t, map[string]any{
				"strictTransportSecurity": map[string]any{"accessControlMaxAgeSec": 31536000.0, "includeSubdomains": false, "override": true, "preload": false},
				"contentTypeOptions":      map[string]any{"override": true},
				"frameOptions":            map[string]any{"frameOption": "SAMEORIGIN", "override": true},
				"referrerPolicy":          map[string]any{"override": true, "referrerPolicy": "strict-origin-when-cross-origin"},
			}, input(policy, "securityHeadersConfig"), policy.Name)
			assert.Subset(t, removed(policy), []string{"X-Magento-Tags", "Server", "X-Powered-By"}, policy.Name)
			assert.LessOrEqual(t, len(removed(policy)), 10, "the quota of a policy")
		}
	})
}

// TestErrors are kept no longer than the origin says, and one that no origin sent has a page of the shop's.
func TestErrors(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		object := the(t, recorded, "aws:s3/bucketObjectv2:BucketObjectv2")
		assert.Equal(t, outputs(t, recorded, "magento-data")["mediaBucket"], input(object, "bucket"))
		assert.Contains(t, dependencies(named(t, recorded, "aws:s3/bucketPolicy:BucketPolicy", "media-policy")), object.Name)
		assert.Equal(t, page.Unavailable, input(object, "content"))
		var codes []string
		for _, response := range input(distribution(t, recorded), "customErrorResponses").([]any) {
			code := in(response, "errorCode")
			codes = append(codes, fmt.Sprint(code))
			assert.Equal(t, 0.0, in(response, "errorCachingMinTtl"), code)
			if code == 502.0 || code == 504.0 {
				assert.Equal(t, 503.0, in(response, "responseCode"))
				assert.Equal(t, "/"+fmt.Sprint(input(object, "key")), in(response, "responsePagePath"))
			} else {
				assert.Nil(t, in(response, "responsePagePath"), "an API's error, and Magento's own pages, stay what they are")
			}
		}
		assert.Equal(t, strings.Fields("400 403 404 405 414 416 500 501 502 503 504"), codes)
	})
}

// TestAccessLogs go to the log bucket, and hold no credential.
func TestAccessLogs(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		d := distribution(t, recorded)
		source, destination := the(t, recorded, "aws:cloudwatch/logDeliverySource:LogDeliverySource"), the(t, recorded, "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination")
		assert.Equal(t, d.Outputs["arn"], input(source, "resourceArn"))
		assert.Equal(t, fmt.Sprint("arn:aws:s3:::", outputs(t, recorded, "magento-data")["logBucket"]), input(destination, "deliveryDestinationConfiguration.destinationResourceArn"))
		delivery := the(t, recorded, "aws:cloudwatch/logDelivery:LogDelivery")
		assert.Equal(t, input(source, "name"), input(delivery, "deliverySourceName"))
		assert.Equal(t, destination.Outputs["arn"], input(delivery, "deliveryDestinationArn"))
		assert.Equal(t, []string{"recordFields", "fieldDelimiter", "s3DeliveryConfigurations"}, delivery.ReplaceOnChanges, "an update loses the folder that the bucket lets in")
		assert.True(t, delivery.DeleteBeforeReplace, "a source has one delivery to a destination")
		for _, field := range input(delivery, "recordFields").([]any) {
			assert.NotContains(t, []any{"cs(Cookie)", "cs-uri-query", "cs(Referer)"}, field)
		}
		assert.Equal(t, d.ID, input(the(t, recorded, "aws:cloudfront/monitoringSubscription:MonitoringSubscription"), "distributionId"))

		bucket := named(t, recorded, "aws:s3/bucketPolicy:BucketPolicy", "logs-policy")
		account := strings.Split(fmt.Sprint(source.Outputs["arn"]), ":")[4]
		assert.Contains(t, input(bucket, "policy"), "/AWSLogs/"+account+"/CloudFront/*")
		assert.Contains(t, input(bucket, "policy"), "arn:aws:logs:us-east-1:"+account+":delivery-source:*")
	})
}

var standbySettings = settings.Config{
	"magento-cdn:standbyLoadBalancerArn":       "arn:aws:elasticloadbalancing:eu-west-1:210987654321:loadbalancer/app/ingress/0123456789abcdef",
	"magento-cdn:standbyLoadBalancerDnsName":   "internal-ingress-1.eu-west-1.elb.amazonaws.com",
	"magento-cdn:standbyMediaBucketDomainName": "magento-production-dr-media.s3.eu-west-1.amazonaws.com",
}

// TestTheStandbyAnswersWhatIsRead wants files, media and pages to come from there when the region does not answer, and
// nothing else.
func TestTheStandbyAnswersWhatIsRead(t *testing.T) {
	recorded := changed(t, "production", standbySettings)
	d := distribution(t, recorded)
	for pattern, origin := range map[string]string{"/static/*": "files", "/media/*": "media"} {
		behavior := behaviorOf(t, d, pattern)
		assert.Equal(t, origin+"-group", in(behavior, "targetOriginId"))
		assert.NotContains(t, in(behavior, "allowedMethods"), "POST", "CloudFront refuses a group where anything is changed")
	}
	groups := input(d, "originGroups").([]any)
	require.Len(t, groups, 2)
	for _, group := range groups {
		primary := strings.TrimSuffix(fmt.Sprint(in(group, "originId")), "-group")
		assert.Equal(t, []any{map[string]any{"originId": primary}, map[string]any{"originId": primary + "-standby"}}, in(group, "members"))
		assert.Equal(t, []any{502.0, 504.0, 503.0}, in(group, "failoverCriteria.statusCodes"))
	}
	assert.Equal(t, "load-balancer", in(input(d, "defaultCacheBehavior"), "targetOriginId"))
	assert.Contains(t, input(named(t, recorded, "aws:cloudfront/function:Function", "edge-pages-function"), "code"),
		`{"origins":["load-balancer","load-balancer-standby"],"statusCodes":[502,504]}`, "503 is Magento's own maintenance")
	assert.NotContains(t, input(named(t, recorded, "aws:cloudfront/function:Function", "edge-private-function"), "code"), "createRequestOriginGroup")
	require.Len(t, ofType(recorded, "aws:cloudfront/vpcOrigin:VpcOrigin"), 2)
	assert.Len(t, input(d, "origins"), 6)
}

// TestACandidateIsBesideWhatVisitorsGet holds that a change reaches the second distribution alone.
func TestACandidateIsBesideWhatVisitorsGet(t *testing.T) {
	for mode, traffic := range map[string]map[string]any{
		"header": {"type": "SingleHeader", "singleHeaderConfig": map[string]any{"header": "aws-cf-cd-candidate", "value": "true"}},
		"weight": {"type": "SingleWeight", "singleWeightConfig": map[string]any{"weight": 0.1, "sessionStickinessConfig": map[string]any{"idleTtl": 300.0, "maximumTtl": 3600.0}}},
	} {
		t.Run(mode, func(t *testing.T) {
			recorded := changed(t, "production", settings.Config{"magento-cdn:continuousDeployment": mode, "magento-cdn:candidatePercent": "10", "magento-cdn:httpVersion": "http2"})
			live, candidate := distribution(t, recorded), named(t, recorded, distributionType, "edge-distribution-candidate")
			policy := the(t, recorded, "aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy")
			assert.Equal(t, policy.ID, input(live, "continuousDeploymentPolicyId"))
			assert.Equal(t, true, input(policy, "enabled"))
			assert.Equal(t, traffic, input(policy, "trafficConfig"))
			assert.Equal(t, []any{candidate.Outputs["domainName"]}, input(policy, "stagingDistributionDnsNames.items"))
			assert.Equal(t, true, input(candidate, "staging"))
			assert.Nil(t, input(candidate, "aliases"), "a staging distribution has none")
			for _, d := range []plan.Resource{live, candidate} {
				assert.Equal(t, "http2", input(d, "httpVersion"), "continuous deployment does not work with HTTP/3")
			}
			assert.ElementsMatch(t, []string{"defaultCacheBehavior", "orderedCacheBehaviors", "origins", "originGroups", "customErrorResponses"}, live.IgnoreChanges)
			assert.Empty(t, candidate.IgnoreChanges)
			assert.Equal(t, []string{"code"}, named(t, recorded, "aws:cloudfront/function:Function", "edge-pages-function").IgnoreChanges)
			assert.NotEqual(t, in(behaviorOf(t, live, productPages), "cachePolicyId"), in(behaviorOf(t, candidate, productPages), "cachePolicyId"), "nothing is shared")
			observed := ofType(recorded, "aws:cloudfront/monitoringSubscription:MonitoringSubscription")
			require.Len(t, observed, 2)
			assert.ElementsMatch(t, []any{live.ID, candidate.ID}, []any{input(observed[0], "distributionId"), input(observed[1], "distributionId")})
			source := named(t, recorded, "aws:cloudwatch/logDeliverySource:LogDeliverySource", "edge-log-source-candidate")
			assert.Contains(t, input(source, "resourceArn"), ":distribution/"+candidate.ID)
			assert.Len(t, ofType(recorded, "aws:cloudwatch/logDelivery:LogDelivery"), 2)
		})
	}
}

// TestACandidateWithoutPagesTakesNothingAway holds that what visitors have keeps the parts that the settings want no longer.
func TestACandidateWithoutPagesTakesNothingAway(t *testing.T) {
	recorded := changed(t, "production", settings.Config{"magento-cdn:continuousDeployment": "header", "magento-cdn:httpVersion": "http2", "magento-cdn:pageCaching": "false"})
	for name, kind := range map[string]string{
		"edge-pages-cache": "aws:cloudfront/cachePolicy:CachePolicy", "edge-pages-headers": "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
		"edge-pages-function": "aws:cloudfront/function:Function",
	} {
		assert.NotEmpty(t, named(t, recorded, kind, name).IgnoreChanges, name)
		for _, r := range ofType(recorded, kind) {
			assert.NotContains(t, r.Name, strings.TrimPrefix(name, "edge-")+"-candidate")
		}
	}
}

// TestAPausedCandidateIsEverybodys holds that a change reaches everybody before the candidate is taken away.
func TestAPausedCandidateIsEverybodys(t *testing.T) {
	recorded := changed(t, "production", settings.Config{"magento-cdn:continuousDeployment": "paused", "magento-cdn:httpVersion": "http2"})
	live := distribution(t, recorded)
	policy := the(t, recorded, "aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy")
	assert.Equal(t, false, input(policy, "enabled"))
	assert.Equal(t, policy.ID, input(live, "continuousDeploymentPolicyId"))
	assert.Empty(t, live.IgnoreChanges)
	assert.Empty(t, named(t, recorded, "aws:cloudfront/function:Function", "edge-pages-function").IgnoreChanges)
}

// TestSettingsOfTheEdge are seen in what is made.
func TestSettingsOfTheEdge(t *testing.T) {
	recorded := changed(t, "production", settings.Config{
		"magento-cdn:pageLifetimeSeconds": "60", "magento-cdn:contentCookies": `["currency","customer_group"]`, "magento-cdn:privateCookies": `["wholesale"]`,
		"magento-cdn:sessionPaths": `["ajaxsuite"]`, "magento-cdn:trackingParameters": `["aff_[a-z]+"]`, "magento-cdn:originShield": "true",
		"magento-cdn:hstsSubdomains": "true", "magento-cdn:cspReportUrl": "https://csp.example.com/r", "magento-cdn:maintenance": "true",
	})
	d := distribution(t, recorded)
	policy := policyOf(t, recorded, behaviorOf(t, d, productPages))
	assert.Equal(t, 60.0, input(policy, "maxTtl"))
	assert.Equal(t, anyList("X-Magento-Vary", "store", "currency", "customer_group"), input(policy, "parametersInCacheKeyAndForwardedToOrigin.cookiesConfig.cookies.items"))
	code := fmt.Sprint(input(named(t, recorded, "aws:cloudfront/function:Function", "edge-pages-function"), "code"))
	assert.Contains(t, code, `PRIVATE_PATHS=/^\/(?:[A-Za-z]\w*\/)?(?:ajaxsuite)(?:\/|$)/`)
	for _, want := range []string{`["store","currency","customer_group"]`, `["X-Magento-Vary","persistent_shopping_cart","wholesale"]`, "|aff_[a-z]+)$"} {
		assert.Contains(t, code, want)
	}
	assert.Equal(t, cachingDisabled, in(behaviorOf(t, d, "/ajaxsuite/*"), "cachePolicyId"))
	shielded := map[any]bool{}
	for _, origin := range input(d, "origins").([]any) {
		shielded[in(origin, "originId")] = in(origin, "originShield.enabled") == true && in(origin, "originShield.originShieldRegion") == "eu-central-1"
	}
	assert.Equal(t, map[any]bool{"load-balancer": false, "shared": true, "files": true, "media": true}, shielded)
	assert.Contains(t, code, `SHARED_ORIGIN="shared"`)
	headers := named(t, recorded, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "edge-uncached-headers")
	assert.Equal(t, true, input(headers, "securityHeadersConfig.strictTransportSecurity.includeSubdomains"))
	assert.Equal(t, `magento-csp="https://csp.example.com/r"`, input(headers, "customHeadersConfig.items.1.value"))
	acl := the(t, recorded, "aws:wafv2/webAcl:WebAcl")
	assert.Equal(t, "maintenance", input(acl, "rules.0.name"))
	assert.Equal(t, "maintenance", input(acl, "rules.0.action.block.customResponse.customResponseBodyKey"))
	assert.Equal(t, page.Unavailable, input(acl, "customResponseBodies.0.content"))
}

// TestNoPageIsKept where the shop says so.
func TestNoPageIsKept(t *testing.T) {
	recorded := changed(t, "production", settings.Config{"magento-cdn:pageCaching": "false"})
	d := distribution(t, recorded)
	assert.Equal(t, cachingDisabled, in(input(d, "defaultCacheBehavior"), "cachePolicyId"))
	names := slices.Collect(func(yield func(string) bool) {
		for _, policy := range ofType(recorded, cachePolicyType) {
			if !yield(policy.Name) {
				return
			}
		}
	})
	assert.ElementsMatch(t, []string{"edge-bucket-cache", "edge-deployed-cache"}, names)
}

// TestThePlanShowsTheBehaviours in the order in which CloudFront looks, with what each does and why.
func TestThePlanShowsTheBehaviours(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		for _, width := range []int{0, 100} {
			var text bytes.Buffer
			require.NoError(t, preview.Write(&text, recorded, preview.Options{Projects: []string{"magento-cdn"}, Width: width}))
			at := 0
			for _, b := range behaviorsOf(t, recorded.Name) {
				next := regexp.MustCompile(`  ` + regexp.QuoteMeta(b.PathPattern) + `\s`).FindStringIndex(text.String()[at:])
				require.NotNil(t, next, b.PathPattern)
				at += next[0]
				if width == 0 {
					line, _, _ := strings.Cut(text.String()[at:], "\n")
					assert.Contains(t, line, b.Why)
					assert.Contains(t, line, string(b.Origin))
					assert.Equal(t, b.Caching == behaviors.Uncached, strings.Contains(line, " never "), b.PathPattern)
				}
			}
			assert.Contains(t, text.String(), "0 to 1 h, 0 where the origin does not say")
		}
	})
}
