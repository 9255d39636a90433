package edge

// Origin is where a behaviour gets its answers.
type Origin string

// The origins of the shop.
const (
	LoadBalancer Origin = "load-balancer" // Magento, through CloudFront's VPC origin
	Media        Origin = "media"         // the bucket of product pictures and downloads that are public
)

// Caching is what CloudFront may keep of a behaviour's answers.
type Caching string

// The ways of caching.
const (
	// Uncached keeps nothing and forwards everything, so that no answer can reach anybody but who asked.
	Uncached Caching = "uncached"

	// Deployed keeps files of a deployment under their path, query string and host.
	Deployed Caching = "deployed"

	// Bucket keeps objects of the media bucket under their path.
	Bucket Caching = "bucket"
)

// Behavior is how CloudFront treats the requests whose path matches a pattern. The first match counts.
type Behavior struct {
	PathPattern string // empty for the default, which matches every path
	Origin      Origin
	Caching     Caching
	Methods     []string
	Why         string
}

// The methods that CloudFront lets through: reading alone, or all of them (CloudFront API Reference,
// AllowedMethods).
func readMethods() []string { return []string{"GET", "HEAD", "OPTIONS"} }
func allMethods() []string {
	return []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
}

// Behaviors are the behaviours of the distribution in order, the default last. Patterns are anchored to a
// folder, never to an extension: /customer/section/load/x.css is somebody's private answer.
func Behaviors() []Behavior {
	return []Behavior{
		{
			PathPattern: "/static/*", Origin: LoadBalancer, Caching: Deployed, Methods: readMethods(),
			Why: "files of the deployment, the same for everybody; a new deployment has a new path",
		},
		{
			PathPattern: "/media/*", Origin: Media, Caching: Bucket, Methods: readMethods(),
			Why: "pictures of the catalogue, the same for everybody",
		},
		{
			Origin: LoadBalancer, Caching: Uncached, Methods: allMethods(),
			Why: "whatever a session may decide goes to Magento, and nothing of it is kept",
		},
	}
}
