package edge

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/cdn/edge/functions"
	"github.com/magestack/magestack/pkg/magento"
	"github.com/magestack/magestack/pkg/naming"
)

// DistributionArgs configures a Distribution.
type DistributionArgs struct {
	Account        account.Account
	Environment    naming.Environment
	HostNames      []string
	PriceClass     string
	HTTPVersion    string             // HTTP2 or HTTP2And3
	CertificateARN pulumi.StringInput // in us-east-1
	WebACLARN      pulumi.StringInput

	LoadBalancerARN       string
	LoadBalancerDNSName   string
	MediaBucketDomainName string // regional
	LogBucketARN          string // empty for no access logs

	Behaviors []behaviors.Behavior // of behaviors.For
	Pages     Pages
	Headers   Headers

	ShieldRegion string     // of CloudFront's Origin Shield in front of files, media and shared pages; empty for none
	Standby      *Standby   // where reading goes on when the region is out of reach; nil for none
	Candidate    *Candidate // a second variant that a part of the visitors get; nil for none

	// Protect refuses to delete the distribution: a new one has another name, of which every DNS record, mirror and
	// partner would have to hear. What it is made of cannot be deleted while it names it: CloudFront refuses that.
	Protect bool

	// UnavailablePage is the path of what visitors see when no origin answers, in the media bucket; empty for CloudFront's own.
	UnavailablePage string
}

// Pages are about what is kept of pages. Unused where no behaviour keeps any.
type Pages struct {
	LifetimeSeconds int // longer than which no page is kept, whatever Magento says
	ContentCookies  []string
	PrivateCookies  []string
	PrivatePaths    []string // of behaviors.PrivatePaths
	Tracking        []string
}

// Standby is the same shop in another region.
type Standby struct {
	LoadBalancerARN       string
	LoadBalancerDNSName   string
	MediaBucketDomainName string
}

// maxKeyedCookies is how many cookies a cache policy may name (CloudFront Developer Guide, "Quotas on policies").
const maxKeyedCookies = 10

// maxLifetimeSeconds is Magento's own limit for pages (system/full_page_cache/ttl).
const maxLifetimeSeconds = 24 * 60 * 60

// Inputs returns what the component shows in a plan.
func (a DistributionArgs) Inputs() pulumi.Map {
	return pulumi.Map{"hostNames": pulumi.ToStringArray(a.HostNames), "behaviors": a.reasons()}
}

// Validate refuses what CloudFront would, and behaviours without a default.
func (a DistributionArgs) Validate() error {
	var problems []error
	if a.Environment == "" || len(a.HostNames) == 0 || a.PriceClass == "" {
		problems = append(problems, errors.New("environment, hostNames and priceClass: required"))
	}
	if !account.ValidID(a.Account.ID) {
		problems = append(problems, fmt.Errorf("account %+v: its id has twelve digits", a.Account))
	}
	if a.CertificateARN == nil || a.WebACLARN == nil {
		problems = append(problems, errors.New("certificateArn and webAclArn: required"))
	}
	if a.LoadBalancerARN == "" || a.LoadBalancerDNSName == "" || a.MediaBucketDomainName == "" {
		problems = append(problems, errors.New("loadBalancerArn, loadBalancerDnsName and mediaBucketDomainName: required"))
	}
	if len(a.Behaviors) == 0 || a.Behaviors[len(a.Behaviors)-1].PathPattern != behaviors.Default {
		problems = append(problems, errors.New("behaviors: the last must be the default"))
	}
	if behaviors.Keeps(a.Behaviors, behaviors.Pages) {
		problems = append(problems, a.Pages.validate())
	}
	if s := a.Standby; s != nil && (s.LoadBalancerARN == "" || s.LoadBalancerDNSName == "" || s.MediaBucketDomainName == "") {
		problems = append(problems, errors.New("standby: loadBalancerArn, loadBalancerDnsName and mediaBucketDomainName are required"))
	}
	if a.HTTPVersion != HTTP2 && a.HTTPVersion != HTTP2And3 {
		problems = append(problems, fmt.Errorf("httpVersion %q: must be %s or %s", a.HTTPVersion, HTTP2, HTTP2And3))
	}
	if a.Candidate != nil {
		problems = append(problems, a.Candidate.validate())
		if a.HTTPVersion != HTTP2 {
			problems = append(problems, fmt.Errorf("httpVersion %q: must be %s with a candidate", a.HTTPVersion, HTTP2))
		}
	}
	return errors.Join(problems...)
}

// reasons say why each path is treated as it is, for whoever reads a plan.
func (a DistributionArgs) reasons() pulumi.Array {
	var list pulumi.Array
	for _, b := range a.Behaviors {
		list = append(list, pulumi.StringMap{"pathPattern": pulumi.String(b.PathPattern), "why": pulumi.String(b.Why)})
	}
	return list
}

func (p Pages) validate() error {
	var problems []error
	if p.LifetimeSeconds < 1 || p.LifetimeSeconds > maxLifetimeSeconds {
		problems = append(problems, fmt.Errorf("pages.lifetimeSeconds %d: must be 1 to %d", p.LifetimeSeconds, maxLifetimeSeconds))
	}
	if n := len(p.keyedCookies()); n > maxKeyedCookies {
		problems = append(problems, fmt.Errorf("pages.contentCookies: %d with Magento's own; a cache policy takes %d", n, maxKeyedCookies))
	}
	if _, err := functions.Pages(p.options(nil, "")); err != nil {
		problems = append(problems, fmt.Errorf("pages: %w", err))
	}
	return errors.Join(problems...)
}

// keyedCookies are those that change a page for everybody with the same value alike.
func (p Pages) keyedCookies() []string { return append(magento.ContentCookies(), p.ContentCookies...) }

func (p Pages) options(standby *functions.Standby, sharedOrigin string) functions.PagesOptions {
	return functions.PagesOptions{
		ContentCookies: p.keyedCookies(), PrivateCookies: p.PrivateCookies, PrivatePaths: p.PrivatePaths, Tracking: p.Tracking, Standby: standby, SharedOrigin: sharedOrigin,
	}
}
