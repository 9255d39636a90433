package edge

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// errorCodes are the errors that CloudFront may keep (CloudFront Developer Guide, "How CloudFront caches HTTP 4xx and 5xx
// status codes").
func errorCodes() []int { return []int{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504} }

// unanswered are those that say that no origin answered, but for 503, which is Magento's own maintenance mode and has a
// page of its own.
func unanswered() []int { return []int{502, 504} }

// statusUnavailable is what search engines take for "come back later", and no reason to forget a page.
const statusUnavailable = 503

// errorResponses has CloudFront keep no error longer than its origin says. Without it, it keeps errors for ten seconds,
// those of the server also if they say no-store: a page that broke for one visitor would be broken for all.
func (b *builder) errorResponses() cloudfront.DistributionCustomErrorResponseArray {
	var responses cloudfront.DistributionCustomErrorResponseArray
	for _, code := range errorCodes() {
		response := cloudfront.DistributionCustomErrorResponseArgs{ErrorCode: pulumi.Int(code), ErrorCachingMinTtl: pulumi.Int(0)}
		if b.args.UnavailablePage != "" && slices.Contains(unanswered(), code) {
			response.ResponseCode = pulumi.Int(statusUnavailable)
			response.ResponsePagePath = pulumi.String(b.args.UnavailablePage)
		}
		responses = append(responses, response)
	}
	return responses
}
