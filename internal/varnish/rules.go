// Package varnish has what the page cache behind the edge is made of and tried with: the rules that its VCL includes, the program
// itself, and a model of both for tests that need a clock.
package varnish

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// Shop is what the settings say of a shop's modules (magento-cdn), which the edge and Varnish must agree on.
type Shop struct {
	ContentCookies     []string
	PrivateCookies     []string
	SessionPaths       []string
	TrackingParameters []string
}

// With is a shop that has what either of two has: one VCL is promoted through all environments.
func (s Shop) With(other Shop) Shop {
	both := func(a, b []string) []string { return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b)))) }
	return Shop{
		both(s.ContentCookies, other.ContentCookies), both(s.PrivateCookies, other.PrivateCookies),
		both(s.SessionPaths, other.SessionPaths), both(s.TrackingParameters, other.TrackingParameters),
	}
}

// head is the beginning of the generated file.
const head = `# Generated from pkg/magento and the settings: go test ./internal/varnish -run TestRules -update

`

// beforeRoute is what may stand before a front name: the front controller and the code of a store view (Magento\Store\Model\
// Validation\StoreCodeValidator).
const beforeRoute = `^/(?:index\.php/)?(?:[A-Za-z]\w*/)?`

// Rules is gitops/base/varnish/rules.vcl: one subroutine for each list.
func Rules(s Shop) string {
	var text strings.Builder
	text.WriteString(head)
	sub := func(name, comment, body string) {
		fmt.Fprintf(&text, "# %s\nsub rules_%s {\n%s}\n\n", comment, name, indent(body))
	}
	sub("decided", "What a session, a token or the staff decides is passed on, whatever Magento says of keeping it.",
		when("req.url ~", s.decided(), "return (pass);"))
	sub("fragments", "What scripts put into pages, and Magento marks as public.",
		when("req.url ~", fragments(), "call without_session_or_group;"))
	private := "# none in the settings (magento-cdn:privateCookies)\n"
	if len(s.PrivateCookies) > 0 {
		private = when("req.http.Cookie ~", `(?:^|;\s*)(?:`+quoted(s.PrivateCookies)+`)=`, "return (pass);")
	}
	sub("private", "Cookies whose holders have pages of their own.", private)
	names := s.contentCookies()
	sub("content_cookies", "Cookies that change pages for everybody with the same value alike.",
		fmt.Sprintf("cookie.keep(%q);\n", strings.Join(names, ",")))
	doubled := `(?:^|;\s*)(` + quoted(append([]string{magento.VaryCookie}, names...)) + `)=.*;\s*\1=`
	sub("doubled", "Of a cookie that comes twice, PHP reads the first and Varnish the last.", when("req.http.Cookie ~", doubled, "return (pass);"))
	tracking := strings.Join(append(magento.TrackingParameters(), s.TrackingParameters...), "|")
	sub("tracking", "Parameters that say where a visitor came from, and change no page.",
		fmt.Sprintf("set req.url = regsuball(req.url, %s, \"\\1\");\n", vcl(`([?&])(?:`+tracking+`)(?:=[^&]*)?(?=&|$)`))+
			"set req.url = regsub(regsuball(req.url, \"&&+\", \"&\"), \"\\?&+\", \"?\");\n")
	return strings.TrimSuffix(text.String(), "\n")
}

// decided is an expression for paths of routes that a session decides, Magento's, those of known modules and the shop's.
func (s Shop) decided() string {
	var paths []string
	for _, route := range slices.Concat(magento.Routes(), magento.ModuleRoutes()) {
		paths = append(paths, route.Decided()...)
	}
	paths = append(paths, s.SessionPaths...)
	slices.Sort(paths)
	return `(?i)` + beforeRoute + `(?:` + quoted(slices.Compact(paths)) + `)(?:[/?]|$)`
}

func fragments() string { return beforeRoute + `(?:` + quoted(magento.Fragments()) + `)(?:[/?]|$)` }

// contentCookies are without the vary cookie, which has a rule of its own.
func (s Shop) contentCookies() []string {
	return slices.DeleteFunc(append(magento.ContentCookies(), s.ContentCookies...), func(name string) bool { return name == magento.VaryCookie })
}

func quoted(names []string) string {
	expressions := make([]string, len(names))
	for i, name := range names {
		expressions[i] = regexp.QuoteMeta(name)
	}
	return strings.Join(expressions, "|")
}

// vcl writes an expression as a string of VCL, which knows no escapes.
func vcl(expression string) string { return `"` + expression + `"` }

func when(what, expression, then string) string {
	return fmt.Sprintf("if (%s %s) {\n    %s\n}\n", what, vcl(expression), then)
}

func indent(body string) string {
	var text strings.Builder
	for line := range strings.Lines(body) {
		text.WriteString("    " + line)
	}
	return text.String()
}
