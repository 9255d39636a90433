package behaviors

import (
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// path is something below the shop's names, and why it is treated as it is.
type path struct {
	name string // without a slash in front; of pages, a pattern
	form form
	why  string
}

// form is how a path is written as patterns. Magento answers every front name as /x, as /x/…, below the code of a store
// view and below /index.php, which are up to two segments (Magento\Framework\App\Request\PathInfo).
type form int

const (
	// anywhere is one pattern for a name that no product or category is called by: /*x*.
	anywhere form = iota

	// segment is four patterns for an ordinary word: /x, /x/*, /*/x and /*/x/*. As part of a longer word it matches
	// nothing, so that /wholesales.html and /restaurant.html stay pages.
	segment

	// beginning is two patterns for what is at the root alone: /x and /x/*.
	beginning

	// below is one pattern for what is below a name at the root: /x/*. It is enough where everything else reaches Magento
	// whole: it is for what would be taken for a page by its end.
	below
)

func (p path) patterns() []string {
	switch p.form {
	case segment:
		return []string{"/" + p.name, "/" + p.name + "/*", "/*/" + p.name, "/*/" + p.name + "/*"}
	case beginning:
		return []string{"/" + p.name, "/" + p.name + "/*"}
	case below:
		return []string{"/" + p.name + "/*"}
	default:
		return []string{"/*" + p.name + "*"}
	}
}

func (p path) behaviors() []Behavior {
	var made []Behavior
	for _, pattern := range p.patterns() {
		made = append(made, uncached(pattern, p.why))
	}
	return made
}

// scripts is every script beside index.php, and index.php with all routes below it.
const scripts = ".php"

// exceptions are never kept, whatever the patterns of pages say: scripts, the admin, and the modules that the shop names.
func exceptions(options Options) []path {
	all := []path{{scripts, anywhere, "scripts beside index.php, and every route again below it"}}
	if options.AdminPath != "" {
		all = append(all, path{options.AdminPath, anywhere, "the admin"})
	}
	if !options.Pages {
		return all
	}
	for _, session := range options.Sessions {
		p := path{session, below, "a module of the shop's, whose answers a session decides"}
		if options.everything() {
			p.form = formOf(session)
		}
		all = append(all, p)
	}
	return all
}

// longName is the length from which on no word of a URL is taken for the name of a module.
const longName = 9

// formOf is the form of a name among pages: one pattern where no product is called by it, for what it has of other than
// letters or for its length, and four otherwise.
func formOf(name string) form {
	if len(name) >= longName || strings.ContainsAny(name, "_-/0123456789") && len(name) >= minDistinct {
		return anywhere
	}
	return segment
}

// minDistinct keeps short names from matching parts of others, such as b2b.
const minDistinct = 6

// pagePatterns are the shop's, and those of Magento's own routes that are pages. The one for everything is the default
// behaviour's, and needs no other that nothing stands before.
func pagePatterns(options Options) []path {
	if !options.Pages {
		return nil
	}
	var all []path
	for _, pattern := range options.PagePaths {
		if pattern != Default {
			all = append(all, path{name: pattern, why: whyPages})
		}
	}
	if options.everything() {
		return all
	}
	for _, route := range magento.Routes() {
		for _, page := range route.Pages {
			all = append(all, path{name: "/*" + page + "*", why: route.Why})
		}
	}
	return all
}

// words are front names that are words of everyday, and have no controllers that would tell them from the URLs of products.
var words = []string{"api", "contact", "rest", "soap"}

// known are the routes of Magento that no page is under, without what another one matches already. They are needed where
// everything else is a page.
func known() []path {
	var all []path
	for _, route := range magento.Routes() {
		switch {
		case route.Audience == magento.Static || strings.HasSuffix(route.Name, scripts):
		case route.Kind == magento.EntryPoint:
			all = append(all, path{route.Name, beginning, route.Why})
		case slices.Contains(words, route.Name):
			all = append(all, path{route.Name, segment, route.Why})
		default:
			for _, name := range route.Decided() {
				all = append(all, path{name, anywhere, route.Why})
			}
		}
	}
	return slices.DeleteFunc(all, func(p path) bool { return matchedByAnother(p, all) })
}

// matchedByAnother reports whether a pattern /*y* makes the one for x superfluous, as /*checkout* does for one below it.
func matchedByAnother(p path, all []path) bool {
	return slices.ContainsFunc(all, func(other path) bool {
		return other.form == anywhere && other.name != p.name && strings.Contains(p.name, other.name)
	})
}

// PrivatePaths are first segments, or longer paths, that no request below them is shared for: those that the shop names, and
// where everything is a page, those of modules that many shops have. The function on pages knows them; the answers to them
// lose their cookies nevertheless, unless a behaviour of their own lets them through.
func PrivatePaths(options Options) []string {
	names := slices.Clone(options.Sessions)
	if options.everything() {
		for _, route := range magento.ModuleRoutes() {
			names = append(names, route.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
