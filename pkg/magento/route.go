// Package magento holds what the edge and the cluster must know of Magento 2.4: its routes and who their answers are
// for, its cookies, the parameters that change no page, and what an origin behind a shared cache has to promise. It is
// data with sources, and imports nothing of a cloud.
package magento

import (
	"slices"
	"strings"
)

// Audience is who the answers of a route are for.
type Audience string

// The audiences.
const (
	Public  Audience = "public"  // everybody with the same key: an answer may be kept and shared
	Session Audience = "session" // whoever holds the session; never kept
	API     Audience = "api"     // whoever holds a token, or a program; never kept
	Admin   Audience = "admin"   // the shop's staff; never kept
	Static  Audience = "static"  // everybody: files, the same with and without a session
)

// Kind is how Magento finds what answers a path.
type Kind string

// The kinds of routes.
const (
	FrontName  Kind = "front name"  // of a module, in its etc/frontend/routes.xml
	Area       Kind = "area"        // a front name that an area has to itself (Magento\Framework\App\AreaList)
	File       Kind = "file"        // answered by a router of its own under the name of a file
	EntryPoint Kind = "entry point" // a script or folder beside index.php, without Magento's front controller
)

// Route is a first segment of a path, and who its answers are for.
type Route struct {
	Name     string // the first segment, as it is written: Magento compares front names with regard to case
	Kind     Kind
	Module   string // that declares it; empty for entry points
	Audience Audience
	Why      string

	// Sessions are paths below a public route that a session decides, that change something, or that answer with a message
	// for one visitor.
	Sessions []string

	// Pages are paths below a public route whose answers are worth keeping and have no cookie that a visitor needs.
	Pages []string

	// Controllers are the paths that a route has below a name that is a word of everyday, where shops have the word in the
	// URLs of products, too. Empty for a name that stands for all below it.
	Controllers []string
}

// Path is the path of the route.
func (r Route) Path() string { return "/" + r.Name }

// Routes lists every route of Magento 2.4, sorted by name.
func Routes() []Route {
	all := slices.Concat(publicRoutes(), sessionRoutes(), apiRoutes(), entryPoints())
	slices.SortFunc(all, func(a, b Route) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Decided lists the paths below which a session, a token or the staff decides: none of a public route's own, and the
// controllers of one whose name is a word of everyday.
func (r Route) Decided() []string {
	switch {
	case r.Audience == Static:
		return nil
	case r.Audience == Public:
		return r.Sessions
	case len(r.Controllers) > 0:
		return r.Controllers
	}
	return []string{r.Name}
}

// FindRoute finds the route that answers a path without a store's code, and reports whether there is one: without one
// the path is a page of the catalogue or of the CMS, by its URL rewrite, or it is not found.
func FindRoute(path string) (Route, bool) {
	first, _, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
	for _, r := range Routes() {
		if r.Name == first {
			return r, true
		}
	}
	return Route{}, false
}
