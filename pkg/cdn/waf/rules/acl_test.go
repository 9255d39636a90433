package rules_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/cdn/waf/rules/rulestest"
)

const adminPath = "Werkbank_7f3k"

var (
	office  = netip.MustParseAddr("192.0.2.17")
	office6 = netip.MustParseAddr("2001:db8:42::17")
	visitor = netip.MustParseAddr("198.51.100.9")
	monitor = netip.MustParseAddr("203.0.113.5")
)

// policy is that of a shop with an office and nothing else.
func policy(changes ...func(*rules.Policy)) rules.Policy {
	p := rules.Policy{
		Mode: rules.ModeBlock, Capacity: rules.IncludedCapacity, AdminPath: adminPath, AdminOpen: true,
		AdminNetworks:   []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8:42::/48")},
		HealthCheckPath: "/health_check.php", BotControl: rules.BotsOff,
		Limits: rules.Limits{Pages: 5000, CustomerLogin: 50, AdminLogin: 20, Accounts: 30, Payments: 100, Searches: 400},
	}
	for _, change := range changes {
		change(&p)
	}
	return p
}

func acl(t *testing.T, changes ...func(*rules.Policy)) rules.ACL {
	t.Helper()
	made, err := policy(changes...).ACL()
	require.NoError(t, err)
	return made
}

// prefixed are the ways in which Magento takes a route.
func prefixed(path string) []string {
	var paths []string
	for _, prefix := range []string{"", "/", "/index.php", "/de", "/index.php/de", "/pub/index.php", "/pub/index.php/ch_fr", "/shop"} {
		paths = append(paths, prefix+path)
	}
	return paths
}

func post(path, body string) rulestest.Request {
	return rulestest.Request{Method: "POST", Path: path, Body: body, From: visitor}
}

// TestLimits is what counts for which limit, in every form that Magento takes it in.
func TestLimits(t *testing.T) {
	made := acl(t)
	for limit, requests := range map[string][]rulestest.Request{
		"too-many-customer-login": {
			post("/customer/account/loginPost", ""), post("/customer/account/loginPost/referer/aHR0cA,,/", ""), post("/customer/account/LOGINPOST", ""),
			post("/customer/ajax/login", ""), post("/customer/ajax/login/x.css", ""),
			post("/rest/V1/integration/customer/token", ""), post("/rest/de/V1/integration/customer/token", ""), post("/rest/all/V1/integration/customer/token", ""),
			post("/graphql", `{"query":"mutation { generateCustomerToken(email: \"a\", password: \"b\") { token } }"}`),
			post("/graphql", `{"query":"mutation { generateCustomer\u0054oken(email: \"a\") { token } }"}`),
			post("/graphql/", strings.Repeat(" ", 17<<10)+`{"query":"mutation { generateCustomerToken }"}`),
		},
		"too-many-accounts": {
			post("/customer/account/createPost", ""), post("/customer/account/createpost/", ""), post("/customer/account/forgotPasswordPost", ""),
			post("/customer/account/resetPasswordPost", ""), post("/newsletter/subscriber/new", ""), post("/contact/index/post", ""), post("/sendfriend/product/sendmail", ""),
			post("/rest/V1/customers", ""), post("/rest/V1/customers/", ""), post("/rest/de/async/V1/customers", ""),
			post("/rest/V1/customers/password", ""), post("/rest/V1/customers/resetPassword", ""), post("/rest/V1/customers/isEmailAvailable", ""),
			post("/graphql", `{"query":"mutation { createCustomer(input: {}) { x } }"}`), post("/graphql", `{"query":"mutation { createCustomerV2(input: {}) { x } }"}`),
			post("/graphql", `{"query":"mutation { requestPasswordResetEmail(email: \"a\") }"}`),
		},
		"too-many-payments": {
			post("/checkout/cart/couponPost", ""), post("/checkout/onepage/saveOrder", ""), post("/paypal/transparent/requestSecureToken", ""), post("/instantpurchase/button/placeOrder", ""), post("/braintree/paypal/placeOrder", ""), post("/giftcard/cart/add", ""),
			post("/rest/V1/guest-carts", ""), post("/rest/de/V1/guest-carts/mAsKeD123/payment-information", ""), post("/rest/V1/guest-carts/m/set-payment-information", ""),
			post("/rest/V1/carts/mine/payment-information", ""), post("/rest/V1/guest-carts/m/coupons/SUMMER", ""), post("/rest/V1/guest-carts/m/order", ""),
			post("/graphql", `{"query":"mutation { placeOrder(input: {}) { order } }"}`), post("/graphql", `{"query":"mutation { applyCouponToCart(input: {}) { x } }"}`),
		},
		"too-many-searches": {
			{Path: "/catalogsearch/result/index/"}, {Path: "/catalogsearch/advanced/result"}, {Path: "/search/ajax/suggest"}, {Path: "/rest/V1/search"},
			post("/graphql", `{"query":"{ products(search: \"x\") { items } }"}`),
		},
	} {
		for _, request := range requests {
			for _, path := range prefixed(request.Path) {
				request.Path = path
				d := rulestest.Evaluate(made, request)
				assert.Equal(t, rules.Allow, d.Action, "%s, by %s", path, d.By)
				assert.Contains(t, d.Rates, limit, "%s %.60s", path, request.Body)
				request.TooOften = []string{limit}
				assert.Equal(t, limit, rulestest.Evaluate(made, request).By, path)
				request.TooOften = nil
			}
		}
	}
}

// TestAdminLogins count in the admin and by REST, from where it can be reached, however the form is encoded.
func TestAdminLogins(t *testing.T) {
	closed := acl(t, func(p *rules.Policy) { p.AdminOpen = false })
	for _, route := range []string{"/rest/V1/integration/admin/token", "/rest/de/V1/tfa/provider/google/authenticate", "/rest/all/async/V1/integration/admin/token"} {
		for _, path := range prefixed(route) {
			request := post(path, `{"username":"a","password":"b"}`)
			assert.Equal(t, "admin-from-outside", rulestest.Evaluate(acl(t), request).By, path)
			request.From = office
			assert.Contains(t, rulestest.Evaluate(acl(t), request).Rates, "too-many-admin-login", path)
			assert.Equal(t, "admin-from-outside", rulestest.Evaluate(closed, request).By, path)
		}
	}
	for _, body := range []string{"form_key=x&login[username]=a&login[password]=b", "login%5Busername%5D=a", "%6cog%69n%5busername%5D=a"} {
		request := post("/"+adminPath+"/admin/dashboard", body)
		request.From = office
		assert.Contains(t, rulestest.Evaluate(acl(t), request).Rates, "too-many-admin-login", body)
	}
}

// TestEverydayRequests count for nothing but pages, and get through.
func TestEverydayRequests(t *testing.T) {
	made := acl(t)
	for _, request := range []rulestest.Request{
		{Path: "/"}, {Path: "/de/"}, {Path: "/index.php"}, {Path: "/women/tops.html"}, {Path: "/checkout"}, {Path: "/checkout/cart"},
		{Path: "/customer/account"}, {Path: "/customer/account/login"}, {Path: "/customer/section/load"}, {Path: "/rest/de/V1/carts/mine"},
		{Path: "/rest/V1/customers/me"}, {Path: "/.well-known/security.txt"}, {Path: "/.well-known/apple-developer-merchantid-domain-association"},
		{Path: "/robots.txt"}, {Path: "/sitemap.xml"}, {Path: "/health_check.php"}, {Path: "/app.html"}, {Path: "/update"}, {Path: "/setup-guide.html"}, {Path: "/vendor/acme"}, {Path: "/vendor/acme/shoes.html"}, {Path: "/vendor/acme/shoes"}, {Path: "/generated-art.html"},
		post("/checkout/cart/add/uenc/aHR0cA,,/product/7", "qty=1"), post("/graphql", `{"query":"{ cart(cart_id: \"x\") { items { id __typename } } }"}`),
		post("/rest/V1/guest-carts/m/estimate-shipping-methods", `{"address":{"country_id":"DE","street":["datastreet"]}}`),
		post("/graphql", `{"query":"mutation { createCustomerAddress(input: {firstname: \"data is url\"}) { id } }"}`),
	} {
		d := rulestest.Evaluate(made, request)
		assert.Equal(t, rules.Allow, d.Action, "%s, by %s", request.Path, d.By)
		assert.Equal(t, []string{"too-many-pages"}, d.Rates, request.Path)
	}
	for _, path := range []string{"/static/version1/frontend/x.css", "/media/catalog/product/a/b/x.jpg", "/pub/static/x.js"} {
		d := rulestest.Evaluate(made, rulestest.Request{Path: path})
		assert.Equal(t, rules.Allow, d.Action, "%s, by %s", path, d.By)
		assert.Empty(t, d.Rates, path)
	}
}

// TestTheAdmin is for its networks alone.
func TestTheAdmin(t *testing.T) {
	closed := acl(t, func(p *rules.Policy) { p.AdminOpen = false })
	counting := acl(t, func(p *rules.Policy) { p.Mode = rules.ModeCount })
	for _, path := range prefixed("/" + adminPath) {
		for _, below := range []string{"", "/", "/admin/dashboard", "/../static/x.css", "/.."} {
			request := rulestest.Request{Path: path + below, From: visitor}
			for name, made := range map[string]rules.ACL{"open": acl(t), "counting": counting, "closed": closed} {
				assert.Equal(t, "admin-from-outside", rulestest.Evaluate(made, request).By, "%s %s", name, request.Path)
			}
			for _, address := range []netip.Addr{office, office6} {
				request.From = address
				assert.Equal(t, rules.Allow, rulestest.Evaluate(acl(t), request).Action, "%s from %s", request.Path, address)
				assert.Equal(t, rules.Block, rulestest.Evaluate(closed, request).Action, "%s from %s", request.Path, address)
			}
		}
	}
}

// TestAttacks are stopped wherever they come from.
func TestAttacks(t *testing.T) {
	made := acl(t)
	for by, requests := range map[string][]rulestest.Request{
		"attack-paths": {
			{Path: "/.git/config"}, {Path: "/.env"}, {Path: "/static/.svn/entries"}, {Path: "/media/../.git/HEAD"}, {Path: "/setup/"}, {Path: "/pub/setup"},
			{Path: "/index.php/setup"}, {Path: "/phpserver/"}, {Path: "/app/etc/x"}, {Path: "/app/code/x"}, {Path: "/app/design/x"}, {Path: "/lib/internal/x"}, {Path: "/var/report/1"}, {Path: "/vendor/composer/installed.json"}, {Path: "/pub/vendor/acme/x/README.md"}, {Path: "/generated/code/x"}, {Path: "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php"}, {Path: "/app/etc/env.php"}, {Path: "/app/etc/local.xml"},
			{Path: "/var/log/system.log"}, {Path: "/dev/tests/x"}, {Path: "/composer.lock"}, {Path: "/auth.json"}, {Path: "/db.sql.gz"}, {Path: "/phpinfo.php"},
			{Path: "/get.php"}, {Path: "/static.php"}, {Path: "/cron.php"}, {Path: "/media/x.phtml"}, {Path: "/media/x.php/y.jpg"}, {Path: "/index.php/../shell.php"},
			{Path: "/media/custom_options/quote/a/b/x.jpg"}, {Path: "/media/customer_address/s/e/sess_x"}, {Path: "/pub/media/downloadable/x"}, {Path: "/media/x/../import/y.csv"},
			{Path: "/magento_version"}, {Path: "/swagger"}, {Path: "/soap/default?wsdl"}, {Path: "/rest/all/schema"}, {Path: "/rest/schema"},
			post("/customer/address_file/upload", ""), post("/index.php/de/customer/address_file/upload", ""),
		},
		"attack-payloads": {
			post("/rest/default/V1/guest-carts/1/estimate-shipping-methods", `{"address":{"totalsCollector":{"collectorList":{"totalCollector":{"sourceData":{"data":"http://x/x.xml","dataIsURL":true}}}}}}`),
			post("/rest/V1/guest-carts/1/estimate-shipping-methods", `{"address":{"totals_collector":{"s_ource_da_ta":{}}}}`),
			post("/rest/V1/guest-carts/1/estimate-shipping-methods", `{"address":{"x":{"d\u0061taIsURL":true}}}`),
			post("/rest/V1/guest-carts/1/estimate-shipping-methods", "<request><address><sourceData><data/></sourceData></address></request>"),
			post("/rest/V1/guest-carts/1/estimate-shipping-methods", "<request><source_data\n/></request>"),
			post("/rest/V1/guest-carts/1/estimate-shipping-methods", `<!DOCTYPE r [<!ENTITY e "&#60;dataIsURL>1&#60;/dataIsURL>">]><r>&e;</r>`),
			post("/rest/V1/guest-carts/1/order", `{"paymentMethod":{"paymentData":{"context":{"urlBuilder":{"session":{"sessionConfig":{"savePath":"media/customer_address/s/e"}}}}}}}`),
			post("/rest/V1/guest-carts/1/items", `{"cartItem":{"product_option":{"extension_attributes":{"custom_options":[{"extension_attributes":{"file_info":{"base64_encoded_data":"x"}}}]}}}}`),
			post("/rest/V1/guest-carts/1/shipping-information", `{"firstname":"{{var this.getTemp%00lateFilter().addAfterFilterCallback(system)}}"}`),
			post("/customer/address/formPost", "firstname=%7B%7Bvar%20this.getTemplateFilter%28%29.%66ilter(a)addAfter%46ilterCall%62ack"),
		},
		"graphql-abuse": {
			post("/graphql", `{"query":"mutation { a: generateCustomerToken(email: \"a\", password: \"1\") { token } b: generateCustomerToken(email: \"a\", password: \"2\") { token } }"}`),
			post("/graphql", `{"query":"{ __schema { types { name } } }"}`),
		},
		"rewriting-headers": {
			{Path: "/", Headers: map[string]string{"X-Original-URL": "/" + adminPath}}, {Path: "/", Headers: map[string]string{"x-rewrite-url": ""}},
			{Path: "/", Headers: map[string]string{"X-HTTP-Method-Override": "DELETE"}},
		},
	} {
		for _, request := range requests {
			for _, from := range []netip.Addr{visitor, office} {
				request.From = from
				assert.Equal(t, by, rulestest.Evaluate(made, request).By, "%s %s", request.Path, request.Body)
			}
		}
	}
	soap := acl(t, func(p *rules.Policy) { p.SOAP, p.Capacity = true, 2000 })
	assert.Equal(t, rules.Allow, rulestest.Evaluate(soap, rulestest.Request{Path: "/soap/default"}).Action)
	assert.Contains(t, rulestest.Evaluate(soap, post("/soap/default", "<integrationCustomerTokenServiceV1CreateCustomerAccessTokenRequest>")).Rates, "too-many-customer-login")
}

// TestFindings of the managed groups stop requests only where Magento has no use for such content.
func TestFindings(t *testing.T) {
	made := acl(t, func(p *rules.Policy) { p.CallbackPaths = []string{"/stripe/webhooks"} })
	script := map[rules.Group][]string{rules.Core: {"CrossSiteScripting_BODY"}}
	for _, c := range []struct {
		about, path string
		from        netip.Addr
		found       map[rules.Group][]string
		by          string
	}{
		{"a CMS page is saved", "/" + adminPath + "/cms/page/save", office, script, ""},
		{"a CMS page is saved by an integration", "/rest/all/V1/cmsPage/2", visitor, script, ""},
		{"a script in a form", "/contact/index/post", visitor, script, "findings"},
		{"a script in a review", "/index.php/de/review/product/post/id/7", visitor, script, "findings"},
		{"SQL in a form", "/customer/account/createPost", visitor, map[rules.Group][]string{rules.SQLInjection: {"SQLiExtendedPatterns_BODY"}}, "sql-injection"},
		{"PHP in a form", "/contact/index/post", visitor, map[rules.Group][]string{rules.PHP: {"PHPHighRiskMethodsVariables_BODY"}}, "php"},
		{"a shell in a form", "/contact/index/post", visitor, map[rules.Group][]string{rules.Unix: {"UNIXShellCommandsVariables_BODY"}}, "unix"},
		{"a script in a query", "/women.html", visitor, map[rules.Group][]string{rules.Core: {"CrossSiteScripting_QUERYARGUMENTS"}}, "findings"},
		{"a script in a filter of a grid", "/" + adminPath + "/cms/page", office, map[rules.Group][]string{rules.Core: {"CrossSiteScripting_QUERYARGUMENTS"}}, ""},
		{"a file of the system", "/" + adminPath + "/cms/page", office, map[rules.Group][]string{rules.Core: {"GenericLFI_URIPATH"}}, "core"},
		{"a long page", "/" + adminPath + "/cms/page/save", office, map[rules.Group][]string{rules.Core: {"SizeRestrictions_BODY"}}, ""},
		{"a long form", "/contact/index/post", visitor, map[rules.Group][]string{rules.Core: {"SizeRestrictions_BODY"}}, "long-bodies"},
		{"a file of a customer", "/de/checkout/cart/add/product/7", visitor, map[rules.Group][]string{rules.Core: {"SizeRestrictions_BODY"}}, ""},
		{"a grid's filter", "/" + adminPath + "/sales/order/index", office, map[rules.Group][]string{rules.Core: {"SizeRestrictions_QUERYSTRING"}}, ""},
		{"a long query", "/women.html", visitor, map[rules.Group][]string{rules.Core: {"SizeRestrictions_QUERYSTRING"}}, "findings"},
		{"many cookies", "/", visitor, map[rules.Group][]string{rules.Core: {"SizeRestrictions_Cookie_HEADER"}}, ""},
		{"no name of a browser", "/", visitor, map[rules.Group][]string{rules.Core: {"NoUserAgent_HEADER"}}, ""},
		{"PayPal, without a name", "/paypal/ipn", visitor, map[rules.Group][]string{rules.Core: {"NoUserAgent_HEADER"}}, ""},
		{"Stripe, without a name", "/stripe/webhooks/index", visitor, map[rules.Group][]string{rules.Core: {"NoUserAgent_HEADER", "CrossSiteScripting_BODY"}}, ""},
		{"Log4Shell", "/rest/V1/x", visitor, map[rules.Group][]string{rules.KnownBadInputs: {"Log4JRCE_BODY"}}, "known-bad-inputs"},
		{"a known attacker", "/", visitor, map[rules.Group][]string{rules.IPReputation: {"AWSManagedIPReputationList"}}, "ip-reputation"},
	} {
		d := rulestest.Evaluate(made, rulestest.Request{Method: "POST", Path: c.path, From: c.from, Found: c.found})
		assert.Equal(t, c.by, d.By, c.about)
	}
}

// TestPlaces is where visitors may come from.
func TestPlaces(t *testing.T) {
	only := acl(t, func(p *rules.Policy) {
		p.AllowedCountries, p.Capacity = []string{"DE", "AT"}, 2000
		p.TrustedNetworks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
		p.BlockedNetworks = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	})
	without := acl(t, func(p *rules.Policy) { p.BlockedCountries, p.Capacity = []string{"KP"}, 2000 })
	elsewhere := netip.MustParseAddr("192.0.3.1")
	for _, c := range []struct {
		about   string
		acl     rules.ACL
		request rulestest.Request
		by      string
	}{
		{"at home", only, rulestest.Request{From: elsewhere, Country: "AT", Path: "/"}, ""},
		{"abroad", only, rulestest.Request{From: elsewhere, Country: "US", Path: "/"}, "countries"},
		{"a callback", only, rulestest.Request{From: elsewhere, Country: "US", Path: "/paypal/ipn"}, ""},
		{"a health check", only, rulestest.Request{From: elsewhere, Country: "US", Path: "/health_check.php"}, ""},
		{"a trusted network", only, rulestest.Request{From: monitor, Country: "US", Path: "/customer/ajax/login", TooOften: []string{"too-many-customer-login"}}, "trusted-networks"},
		{"a blocked network", only, rulestest.Request{From: visitor, Country: "DE", Path: "/"}, "blocked-networks"},
		{"an attack from a trusted network", only, rulestest.Request{From: monitor, Path: "/.env"}, "attack-paths"},
		{"a blocked country", without, rulestest.Request{From: elsewhere, Country: "KP", Path: "/"}, "countries"},
		{"another country", without, rulestest.Request{From: elsewhere, Country: "KR", Path: "/"}, ""},
	} {
		assert.Equal(t, c.by, rulestest.Evaluate(c.acl, c.request).By, c.about)
	}
}

// TestCounting stops no request but at the admin and at the way around its rule.
func TestCounting(t *testing.T) {
	made := acl(t, func(p *rules.Policy) { p.Mode = rules.ModeCount })
	var stop []string
	for _, rule := range made.Rules {
		if rule.Action != rules.Count {
			stop = append(stop, rule.Name)
		}
	}
	assert.Equal(t, []string{"rewriting-headers", "admin-from-outside"}, stop)
	d := rulestest.Evaluate(made, rulestest.Request{Path: "/.env", From: visitor})
	assert.Equal(t, rules.Allow, d.Action)
	assert.Contains(t, d.Counted, "attack-paths", "the log tells what would have been stopped")
}

// TestPaidGroups look at what they are paid for, and need an allowance.
func TestPaidGroups(t *testing.T) {
	made := acl(t, func(p *rules.Policy) {
		p.BotControl, p.AccountTakeoverPrevention, p.Capacity = rules.BotsTargeted, true, 2000
	})
	bot := map[rules.Group][]string{rules.Bots: {"CategoryScraping"}}
	assert.Equal(t, "bots", rulestest.Evaluate(made, rulestest.Request{Path: "/women.html", Found: bot}).By)
	for _, path := range []string{"/static/x.css", "/rest/V1/products", "/paypal/ipn"} {
		assert.Empty(t, rulestest.Evaluate(made, rulestest.Request{Path: path, Found: bot}).By, path)
	}
	names := func(a rules.ACL) (all []string) {
		for _, rule := range a.Rules {
			all = append(all, rule.Name)
		}
		return all
	}
	assert.Contains(t, names(made), "account-takeover")
	assert.NotContains(t, names(acl(t)), "bots")
	assert.Equal(t, acl(t).Capacity()+50+50+1+4, made.Capacity(), fmt.Sprint(names(made)))
	assert.True(t, slices.IndexFunc(made.Rules, func(r rules.Rule) bool { return r.Name == "ip-reputation" }) == 0, "it costs least and stops most")
}
