package behaviors

import (
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// path is something below the shop's names that is never kept.
type path struct {
	name string // without a slash in front
	form form
	why  string
}

// form is how a path is written as patterns. Magento answers every front name as /x, as /x/…, below the code of a store
// view and below /index.php, which are up to two segments (Magento\Framework\App\Request\PathInfo). All forms match
// those; they differ in what they match beside.
type form int

const (
	// anywhere is one pattern for a name that no product or category is called by: /*x*.
	anywhere form = iota

	// segment is four patterns for an ordinary word: /x, /x/*, /*/x and /*/x/*. As part of a longer word it matches
	// nothing, so that /wholesales.html and /restaurant.html stay pages.
	segment

	// beginning is one pattern for what is at the root alone: /x*.
	beginning
)

func (p path) patterns() []string {
	switch p.form {
	case segment:
		return []string{"/" + p.name, "/" + p.name + "/*", "/*/" + p.name, "/*/" + p.name + "/*"}
	case beginning:
		return []string{"/" + p.name + "*"}
	default:
		return []string{"/*" + p.name + "*"}
	}
}

// words are front names that are words of everyday, which shops have in the URLs of products and categories.
var words = []string{"api", "contact", "rest", "sales", "search", "soap", "stores"}

// scripts is every script beside index.php, and index.php with all routes below it.
const scripts = ".php"

// paths are those of Magento, of the admin and of further modules, without what another one matches already.
func paths(options Options) []path {
	var all []path
	for _, route := range magento.Routes() {
		switch {
		case route.Audience == magento.Public:
			for _, session := range route.Sessions {
				all = append(all, path{session, anywhere, route.Why})
			}
		case route.Audience == magento.Static:
		case strings.HasSuffix(route.Name, ".php"):
		case route.Kind == magento.EntryPoint:
			all = append(all, path{route.Name, beginning, route.Why})
		case slices.Contains(words, route.Name):
			all = append(all, path{route.Name, segment, route.Why})
		default:
			all = append(all, path{route.Name, anywhere, route.Why})
		}
	}
	all = append(all, path{scripts, anywhere, "scripts beside index.php, and every route again below it"})
	if options.AdminPath != "" {
		all = append(all, path{options.AdminPath, anywhere, "the admin"})
	}
	for _, session := range options.Sessions {
		all = append(all, path{session, anywhere, "a module of the shop's, whose answers a session decides"})
	}
	return slices.DeleteFunc(all, func(p path) bool { return matchedByAnother(p, all) })
}

// matchedByAnother reports whether a pattern /*y* makes the one for x superfluous, as /*shipping* does for multishipping.
func matchedByAnother(p path, all []path) bool {
	return slices.ContainsFunc(all, func(other path) bool {
		return other.form == anywhere && other.name != p.name && strings.Contains(p.name, other.name)
	})
}
