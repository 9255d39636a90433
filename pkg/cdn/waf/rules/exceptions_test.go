package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/cdn/waf/rules/rulestest"
)

// areas are a request for each part of a shop, from where it is allowed.
func areas() map[string]rulestest.Request {
	return map[string]rulestest.Request{
		"a page":     {Path: "/women/tops.html", From: visitor},
		"a file":     {Path: "/static/x.css", From: visitor},
		"the admin":  {Path: "/" + adminPath + "/cms/page", From: office},
		"REST":       {Path: "/rest/V1/products", From: visitor},
		"GraphQL":    {Path: "/de/graphql", From: visitor},
		"a callback": {Path: "/paypal/ipn", From: visitor},
	}
}

// TestWhatABrowserBringsAlongStopsNobody holds that no cookie and no header alone closes any part of the shop, and that the log
// tells of it.
func TestWhatABrowserBringsAlongStopsNobody(t *testing.T) {
	made := acl(t)
	tried := 0
	for _, group := range []rules.Group{rules.Core, rules.KnownBadInputs, rules.SQLInjection, rules.PHP, rules.Unix} {
		for _, rule := range group.Rules() {
			if !strings.HasSuffix(rule, "_COOKIE") && !strings.HasSuffix(rule, "_HEADER") {
				continue
			}
			for area, request := range areas() {
				request.Found = map[rules.Group][]string{group: {rule}}
				d := rulestest.Evaluate(made, request)
				assert.Equal(t, rules.Allow, d.Action, "%s in %s, by %s", rule, area, d.By)
				tried++
			}
		}
	}
	assert.GreaterOrEqual(t, tried, 9*6)
	for _, path := range []string{"/women/tops.html", "/static/x.css"} {
		d := rulestest.Evaluate(made, rulestest.Request{Path: path, Found: map[rules.Group][]string{rules.SQLInjection: {"SQLi_COOKIE"}}})
		assert.Contains(t, d.Counted, "sql-injection", path)
		assert.Contains(t, d.Labels, rules.SQLInjection.Label("SQLi_COOKIE"), path)
	}
}

// TestACookieHidesNothing holds that what counts alone does not keep a group from stopping the rest.
func TestACookieHidesNothing(t *testing.T) {
	both := map[rules.Group][]string{rules.SQLInjection: {"SQLi_COOKIE", "SQLi_QUERYARGUMENTS"}}
	assert.Equal(t, "sql-injection", rulestest.Evaluate(acl(t), found("/women/tops.html", both)).By)
	both = map[rules.Group][]string{rules.Core: {"CrossSiteScripting_COOKIE", "CrossSiteScripting_BODY"}}
	assert.Equal(t, "findings", rulestest.Evaluate(acl(t), found("/contact/index/post", both)).By)
}

// found is a form in which the managed groups find something.
func found(path string, what map[rules.Group][]string) rulestest.Request {
	return rulestest.Request{Method: "POST", Path: path, From: visitor, Found: what}
}

// TestQueriesAreJudgedAsBodies: anything may be in a grid's filter or an API's criteria, and in the query of a page it may not.
func TestQueriesAreJudgedAsBodies(t *testing.T) {
	made := acl(t)
	for _, group := range []rules.Group{rules.Core, rules.SQLInjection, rules.PHP, rules.Unix} {
		for _, rule := range group.Rules() {
			if !strings.HasSuffix(rule, "_QUERYARGUMENTS") && !strings.HasSuffix(rule, "_QUERYSTRING") {
				continue
			}
			for area, request := range areas() {
				request.Found = map[rules.Group][]string{group: {rule}}
				want := rules.Allow
				if area == "a page" || area == "a file" {
					want = rules.Block
				}
				assert.Equal(t, want, rulestest.Evaluate(made, request).Action, "%s in %s", rule, area)
			}
		}
	}
}

// TestCountedRules takes single rules of the groups out of action, in each of the ways in which they act, and no other.
func TestCountedRules(t *testing.T) {
	page := rulestest.Request{Path: "/women/tops.html", From: visitor}
	for group, names := range map[rules.Group][]string{
		rules.Core:           {"CrossSiteScripting_QUERYARGUMENTS", "GenericLFI_URIPATH", "SizeRestrictions_BODY"},
		rules.KnownBadInputs: {"Log4JRCE_BODY"}, rules.SQLInjection: {"SQLi_URIPATH"}, rules.PHP: {"PHPHighRiskMethodsVariables_BODY"},
		rules.IPReputation: {"AWSManagedReconnaissanceList"},
	} {
		for _, name := range names {
			page.Found = map[rules.Group][]string{group: {name}}
			assert.Equal(t, rules.Block, rulestest.Evaluate(acl(t), page).Action, name)
			excepted := acl(t, func(p *rules.Policy) { p.CountedRules = []string{name} })
			assert.Equal(t, rules.Allow, rulestest.Evaluate(excepted, page).Action, name)
			other := page
			other.Found = map[rules.Group][]string{rules.Core: {"GenericRFI_URIPATH"}}
			assert.Equal(t, rules.Block, rulestest.Evaluate(excepted, other).Action, name)
		}
	}
	everything := acl(t, func(p *rules.Policy) {
		for _, group := range rules.Groups() {
			p.CountedRules = append(p.CountedRules, group.Rules()...)
		}
	})
	assert.Less(t, everything.Capacity(), acl(t).Capacity())
	_, err := policy(func(p *rules.Policy) {
		p.CountedRules = []string{"SQLI_COOKIE", "SQLi_NOTHING", "SQLi_COOKIE", "SQLi_COOKIE"}
	}).ACL()
	require.Error(t, err)
	assert.ErrorContains(t, err, `counted rule "SQLI_COOKIE": must be written as AWS writes it: SQLi_COOKIE`)
	assert.ErrorContains(t, err, `counted rule "SQLi_NOTHING": must be the name of a rule`)
	assert.ErrorContains(t, err, "counted rule SQLi_COOKIE is named twice")
}

// TestMagentosOwnPictures are in hidden folders, and nothing else of those is public.
func TestMagentosOwnPictures(t *testing.T) {
	made := acl(t)
	for _, path := range []string{
		"/media/.renditions/wysiwyg/x.jpg", "/pub/media/.renditions/wysiwyg/banners/x.PNG", "/media/.thumbswysiwyg/x.jpg", "/media/.thumbswysiwyg/a/b/x.webp",
		"/media/.thumbs/x.gif", "/media/.renditions/catalog/category/x.y.jpeg", "/p/.net-book.html", "/.net-book.html", "/de/p/.net-book.html",
	} {
		d := rulestest.Evaluate(made, rulestest.Request{Path: path, From: visitor})
		assert.Equal(t, rules.Allow, d.Action, "%s, by %s", path, d.By)
	}
	for _, path := range []string{
		"/.env", "/media/.git/HEAD", "/media/.htaccess", "/p/.hidden", "/media/.renditions/.htaccess", "/media/.renditions/.git/x.jpg",
		"/media/.renditions/x.php", "/media/.renditions/x.php/y.jpg", "/media/.renditions/x.txt", "/media/.renditionsx/x.jpg", "/static/.renditions/x.jpg",
		"/media/x/.renditions/x.jpg", "/.git/x.html", "/p/.git/.x.html", "/media/.thumbs.git/x.jpg", "/x.php/.x.html", "/.htmlx",
	} {
		assert.Equal(t, "attack-paths", rulestest.Evaluate(made, rulestest.Request{Path: path, From: office}).By, path)
	}
}

// TestAreasAreAtTheFront of a path, behind what Magento takes off alone: pages and forms are named as they like.
func TestAreasAreAtTheFront(t *testing.T) {
	made := acl(t)
	german := acl(t, func(p *rules.Policy) { p.StoreCodes = []string{"German", "shop_b2b"} })
	for _, path := range []string{
		"/bath/soap/lavender-bar.html", "/bath/soap", "/brands/swagger/tee.html", "/blog/rest/schema", "/gifts/giftcard", "/bath/body/soap/default", "/soap-bars/soap",
	} {
		d := rulestest.Evaluate(made, rulestest.Request{Path: path, From: visitor})
		assert.Equal(t, rules.Allow, d.Action, "%s, by %s", path, d.By)
		assert.Equal(t, []string{"too-many-pages"}, d.Rates, path)
		assert.NotContains(t, d.Labels, rules.Label("area:rich"), path)
	}
	for _, path := range []string{"/soap/default", "/swagger", "/rest/all/schema", "/rest/schema"} {
		for _, prefix := range []string{"", "/", "/index.php", "/de", "/de_at", "/default", "/pub", "/pub/index.php/ch_fr", "/index.php/DE", "//index.php//de/"} {
			assert.Equal(t, "attack-paths", rulestest.Evaluate(made, rulestest.Request{Path: prefix + path}).By, prefix+path)
		}
		for _, prefix := range []string{"/german", "/index.php/German", "/shop_b2b"} {
			assert.Equal(t, "attack-paths", rulestest.Evaluate(german, rulestest.Request{Path: prefix + path}).By, prefix+path)
		}
		assert.Equal(t, rules.Allow, rulestest.Evaluate(german, rulestest.Request{Path: "/english" + path}).Action, path)
	}
	script := map[rules.Group][]string{rules.Core: {"CrossSiteScripting_BODY"}}
	for _, path := range []string{"/contact/index/post/rest/V1", "/contact/index/post/graphql", "/contact/index/post/paypal/ipn", "/de/contact/index/post/soap"} {
		assert.Equal(t, "findings", rulestest.Evaluate(made, found(path, script)).By, path)
	}
	assert.Empty(t, rulestest.Evaluate(german, found("/german/rest/V1/cmsPage", script)).By)
	many := policy(func(p *rules.Policy) {
		for c := 'a'; c <= 'z'; c++ {
			p.StoreCodes = append(p.StoreCodes, "store_"+string(c))
		}
	})
	assert.ErrorContains(t, many.Validate(), "web ACL capacity units", "codes take room in patterns")
	many.Capacity = 2000
	assert.NoError(t, many.Validate())
	assert.ErrorContains(t, policy(func(p *rules.Policy) { p.StoreCodes = []string{"de-at"} }).Validate(), `store code "de-at": must be the code of a store view`)
}

// TestLongForms are due where lists and files are sent, and nowhere else.
func TestLongForms(t *testing.T) {
	long := map[rules.Group][]string{rules.Core: {"SizeRestrictions_BODY"}}
	own := acl(t, func(p *rules.Policy) { p.UploadPaths, p.Capacity = []string{"/design/upload/save"}, 2000 })
	for _, path := range []string{
		"/checkout/cart/updatePost", "/checkout/cart/add/product/7", "/checkout/cart/addgroup", "/checkout/cart/updateItemOptions/id/3", "/checkout/cart/advancedAdd",
		"/wishlist/index/update/wishlist_id/2", "/wishlist/index/updateItemOptions", "/wishlist/index/allcart", "/wishlist/index/copyitems",
		"/multishipping/checkout/addressesPost", "/multishipping/checkout/shippingPost", "/multishipping/checkout/overviewPost",
		"/customer/account/createPost", "/customer/account/editPost", "/customer/address/formPost/id/7", "/customer_order/sku/uploadFile", "/quickorder/sku/uploadFile",
		"/rma/returns/create", "/rma/guest/create/order_id/5", "/giftregistry/index/updateItems", "/requisition_list/item/addToCart", "/negotiable_quote/quote/create",
	} {
		for _, prefix := range []string{"", "/index.php", "/de", "/index.php/de", "/german"} {
			d := rulestest.Evaluate(own, found(prefix+path, long))
			assert.Equal(t, rules.Allow, d.Action, "%s, by %s", prefix+path, d.By)
		}
	}
	assert.Equal(t, "long-bodies", rulestest.Evaluate(acl(t), found("/design/upload/save", long)).By)
	assert.Empty(t, rulestest.Evaluate(own, found("/de/design/upload/save/id/4", long)).By)
	for _, path := range []string{"/contact/index/post", "/customer/account/loginPost", "/design/upload", "/contact/index/post/checkout/cart", "/newsletter/subscriber/new/wishlist/x"} {
		assert.Equal(t, "long-bodies", rulestest.Evaluate(own, found(path, long)).By, path)
	}
	assert.ErrorContains(t, policy(func(p *rules.Policy) { p.UploadPaths = []string{"upload"} }).Validate(), `upload path "upload": must be of 2 to 8 segments`)
}
