// Package behaviors decides how CloudFront treats each path of the shop: what it keeps, under which key, what it forwards,
// and why. It is derived from what Magento is (package magento) and knows nothing of Pulumi.
package behaviors

import (
	"slices"

	"github.com/magestack/magestack/pkg/magento"
)

// Origin is where a behaviour gets its answers.
type Origin string

// The origins of the shop.
const (
	LoadBalancer Origin = "load-balancer" // Magento, through CloudFront's VPC origin
	Files        Origin = "files"         // the same, for files alone: only these can be shielded and fail over
	Media        Origin = "media"         // the bucket of product pictures and downloads that are public

	// Shared is the load balancer behind Origin Shield, where there is one. No behaviour has it: the function on pages sends
	// requests there whose answers are shared, since the others gain nothing by a detour.
	Shared Origin = "shared"
)

// Caching is what CloudFront may keep of a behaviour's answers.
type Caching string

// The ways of caching.
const (
	// Uncached keeps nothing and forwards everything, so that an answer reaches the visitor alone that asked for it.
	Uncached Caching = "uncached"

	// Pages keeps what Magento says is public, for requests that its function finds no session in, for as long as Magento and
	// the shop's limit say.
	Pages Caching = "pages"

	// Deployed keeps files of a deployment under their path, query string and host.
	Deployed Caching = "deployed"

	// Bucket keeps objects of the media bucket under their path.
	Bucket Caching = "bucket"
)

// Kept lists the ways that keep anything.
func Kept() []Caching { return []Caching{Pages, Deployed, Bucket} }

// Function is what runs on a behaviour's requests.
type Function string

// The functions; see package functions.
const (
	None           Function = ""
	PagesFunction  Function = "pages"
	PrivateRequest Function = "private"
)

// Default is the pattern of the default behaviour, which matches every path.
const Default = "*"

// Behavior is how CloudFront treats the requests whose path matches a pattern. The first match counts.
type Behavior struct {
	PathPattern string // Default for the last
	Origin      Origin
	Caching     Caching
	Methods     []string
	Function    Function
	Why         string
}

// The methods that CloudFront lets through: reading alone, or all of them (CloudFront API Reference, AllowedMethods).
func readMethods() []string { return []string{"GET", "HEAD", "OPTIONS"} }
func allMethods() []string {
	return []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
}

// Options are what the shop decides.
type Options struct {
	Pages     bool     // keep pages of guests; off, every page goes to Magento
	PagePaths []string // patterns of what a page is; Default for everything that no route is known for. Unused without Pages
	AdminPath string   // the admin's front name
	Sessions  []string // first segments or longer paths of further modules whose answers a session decides, without a slash in front
	Quota     int      // how many behaviours the distribution may have; 0 for MaxBehaviors
}

// everything reports whether every path is a page that no route is known for.
func (o Options) everything() bool { return o.Pages && slices.Contains(o.PagePaths, Default) }

// For lists the behaviours of a shop in order, the default last. What a path is for is decided once: by the patterns of pages,
// and everything else reaches Magento whole; or, where everything is a page, by the routes that are known not to be. Patterns
// of files are anchored to a folder, never to an extension: /customer/section/load/x.css is one visitor's private answer.
func For(options Options) ([]Behavior, error) {
	ordered := []Behavior{
		{
			PathPattern: "/static/*", Origin: Files, Caching: Deployed, Methods: readMethods(),
			Why: "files of the deployment, the same for everybody; a new deployment has a new path",
		},
		uncached(magento.CaptchaPictures+"*", "pictures of CAPTCHAs, on the disk of a pod and not in the bucket"),
		{
			PathPattern: "/media/*", Origin: Media, Caching: Bucket, Methods: readMethods(),
			Why: "pictures of the catalogue, the same for everybody",
		},
	}
	for _, p := range exceptions(options) {
		ordered = append(ordered, p.behaviors()...)
	}
	for _, pattern := range pagePatterns(options) {
		ordered = append(ordered, page(pattern.name, pattern.why))
	}
	switch {
	case options.everything():
		for _, p := range known() {
			ordered = append(ordered, p.behaviors()...)
		}
		ordered = append(ordered, page(Default, whyPages))
	case options.Pages:
		ordered = append(ordered, uncached(Default, "whatever is not known to be a page: Magento's routes, and those of every module"))
	default:
		ordered = append(ordered, uncached(Default, "pages, none of which is kept"))
	}
	return ordered, check(ordered, options)
}

const whyPages = "pages, kept for guests who are nobody in particular; everybody else's go to Magento"

func page(pattern, why string) Behavior {
	return Behavior{PathPattern: pattern, Origin: LoadBalancer, Caching: Pages, Methods: allMethods(), Function: PagesFunction, Why: why}
}

func uncached(pattern, why string) Behavior {
	return Behavior{PathPattern: pattern, Origin: LoadBalancer, Caching: Uncached, Methods: allMethods(), Function: PrivateRequest, Why: why}
}

// Keeps reports whether any behaviour has the way of caching.
func Keeps(list []Behavior, caching Caching) bool {
	return slices.ContainsFunc(list, func(b Behavior) bool { return b.Caching == caching })
}
