package rules

import (
	"regexp"
	"slices"
	"strings"
)

// Where in a path a route is looked for.
const (
	// anywhere is for names that are in no page's path.
	anywhere = `(?:^|/)`

	// nearTheFront leaves room for /index.php and the code of a store, or /pub and /index.php: two segments, which are fewer than
	// the three of a form (front name, controller, action), so that no form becomes another by what is written behind it.
	nearTheFront = `^(?:/[^/]+){0,2}/`

	// behind is the end of a route: nothing, or parameters.
	behind = `(?:/|$)`
)

// storeCodes are codes of store views that are known without being told: default, and languages with or without a country.
const storeCodes = `default|[a-z]{2}(?:_\w+)?`

// route is a pattern for routes of Magento's and everything below them, wherever they are in the path.
func route(patterns ...string) Regex { return routeAt(anywhere, patterns...) }

func routeAt(where string, patterns ...string) Regex {
	return Regex{Route, slashes(where + anyOf(patterns...) + behind)}
}

// area is a statement for areas of Magento's: the first segment, or behind /pub, /index.php and the code of a store view
// (Magento\Framework\App\AreaList, Magento\Store\App\Request\PathInfoProcessor).
func (p Policy) area(names ...string) Statement {
	var all Or
	codes := storeCodes
	for _, code := range p.StoreCodes {
		code = strings.ToLower(code)
		if len(routeAt(front(codes+"|"+code), names...).Pattern) > maxPattern {
			all, codes = append(all, routeAt(front(codes), names...)), code
			continue
		}
		codes += "|" + code
	}
	return oneOf(append(all, routeAt(front(codes), names...)))
}

// front is a pattern for what Magento takes off a path before it looks for an area.
func front(codes string) string { return `^/(?:pub/)?(?:index.php/)?(?:(?:` + codes + `)/)?` }

// packed has as few patterns as the routes fit into, since a pattern costs the same however long it is.
func packed(where string, routes []string) Statement {
	var all Or
	var fitting []string
	for _, r := range routes {
		next := append(slices.Clone(fitting), strings.TrimPrefix(r, "/"))
		if len(routeAt(where, next...).Pattern) > maxPattern {
			all, next = append(all, routeAt(where, fitting...)), next[len(fitting):]
		}
		fitting = next
	}
	return oneOf(append(all, routeAt(where, fitting...)))
}

// callbacks are where other systems send what is theirs to write.
func (p Policy) callbacks() Statement {
	paths := append([]string{"paypal/ipn"}, p.CallbackPaths...)
	if p.HealthCheckPath != "" {
		paths = append(paths, regexp.QuoteMeta(strings.ToLower(p.HealthCheckPath)))
	}
	return packed(nearTheFront, paths)
}

// slashes lets every slash of a pattern stand for several, but those that say themselves how many there may be, and those of
// the class of all other characters.
func slashes(pattern string) string { return several.Replace(pattern) }

var several = strings.NewReplacer("[^/]", "[^/]", "/*", "/*", "/", "/+")

// anyOf is one pattern for several.
func anyOf(patterns ...string) string {
	if len(patterns) == 1 {
		return patterns[0]
	}
	return `(?:` + strings.Join(patterns, `|`) + `)`
}
