// Package local serves the model of a CloudFront distribution on the user's own machine, in front of the user's own
// origin, and shows on a page what the distribution does to each request.
package local

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// Edge is what the package needs of the model.
type Edge interface {
	http.Handler

	// Explain tells what would happen to a request now, without asking an origin or changing the cache.
	Explain(*http.Request) model.Trace

	Objects() []model.Object

	// Purge takes objects out by CloudFront's invalidation patterns, and says how many.
	Purge(pattern string) int

	Behaviors() []Behavior
}

// Behavior is what a distribution does with paths of a pattern, in words.
type Behavior struct {
	Pattern   string `json:"pattern"` // "*" for the default
	Origin    string `json:"origin"`
	Key       string `json:"key"`
	Forwarded string `json:"forwarded"`
	Lifetimes string `json:"lifetimes"`
	Functions string `json:"functions"`
}

// Audience is who may see the page at PagePath.
type Audience string

// The audiences.
const (
	Loopback Audience = "loopback" // this machine, by a name of its own
	Everyone Audience = "everyone" // whoever reaches the address that is listened on
	Nobody   Audience = "nobody"
)

// Config configures a Server.
type Config struct {
	Environment string
	Hosts       []string // of the shop, the distribution's alternate domain names
	Origins     []Origin // of the distribution

	// Edge makes the model with what the server brings for it: origins and an observer.
	Edge func(model.Options) (Edge, error)

	// Backend is where the load balancers lead to; Backends has other places for some of them, by origin id.
	Backend  *url.URL
	Backends map[string]*url.URL

	// Host is the shop's name that a visitor of localhost asks for; empty for the first of Hosts.
	Host string

	// BackendHost is what the backend gets as Host in place of the shop's name, for a shop whose base URL is the address
	// of the local edge; empty for what the distribution forwards.
	BackendHost string

	// Media is a folder in place of the buckets; empty for the backend.
	Media string

	// Objects are what the stack itself puts into the bucket, by their keys.
	Objects map[string]StoredObject

	// Certificate has the server speak TLS; nil for plain HTTP.
	Certificate *tls.Certificate

	// Page is who may see the page; empty for Loopback.
	Page Audience

	OriginTimeout time.Duration // that an origin may be silent until its answer counts as none; 0 for what the distribution says
	CacheBytes    int64         // 0 for what the model says
	Concurrency   int           // requests at a time; 0 for 256
}

const defaultConcurrency = 256

// validate fills in what is left out and names all that is wrong.
func (c *Config) validate() error {
	var problems []error
	if len(c.Hosts) == 0 {
		problems = append(problems, errors.New("hosts: the distribution has no alternate domain name"))
	}
	if c.Edge == nil {
		problems = append(problems, errors.New("edge: required"))
	}
	if len(c.Origins) == 0 {
		problems = append(problems, errors.New("origins: the distribution has none"))
	}
	problems = append(problems, c.validateBackends()...)
	if c.Host == "" && len(c.Hosts) > 0 {
		c.Host = c.Hosts[0]
	}
	if !slices.Contains(c.Hosts, c.Host) {
		problems = append(problems, fmt.Errorf("host %q: not a name of the shop, which has %q", c.Host, c.Hosts))
	}
	switch c.Page {
	case "":
		c.Page = Loopback
	case Loopback, Everyone, Nobody:
	default:
		problems = append(problems, fmt.Errorf("page %q: may be %s, %s or %s", c.Page, Loopback, Everyone, Nobody))
	}
	if c.OriginTimeout != 0 && c.OriginTimeout < time.Second {
		problems = append(problems, fmt.Errorf("origin timeout %s: at least a second", c.OriginTimeout))
	}
	if c.Concurrency == 0 {
		c.Concurrency = defaultConcurrency
	}
	if c.Concurrency < 1 {
		problems = append(problems, fmt.Errorf("concurrency %d: at least 1", c.Concurrency))
	}
	return errors.Join(problems...)
}

func (c *Config) validateBackends() []error {
	var problems []error
	if c.Backend == nil {
		problems = append(problems, errors.New("backend: required"))
	} else if err := checkBackend(c.Backend); err != nil {
		problems = append(problems, err)
	}
	for id, backend := range c.Backends {
		known := slices.ContainsFunc(c.Origins, func(origin Origin) bool { return origin.ID == id })
		if !known {
			problems = append(problems, fmt.Errorf("backend of origin %q: the distribution has no such origin", id))
		}
		if err := checkBackend(backend); err != nil {
			problems = append(problems, err)
		}
	}
	return problems
}

// checkBackend refuses what a distribution's origin cannot have, either: the path is the viewer's alone.
func checkBackend(backend *url.URL) error {
	plain := (backend.Scheme == "http" || backend.Scheme == "https") && backend.Hostname() != "" && backend.User == nil &&
		(backend.Path == "" || backend.Path == "/") && backend.RawQuery == "" && backend.Fragment == ""
	if !plain {
		return fmt.Errorf("backend %q: must be like http://localhost:8080", backend.Redacted())
	}
	return nil
}
