package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
)

// Headers are about what every answer tells the browser.
type Headers struct {
	// HSTSSubdomains has browsers ask for every name below the shop's by HTTPS alone, also for those that are not the shop's.
	HSTSSubdomains bool

	// CSPReportURL is where browsers report what Magento's Content-Security-Policy would have stopped; empty for nowhere.
	// The policy itself is Magento's, which knows its scripts, and longer than CloudFront could say it.
	CSPReportURL string
}

const (
	// hstsSeconds is the year that browsers' preload lists ask for (hstspreload.org, "Submission requirements").
	hstsSeconds = 365 * 24 * 60 * 60

	// reportingGroup is the name that Magento's Content-Security-Policy has to send reports to (report-to).
	reportingGroup = "magento-csp"

	// browsersKeepNothing is what Magento's own rules tell browsers of everything but files (varnish7.vcl, vcl_deliver). The
	// edge keeps pages for all guests, and after a login a browser must not show an old one. And Magento says public of pages
	// that a session decides, such as orders to print (sales/order/printShipment), which a browser on a shared machine would
	// show to its next user.
	browsersKeepNothing = "no-store, no-cache, must-revalidate, max-age=0"
)

// disclosing returns headers that help attackers alone, and Magento's list of what is on a page. CloudFront says its own name
// where it takes Server off.
func disclosing() []string {
	return []string{"Server", "X-Powered-By", "X-Magento-Tags", "X-Magento-Cache-Debug", "X-Magento-Cache-Control"}
}

// responseHeaders registers the policies about the headers of answers, one for each way of caching that there is.
func (b *builder) responseHeaders(v variant, made map[behaviors.Caching]pulumi.StringPtrInput) error {
	removed := map[behaviors.Caching][]string{
		behaviors.Uncached: append(disclosing(), "Expires", "Pragma"),
		// No cookie leaves with a page: CloudFront would keep it with the page, and hand one visitor's to all. This holds for
		// every answer, errors too, which a function on answers would not see (CloudFront Developer Guide, "Restrictions on
		// edge functions").
		behaviors.Pages:    append(disclosing(), "Set-Cookie", "Expires", "Pragma"),
		behaviors.Deployed: append(disclosing(), "Set-Cookie"),
		behaviors.Bucket:   append(disclosing(), "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-version-id"),
	}
	for _, caching := range append([]behaviors.Caching{behaviors.Uncached}, behaviors.Kept()...) {
		if !b.has(v, caching) {
			continue
		}
		args := &cloudfront.ResponseHeadersPolicyArgs{
			Name:                  pulumi.String(b.policyName(string(caching), v)),
			Comment:               pulumi.String("Magento: " + string(caching)),
			SecurityHeadersConfig: b.args.Headers.security(),
			RemoveHeadersConfig:   cloudfront.ResponseHeadersPolicyRemoveHeadersConfigArgs{Items: removals(removed[caching])},
		}
		if items := b.args.Headers.custom(caching); len(items) > 0 {
			args.CustomHeadersConfig = cloudfront.ResponseHeadersPolicyCustomHeadersConfigArgs{Items: items}
		}
		policy, err := cloudfront.NewResponseHeadersPolicy(b.Ctx, b.Child(string(caching)+"-headers"+v.Suffix), args, b.Parent,
			v.frozen("securityHeadersConfig", "removeHeadersConfig", "customHeadersConfig"))
		if err != nil {
			return fmt.Errorf("response headers %s: %w", caching, err)
		}
		made[caching] = policy.ID().ToStringOutput().ToStringPtrOutput()
	}
	return nil
}

func removals(names []string) cloudfront.ResponseHeadersPolicyRemoveHeadersConfigItemArray {
	var items cloudfront.ResponseHeadersPolicyRemoveHeadersConfigItemArray
	for _, name := range names {
		items = append(items, cloudfront.ResponseHeadersPolicyRemoveHeadersConfigItemArgs{Header: pulumi.String(name)})
	}
	return items
}

// custom are headers that the policy sets in place of the origin's.
func (h Headers) custom(caching behaviors.Caching) cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArray {
	var items cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArray
	set := func(name, value string) {
		items = append(items, cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArgs{
			Header: pulumi.String(name), Value: pulumi.String(value), Override: pulumi.Bool(true),
		})
	}
	if caching == behaviors.Pages || caching == behaviors.Uncached {
		set("Cache-Control", browsersKeepNothing)
	}
	if h.CSPReportURL != "" && (caching == behaviors.Pages || caching == behaviors.Uncached) {
		set("Reporting-Endpoints", fmt.Sprintf("%s=%q", reportingGroup, h.CSPReportURL))
	}
	return items
}

// security are the headers of the OWASP Secure Headers Project that are the same for every answer. They replace what the
// origin says, so that no module weakens them.
func (h Headers) security() cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs {
	return cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs{
		StrictTransportSecurity: cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs{
			AccessControlMaxAgeSec: pulumi.Int(hstsSeconds), IncludeSubdomains: pulumi.Bool(h.HSTSSubdomains),
			Preload: pulumi.Bool(false), Override: pulumi.Bool(true),
		},
		ContentTypeOptions: cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs{Override: pulumi.Bool(true)},
		FrameOptions: cloudfront.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs{
			FrameOption: pulumi.String("SAMEORIGIN"), Override: pulumi.Bool(true),
		},
		ReferrerPolicy: cloudfront.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs{
			ReferrerPolicy: pulumi.String("strict-origin-when-cross-origin"), Override: pulumi.Bool(true),
		},
	}
}
