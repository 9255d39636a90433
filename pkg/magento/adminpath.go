package magento

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// AdminPath is the front name of Magento's admin (env.php, backend/frontName): the first segment of its paths, without
// a slash. It is no secret, since the networks of the staff alone may ask for it, but it keeps every scanner from
// finding the login at once.
type AdminPath string

// adminPathFormat is what Magento accepts as a front name (Magento\Setup\Model\ConfigOptionsList\Backend asks for
// letters, digits and underscores), in lower case, since CloudFront and WAF compare paths with regard to it.
var adminPathFormat = regexp.MustCompile(`^[a-z][a-z0-9_]{5,31}$`)

// guessableNames are what scanners try, whatever digits and underscores are added.
var guessableNames = []string{
	"access", "account", "acp", "adm", "admin", "adminarea", "administration", "administrator", "administrer", "adminhtml",
	"back", "backend", "backoffice", "bo", "commerce", "console", "control", "cp", "cpanel", "dashboard", "ecommerce", "eshop",
	"hidden", "index", "intern", "internal", "login", "mage", "magento", "manage", "management", "manager", "master", "my",
	"office", "panel", "portal", "private", "root", "secret", "secure", "shop", "shopadmin", "site", "staff", "store", "super",
	"superadmin", "sysadmin", "system", "team", "user", "verwaltung", "web", "webadmin", "webmaster", "webshop",
}

// Allowed says what an AdminPath may be.
func (AdminPath) Allowed() string {
	return "6 to 32 lower-case letters, digits and underscores, one digit at least, that nobody guesses, such as office_k4x9w2 or what Magento proposes, admin_ and letters and digits by chance"
}

// UnmarshalText refuses names that Magento would not take, that scanners try, or that collide with a route.
func (p *AdminPath) UnmarshalText(text []byte) error {
	name := string(text)
	switch route, collides := collidingRoute(name); {
	case !adminPathFormat.MatchString(name):
		return fmt.Errorf("must be %s", p.Allowed())
	case guessable(name):
		return fmt.Errorf("can be guessed; must be %s", p.Allowed())
	case !strings.ContainsAny(name, "0123456789"):
		return fmt.Errorf("may be a word, and in the URL of a product, which would be closed with the admin; must be %s", p.Allowed())
	case collides:
		return fmt.Errorf("collides with the route /%s; neither may begin with the other", route)
	}
	*p = AdminPath(name)
	return nil
}

// Path is the path of the admin's first page.
func (p AdminPath) Path() string { return "/" + string(p) }

// guessable reports whether a name is one or two words of the list, with digits and underscores anywhere.
func guessable(name string) bool {
	letters := strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
	for i := range letters {
		first, second := letters[:i], letters[i:]
		known := slices.Contains(guessableNames, second)
		if known && (first == "" || slices.Contains(guessableNames, first)) {
			return true
		}
	}
	return letters == ""
}

// collidingRoute finds a route whose name begins with the admin's, or with whose name the admin's begins: rules of the
// edge compare the beginnings of paths.
func collidingRoute(name string) (string, bool) {
	for _, route := range Routes() {
		if strings.HasPrefix(route.Name, name) || strings.HasPrefix(name, route.Name) {
			return route.Name, true
		}
	}
	return "", false
}
