package proof

import (
	"net/http"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/pkg/magento"
)

// Stories are scripts of what has gone wrong in shops. They are rare among scripts that are drawn by chance.
func Stories(hosts Hosts) [][]Step {
	host := hosts[0]
	get := func(who, path string, headers ...string) Step {
		s := Step{Who: who, Method: "GET", Host: host, Path: path}
		for i := 0; i < len(headers); i += 2 {
			s.Headers, s.Forged = map[string]string{headers[i]: headers[i+1]}, true
		}
		return s
	}
	post := func(who, path, query string) Step {
		return Step{Who: who, Method: "POST", Host: host, Path: path, Query: query}
	}
	lie := func(path string, headers map[string]string) []Step {
		return []Step{{Who: "mallory", Method: "GET", Host: host, Path: path, Headers: headers, Forged: true}}
	}
	store := Step{Who: "anna", Method: "GET", Host: host, Path: "/stores/store/switch", Query: "store=fr"}
	stories := [][]Step{
		// The cookie of the store lives for a year, and the one that tells its pages apart for an hour
		// (github.com/magento/magento2/issues/9695).
		{store, {Wait: 2 * time.Hour}, get("anna", "/women.html"), get("bert", "/women.html")},
		// A session without the cookie that tells its pages apart, and the other way round
		// (github.com/magento/magento2/issues/9083).
		{post("anna", "/customer/account/loginPost", "customer=anna"), get("anna", "/women.html"), get("mallory", "/women.html", "Cookie", "X-Magento-Vary=hash-of-wholesale-EUR-default"), get("cora", "/women.html")},
		// Another visitor's name from a section that was kept (github.com/magento/magento2/issues/14049).
		{post("anna", "/customer/account/loginPost", "customer=anna"), get("anna", "/customer/section/load/"), get("bert", "/customer/section/load/")},
		// What must not be kept is asked for twice in a second.
		{get("anna", "/appointments"), get("bert", "/appointments")},
		{get("anna", "/appointments.html"), get("bert", "/appointments.html")},
		// A link that makes a victim's page end in what a cache takes for a file.
		{post("anna", "/customer/account/loginPost", "customer=anna"), get("anna", "/customer/section/load/x.css"), get("mallory", "/customer/section/load/x.css")},
		{post("anna", "/customer/account/loginPost", "customer=anna"), {Who: "anna", Method: "GET", Host: host, Path: "/customer/section/load/x.html", Forged: true}, get("mallory", "/customer/section/load/x.html", "Accept", "text/html")},
		// A key that an attacker chooses, so that his own page is kept for everybody.
		{{Who: "mallory", Method: "GET", Host: host, Path: "/women.html", Forged: true, Headers: map[string]string{"X-Cache-Scope": "shared", "X-Requested-With": "XMLHttpRequest"}}, get("bert", "/women.html")},
		// A spelling of one page that CloudFront takes for another, and Magento for neither.
		{{Who: "mallory", Method: "GET", Host: host, Path: "/joust-duffle-bag.html/../women.html", Forged: true}, get("bert", "/women.html")},
		// A cart of a visitor who had no session before.
		{post("guest", "/checkout/cart/add", ""), get("guest", "/checkout/cart")},
		// A form of a module that the edge does not know of: it is a page's path, and no page.
		{post("guest", "/checkout/cart/add", ""), {Who: "guest", Method: "POST", Host: host, Path: "/loyalty/points", Known: true}},
		{post("guest", "/checkout/cart/add", ""), {Who: "guest", Method: "POST", Host: host, Path: "/loyalty/points.html", Known: true}},
		// What is read and changes something is done, and its answer does not come.
		{post("anna", "/customer/account/loginPost", "customer=anna"), {Fault: noAnswer()}, get("anna", "/customer/account/logout")},
		// A page of a form that a GET carries along, in chunks or without a length, which PHP reads and no key has.
		{{Who: "mallory", Method: "GET", Host: host, Path: "/women.html", Body: "<script>", Forged: true}, get("bert", "/women.html")},
		// An answer of which half has come when the connection breaks.
		{{Fault: truncatedBody()}, get("anna", "/women.html"), {Fault: noFault()}, get("bert", "/women.html")},
		// A token of an API on a page.
		{post("anna", "/checkout/cart/add", ""), {Who: "anna", Method: "GET", Host: host, Path: "/women.html", Headers: map[string]string{"Authorization": "its token"}}, get("bert", "/women.html")},
	}
	// A lie about where a request came from, or what it was, on a page that is made for who tells it and where sessions decide.
	for _, name := range append([]string{"X-Forwarded-For", magento.ClientIPHeader}, fakeshop.Forgeable...) {
		value := forgeries[http.CanonicalHeaderKey(name)]
		stories = append(stories,
			lie("/women.html", map[string]string{name: value, "X-Requested-With": "XMLHttpRequest"}),
			lie("/customer/account", map[string]string{name: value}))
	}
	// The same page of two shops.
	if len(hosts) > 1 {
		stories = append(stories, []Step{get("anna", "/women.html"), {Who: "bert", Method: "GET", Host: hosts[1], Path: "/women.html"}})
	}
	return stories
}

func noAnswer() *fakeshop.Fault      { return faultOf(fakeshop.NoAnswer) }
func truncatedBody() *fakeshop.Fault { return faultOf(fakeshop.TruncatedBody) }
func noFault() *fakeshop.Fault       { return faultOf(fakeshop.NoFault) }

func faultOf(fault fakeshop.Fault) *fakeshop.Fault { return &fault }
