// Package proof shows that no visitor of a shop is given another's page. It sends many visitors and attackers, one request
// after the other in any order, through a distribution to a shop that is Magento at its worst, and looks at every answer.
package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
)

// Step is one thing that happens: a request, time that passes, or a fault of the shop.
type Step struct {
	Who     string // who sends a request; empty for the other kinds of steps
	Method  string
	Host    string
	Path    string
	Query   string
	Headers map[string]string // that a browser would not send by itself; Cookie is added to its cookies
	Body    string            // of a request that has none by rights, whose length is not told
	Forged  bool              // whether the visitor says what is not so: the visitor may get the answer, and no other may
	Known   bool              // whether the shop has to know him by his session, beside where Magento's own routes have it so

	Wait  time.Duration
	Fault *fakeshop.Fault
}

// String writes a step as a line of a script.
func (s Step) String() string {
	switch {
	case s.Wait > 0:
		return "wait " + s.Wait.String()
	case s.Fault != nil:
		return "the shop is " + [...]string{"fine", "out of reach", "broken (500)", "missing pages (404)", "breaking off its answers", "working and not answering"}[*s.Fault]
	}
	line := fmt.Sprintf("%s: %s https://%s%s", s.Who, s.Method, s.Host, s.Path)
	if s.Query != "" {
		line += "?" + s.Query
	}
	if s.Body != "" {
		line += fmt.Sprintf(" (body: %s)", s.Body)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		line += fmt.Sprintf(" (%s: %s)", name, s.Headers[name])
	}
	return line
}

// Script writes steps as people read them.
func Script(steps []Step) string {
	lines := make([]string, len(steps))
	for i, s := range steps {
		lines[i] = fmt.Sprintf("%3d. %s", i+1, s)
	}
	return strings.Join(lines, "\n")
}

// The visitors. Two are in one group, one has no account, and one attacks.
var visitors = []string{"anna", "bert", "cora", "guest", "mallory"}

// Hosts are the names that scripts use; the distribution under test must have them.
type Hosts []string

// publicPaths are pages that Magento lets shared caches keep.
var publicPaths = []string{"/", "/women.html", "/joust-duffle-bag.html", "/catalog/product/view/id/1", "/catalogsearch/result/", "/wholesales.html", "/robots.txt"}

// privatePaths are pages that a session decides, in all the ways in which Magento answers them.
var privatePaths = []string{
	"/checkout/cart", "/checkout", "/customer/account", "/customer/section/load/", "/customer/section/load/x.css", "/customer/section/load/static/x.css",
	"/fr/customer/account", "/index.php/customer/account", "/index.php/fr/checkout/cart", "//checkout/cart", "/sales/order/printShipment", "/wishlist/index/configure/id/3",
	"/checkout/cart/configure/id/3", "/sales/guest/form", "/customer/ACCOUNT/edit", "/rest/V1/customers/me", "/rest/default/V1/carts/mine", "/graphql",
	"/downloadable/download/link/id/7", "/wishlist", "/contact", "/loyalty/points", "/loyalty/points/x.css", "/appointments", "/loyalty/points.html", "/appointments.html",
}

// strangePaths are spellings that a cache and an origin may read differently.
var strangePaths = []string{
	"/static/../customer/account", "/media/..%2fcustomer/account", "/%63ustomer/account", "/customer%2faccount", "/women.html/../customer/account", "/./women.html",
	"/static/%2e%2e/checkout/cart", "/customer/account/../../women.html", "/Customer/account", "/customer/account;x.css", "/checkout/cart%3Fx=.css",
	// These are pages to CloudFront, under another page's key than their own.
	"/joust-duffle-bag.html/../women.html", "/joust-duffle-bag.html//../women.html", "/wholesales.html/%2e%2e/joust-duffle-bag.html",
}

// Generator draws scripts for a distribution with some names.
func Generator(hosts Hosts, longest int) *rapid.Generator[[]Step] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Step { return step(t, hosts) }), 1, longest)
}

func step(t *rapid.T, hosts Hosts) Step {
	switch rapid.IntRange(0, 19).Draw(t, "kind") {
	case 0:
		return Step{Wait: rapid.SampledFrom([]time.Duration{time.Second, 11 * time.Second, 2 * time.Minute, 20 * time.Minute, 2 * time.Hour}).Draw(t, "wait")}
	case 1:
		fault := rapid.SampledFrom([]fakeshop.Fault{fakeshop.Unreachable, fakeshop.ServerError, fakeshop.NotFound, fakeshop.TruncatedBody, fakeshop.NoAnswer}).Draw(t, "fault")
		return Step{Fault: &fault}
	case 2, 3:
		fault := fakeshop.NoFault
		return Step{Fault: &fault}
	case 4, 5, 6, 7, 8:
		return change(t, hosts)
	case 9, 10:
		return attack(t, hosts)
	}
	return browse(t, hosts)
}

// browse is a request that a browser makes.
func browse(t *rapid.T, hosts Hosts) Step {
	s := Step{
		Who: rapid.SampledFrom(visitors).Draw(t, "who"), Host: rapid.SampledFrom(hosts).Draw(t, "host"),
		Method: rapid.SampledFrom([]string{"GET", "GET", "GET", "GET", "HEAD"}).Draw(t, "method"),
		Path:   rapid.SampledFrom(slices.Concat(publicPaths, publicPaths, privatePaths)).Draw(t, "path"),
		Query:  rapid.SampledFrom([]string{"", "", "", "utm_source=x", "q=bag&utm_source=y", "p=2", "p=2&q=bag", "q=bag&p=2", "gclid=1"}).Draw(t, "query"),
	}
	switch rapid.IntRange(0, 9).Draw(t, "how") {
	case 0:
		s.Headers = map[string]string{"X-Requested-With": "XMLHttpRequest"}
	case 1:
		s.Headers = map[string]string{"Range": "bytes=0-9"}
	case 2:
		s.Headers = map[string]string{"If-None-Match": `"1"`}
	case 3:
		s.Headers = map[string]string{"Accept-Encoding": "gzip"}
	case 4:
		s.Headers = map[string]string{"Authorization": "its token"} // the visitor's session, as a token
	}
	return s
}

// change is a request that changes something at the shop.
func change(t *rapid.T, hosts Hosts) Step {
	s := Step{Who: rapid.SampledFrom(visitors[:4]).Draw(t, "who"), Host: rapid.SampledFrom(hosts).Draw(t, "host"), Method: "POST"}
	switch rapid.IntRange(0, 6).Draw(t, "change") {
	case 0, 1:
		s.Path, s.Query = "/customer/account/loginPost", "customer="+s.Who
	case 2:
		s.Path = rapid.SampledFrom([]string{"/checkout/cart/add", "/index.php/checkout/cart/add", "/fr/checkout/cart/add"}).Draw(t, "path")
	case 3:
		s.Path = "/rest/V1/carts/mine/items"
	case 4:
		s.Method, s.Path = "GET", "/customer/account/logout"
	case 5:
		s.Method, s.Path, s.Query = "GET", "/directory/currency/switch", "currency="+rapid.SampledFrom([]string{"EUR", "CHF"}).Draw(t, "currency")
	case 6:
		s.Method, s.Path, s.Query = "GET", "/stores/store/switch", "store="+rapid.SampledFrom([]string{"default", "fr"}).Draw(t, "store")
	}
	return s
}

// attack is a request that says what is not so, to have something kept that others then get.
func attack(t *rapid.T, hosts Hosts) Step {
	s := Step{
		Who: rapid.SampledFrom([]string{"mallory", "mallory", "bert"}).Draw(t, "who"), Host: rapid.SampledFrom(hosts).Draw(t, "host"), Method: "GET", Forged: true,
		Path: rapid.SampledFrom(slices.Concat(publicPaths, privatePaths, strangePaths, strangePaths)).Draw(t, "path"),
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(forgeries))), 0, 3, rapid.ID).Draw(t, "forgeries") {
		if s.Headers == nil {
			s.Headers = map[string]string{}
		}
		s.Headers[name] = forgeries[name]
	}
	if rapid.IntRange(0, 7).Draw(t, "body") == 0 {
		s.Body = "<script>"
	}
	return s
}

// forgeries are headers that attackers send, by their names.
var forgeries = map[string]string{
	"X-Requested-With": "XMLHttpRequest", "X-Cache-Scope": "shared", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.66", "X-Original-Url": "/customer/account",
	"X-Http-Method-Override": "POST", "True-Client-Ip": "192.0.2.66", "User-Agent": "<script>", "Accept-Language": "<script>", "X-Whatever": "<script>",
	"Referer": "https://evil.example", "Cookie": "X-Magento-Vary=hash-of-wholesale-EUR-default", "Store": "fr", "Content-Currency": "CHF", "Forwarded": "for=192.0.2.66",
	"X-Forwarded-Proto": "http", "X-Rewrite-Url": "/checkout/cart", "Accept": "application/json", "Via": "x", "X-Http-Method": "DELETE",
	"X-Forwarded-Port": "8080", "X-Forwarded-Server": "evil.example", "X-Host": "evil.example",
}
