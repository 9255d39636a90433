package settings

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/cdn/edge/shield"
	"github.com/magestack/magestack/pkg/magento"
)

// Edge holds what magento-cdn is told of the distribution: what is kept, and for whom.
type Edge struct {
	// PageCaching keeps pages of guests at the edge. Magento has to be set to Varnish for it, and to do what
	// docs/operations.md lists for its origin. Off, every page goes to Magento.
	PageCaching bool `key:"pageCaching" default:"true" differs:"purpose"`

	// PagePaths are patterns, as CloudFront takes them, of what a page is: what it keeps for guests. Magento's own routes to
	// pages are among them always; whatever else no pattern matches reaches Magento with all its cookies, so that modules need no
	// setting. Shops whose products and categories have another suffix, or pages of the CMS that are worth keeping, name them,
	// such as /about-us or /blog/*. "*" is for shops without a suffix: everything is a page then that no route is known for, and
	// modules are to be named in sessionPaths (docs/operations.md).
	PagePaths []string `key:"pagePaths" default:"[\"/\",\"*.html\"]" allowed:"a list of patterns that begin with / or *, none of which matches a route that a session decides; or \"*\" among them"`

	// PageLifetimeSeconds is the longest that a page is kept, whatever Magento says: how old a price on a page can be, unless
	// it is purged. An hour keeps as much as Varnish does where a dozen pages are viewed a second at one edge location; where
	// they are spread over several, originShield makes up for most of it, and a longer lifetime for the rest (docs/performance.md).
	PageLifetimeSeconds int `key:"pageLifetimeSeconds" default:"3600" allowed:"1 to 86400"`

	// ContentCookies are cookies of the shop's own modules that change pages for everybody with the same value alike, such as
	// currency or customer_group: they are part of the key. Magento's own X-Magento-Vary and store are part of it always. Change
	// them while pageCaching is off (docs/operations.md).
	ContentCookies []string `key:"contentCookies" default:"[]" allowed:"up to 8 names of cookies that stand for nobody"`

	// PrivateCookies are cookies of further modules whose holders get pages of their own: nothing of those is ever kept.
	PrivateCookies []string `key:"privateCookies" default:"[]" allowed:"a list of names of cookies, none of them in contentCookies"`

	// SessionPaths are front names of further modules whose answers a session decides, or which change something, and whose
	// paths a pattern of pagePaths matches: guests' sessions reach Magento there, and cookies leave. With "*" in pagePaths all
	// such modules have to be named; without, those alone whose URLs end like a page's.
	SessionPaths []string `key:"sessionPaths" default:"[]" allowed:"a list of front names or longer paths, without a slash in front"`

	// TrackingParameters are query parameters that change no page, beside those of some sixty vendors that are known
	// (pkg/magento/trackers.go). They are taken off.
	TrackingParameters []string `key:"trackingParameters" default:"[]" allowed:"a list of names, or of beginnings with [a-z]+, [a-z_-]+ or [a-z0-9_]+ behind them"`

	// CacheBehaviors is how many behaviours the distribution may have: CloudFront's quota, where AWS has raised it.
	CacheBehaviors int `key:"cacheBehaviors" default:"75" allowed:"75 to 250"`

	// OriginShield has all edge locations ask for files and for the pages of guests through one in the region, or near it, which
	// keeps them, too. It costs about 1 USD a million requests (CloudFront pricing, 2025).
	OriginShield bool `key:"originShield" default:"false" differs:"size" allowed:"true or false, and true only in a region that CloudFront has a shield for"`

	// StandbyLoadBalancerARN is the load balancer of the standby region. With the two below it, files and pages that are only
	// read come from there when this region does not answer. All three or none.
	StandbyLoadBalancerARN string `key:"standbyLoadBalancerArn" default:"" differs:"domain" allowed:"the ARN of a load balancer (output loadBalancerArn of the standby's magento-compute), or nothing"`

	// StandbyLoadBalancerDNSName is its name (output loadBalancerDnsName).
	StandbyLoadBalancerDNSName string `key:"standbyLoadBalancerDnsName" default:"" differs:"domain" allowed:"the DNS name of that load balancer, or nothing"`

	// StandbyMediaBucketDomainName is where its copies of the media are (output mediaBucketDomainName of its magento-data).
	StandbyMediaBucketDomainName string `key:"standbyMediaBucketDomainName" default:"" differs:"domain" allowed:"the regional domain name of a bucket, or nothing"`

	// HSTSSubdomains has browsers ask for every name below the shop's by HTTPS alone, also for those of other services.
	HSTSSubdomains bool `key:"hstsSubdomains" default:"false"`

	// CSPReportURL is where browsers report what Magento's Content-Security-Policy would have stopped.
	CSPReportURL string `key:"cspReportUrl" default:"" differs:"domain" allowed:"an https:// URL, or nothing"`

	Release
}

func (s Edge) rules() []rule {
	return append(s.Release.rules(),
		cdnRule(s.checkPages, "pageLifetimeSeconds", "cacheBehaviors"),
		cdnRule(s.checkCookies, "contentCookies", "privateCookies"),
		cdnRule(s.checkTracking, "trackingParameters"),
		cdnRule(s.checkStandby, "standbyLoadBalancerArn", "standbyLoadBalancerDnsName", "standbyMediaBucketDomainName"),
		cdnRule(s.checkReports, "cspReportUrl"),
	)
}

const (
	maxPageLifetime   = 86400 // Magento's own (system/full_page_cache/ttl)
	maxCacheBehaviors = 250   // beyond which AWS raises the quota for nobody that is known of
	maxContentCookies = 8     // a cache policy takes 10, and two are Magento's
)

func (s Edge) checkPages(refuse refusal) {
	if s.PageLifetimeSeconds < 1 || s.PageLifetimeSeconds > maxPageLifetime {
		refuse("pageLifetimeSeconds", strconv.Itoa(s.PageLifetimeSeconds), fmt.Sprintf("must be 1 to %d", maxPageLifetime))
	}
	if s.CacheBehaviors < behaviors.MaxBehaviors || s.CacheBehaviors > maxCacheBehaviors {
		refuse("cacheBehaviors", strconv.Itoa(s.CacheBehaviors), fmt.Sprintf("must be %d to %d", behaviors.MaxBehaviors, maxCacheBehaviors))
	}
}

func (s Edge) checkCookies(refuse refusal) {
	for _, list := range []struct {
		name    string
		cookies []string
	}{{"contentCookies", s.ContentCookies}, {"privateCookies", s.PrivateCookies}} {
		for i, cookie := range list.cookies {
			if err := magento.CheckCookie(cookie); err != nil {
				refuse(list.name, cookie, err.Error())
			}
			if slices.Contains(list.cookies[:i], cookie) {
				refuse(list.name, cookie, "named twice")
			}
			if slices.Contains(magento.ContentCookies(), cookie) {
				refuse(list.name, cookie, "is Magento's own, and part of the key always")
			}
		}
	}
	for _, cookie := range s.ContentCookies {
		if why, does := magento.IdentifiesSomebody(cookie); does {
			refuse("contentCookies", cookie, "must stand for nobody, or each visitor would have pages of his own: "+why)
		}
		if slices.Contains(s.PrivateCookies, cookie) {
			refuse("contentCookies", cookie, "is in privateCookies, too: a cookie changes pages for everybody alike, or for its holder")
		}
	}
	if len(s.ContentCookies) > maxContentCookies {
		refuse("contentCookies", strconv.Itoa(len(s.ContentCookies)), fmt.Sprintf("must be %d or fewer", maxContentCookies))
	}
}

func (s Edge) checkTracking(refuse refusal) {
	for _, expression := range s.TrackingParameters {
		if err := magento.CheckTracking(expression); err != nil {
			refuse("trackingParameters", expression, err.Error())
		}
	}
}

var (
	loadBalancerARN  = regexp.MustCompile(`^arn:aws:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:loadbalancer/app/[A-Za-z0-9-]+/[0-9a-f]+$`)
	loadBalancerName = regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9-]+\.elb\.amazonaws\.com$`)
	bucketDomain     = regexp.MustCompile(`^[a-z0-9.-]+\.s3\.[a-z0-9-]+\.amazonaws\.com$`)
)

func (s Edge) checkStandby(refuse refusal) {
	given := 0
	for _, value := range []string{s.StandbyLoadBalancerARN, s.StandbyLoadBalancerDNSName, s.StandbyMediaBucketDomainName} {
		if value != "" {
			given++
		}
	}
	for _, setting := range []struct {
		name, value string
		good        bool
		allowed     string
	}{
		{"standbyLoadBalancerArn", s.StandbyLoadBalancerARN, loadBalancerARN.MatchString(s.StandbyLoadBalancerARN), "the ARN of an application load balancer"},
		{"standbyLoadBalancerDnsName", s.StandbyLoadBalancerDNSName, loadBalancerName.MatchString(s.StandbyLoadBalancerDNSName), "the DNS name of a load balancer, which ends in .elb.amazonaws.com"},
		{"standbyMediaBucketDomainName", s.StandbyMediaBucketDomainName, bucketDomain.MatchString(s.StandbyMediaBucketDomainName), "the regional domain name of a bucket, such as media.s3.eu-west-1.amazonaws.com"},
	} {
		switch {
		case setting.value == "" && given > 0:
			refuse(setting.name, `""`, "must be given with the other two of the standby, or none of them")
		case setting.value != "" && !setting.good:
			refuse(setting.name, setting.value, "must be "+setting.allowed)
		}
	}
}

func (s Edge) checkReports(refuse refusal) {
	if s.CSPReportURL == "" {
		return
	}
	if u, err := url.Parse(s.CSPReportURL); err != nil || u.Scheme != "https" || u.Host == "" {
		refuse("cspReportUrl", s.CSPReportURL, "must be an https:// URL")
	}
}

// checkShield wants a region that there is an Origin Shield for.
func (s CDN) checkShield(refuse refusal) {
	if _, known := shield.Nearest(string(s.Region)); s.OriginShield && !known {
		refuse("originShield", "true", fmt.Sprintf("must be false: CloudFront has no Origin Shield for %s; it has one for %s", s.Region, strings.Join(shield.Regions(), ", ")))
	}
}

// checkStandbyAccount wants the standby in the account of the distribution. A VPC origin of another's would have to be made
// and shared there (CloudFront Developer Guide, "Work with shared resources"), and the media bucket lets no other in.
func (s CDN) checkStandbyAccount(refuse refusal) {
	if !loadBalancerARN.MatchString(s.StandbyLoadBalancerARN) || len(s.AllowedAccountIDs) != 1 {
		return
	}
	if account := strings.Split(s.StandbyLoadBalancerARN, ":")[4]; account != string(s.AllowedAccountIDs[0]) {
		refuse("standbyLoadBalancerArn", s.StandbyLoadBalancerARN, fmt.Sprintf("must be of the account %s, as aws:allowedAccountIds says", s.AllowedAccountIDs[0]))
	}
}

// Behaviors are what the distribution does with each path.
func (s CDN) Behaviors() ([]behaviors.Behavior, error) { return behaviors.For(s.behaviorOptions()) }

// PrivatePaths are paths that the function on pages shares no request for.
func (s CDN) PrivatePaths() []string { return behaviors.PrivatePaths(s.behaviorOptions()) }

func (s CDN) behaviorOptions() behaviors.Options {
	return behaviors.Options{
		Pages: s.PageCaching, PagePaths: s.PagePaths, AdminPath: string(s.AdminPath), Sessions: s.SessionPaths, Quota: s.CacheBehaviors,
	}
}

// checkBehaviors asks the behaviours themselves, which know CloudFront's quotas and patterns.
func (s CDN) checkBehaviors(refuse refusal) {
	refused := false
	each := func(setting, kind string, values []string, check func(string) error) {
		for i, value := range values {
			err := check(value)
			if slices.Contains(values[:i], value) {
				err = errors.New("named twice")
			}
			if err != nil {
				refused = true
				refuse(setting, "", fmt.Sprintf("%s %q: %v", kind, value, err))
			}
		}
	}
	each("sessionPaths", "path", s.SessionPaths, behaviors.CheckPath)
	each("pagePaths", "page", s.PagePaths, behaviors.CheckPage)
	if s.PageCaching && len(s.PagePaths) == 0 {
		refuse("pagePaths", "[]", `must name a pattern at least, such as "/" and "*.html"; pageCaching: false keeps no page`)
	}
	if refused {
		return
	}
	setting := "pagePaths"
	list, err := s.Behaviors()
	if len(list) > s.CacheBehaviors {
		setting = "cacheBehaviors"
	}
	for _, problem := range messages("", "", err) {
		refuse(setting, "", problem.Message)
	}
}
