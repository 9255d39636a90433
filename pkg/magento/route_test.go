package magento_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/magento"
)

// frontNames is Magento's own list: the attribute frontName of every etc/frontend/routes.xml of Magento Open Source
// 2.4.4 and 2.4.6-p1 under the router "standard", that of PayPal_Braintree, which is bundled, and that of 2.4.7-p6 and
// 2.4.8-p1.
const frontNames = `api captcha catalog catalogsearch checkout cms contact cookie customer directory downloadable
giftmessage instantpurchase inventory_catalog loginascustomer magento_version mui multishipping newsletter oauth
page_cache pagebuilder paypal persistent productalert review robots rss sales search securitytxt sendfriend shipping
stores swagger swatches translation vault wishlist braintree paymentservicespaypal`

func TestEveryFrontNameIsKnown(t *testing.T) {
	var known []string
	for _, r := range magento.Routes() {
		if r.Kind == magento.FrontName {
			known = append(known, r.Name)
		}
	}
	assert.ElementsMatch(t, strings.Fields(frontNames), known)
}

func TestEveryAreaIsKnown(t *testing.T) {
	for _, name := range []string{"rest", "soap", "graphql"} {
		route, found := magento.FindRoute("/" + name + "/V1/products")
		require.True(t, found, name)
		assert.Equal(t, magento.Area, route.Kind, name)
		assert.Equal(t, magento.API, route.Audience, name)
	}
}

func TestRoutesAreSortedUniqueAndExplained(t *testing.T) {
	routes := magento.Routes()
	for i, r := range routes {
		assert.NotEmpty(t, r.Why, r.Name)
		assert.NotEmpty(t, r.Audience, r.Name)
		assert.Equal(t, r.Kind == magento.EntryPoint, r.Module == "", r.Name)
		if i > 0 {
			assert.Less(t, routes[i-1].Name, r.Name)
		}
		for _, path := range slices.Concat(r.Sessions, r.Pages) {
			assert.Equal(t, magento.Public, r.Audience, "%s is public, or whole", path)
			assert.True(t, path == r.Name || strings.HasPrefix(path, r.Name+"/"), path)
		}
		for _, path := range r.Controllers {
			assert.Equal(t, magento.Session, r.Audience, path)
			assert.True(t, strings.HasPrefix(path, r.Name+"/"), path)
		}
	}
}

// TestWhatSessionsDecideIsNotPublic holds what core itself would let a shared cache keep, and the GETs that change
// something.
func TestWhatSessionsDecideIsNotPublic(t *testing.T) {
	for _, path := range []string{
		"sales/order/printShipment", "wishlist/index/configure/id/3", "checkout/cart/configure/id/3", "checkout/onepage/failure",
		"customer/account/confirmation", "customer/account/logoutSuccess", "sales/guest/form", // public by their headers
		"customer/account/logout", "customer/ajax/logout", "customer/address/delete", "wishlist/index/add", "stores/store/switch",
		"stores/store/redirect", "directory/currency/switch", "newsletter/subscriber/confirm", "newsletter/manage/save",
		"productalert/add/stock", "loginascustomer/login/index", "checkout/account/delegateCreate", "persistent/index/unsetCookie",
		"vault/cards/delete", "multishipping/checkout/overview", "paypal/express/start", "downloadable/download/link",
		"catalogsearch/searchTermsLog/save", "catalog/product_compare/index", "review/customer/index", // that change something
		"customer/section/load", "page_cache/block/render", "paymentservicespaypal/smartbuttons/updateorder",
	} {
		route, found := magento.FindRoute(path)
		require.True(t, found, path)
		excepted := slices.ContainsFunc(route.Sessions, func(s string) bool { return strings.HasPrefix(path, s) })
		assert.True(t, route.Audience != magento.Public || excepted, path)
	}
}

func TestPathsWithoutARoute(t *testing.T) {
	for _, path := range []string{"/", "", "/joust-duffle-bag.html", "/women/tops.html", "/Checkout", "/%63heckout"} {
		_, found := magento.FindRoute(path)
		assert.False(t, found, path)
	}
	for _, path := range []string{"/checkout", "//checkout", "checkout/cart"} {
		_, found := magento.FindRoute(path)
		assert.True(t, found, path)
	}
}

// messageRedirects are the actions below routes with public pages that redirect with a message: those in whose class a
// redirect is answered after messageManager->add… (app/code/Magento/*/Controller of 2.4.6-p1: Catalog, CatalogSearch, Cms,
// Cookie, Review, Robots, Securitytxt, Swatches, and the types of products). The message leaves in the cookie mage-messages
// (Magento\Theme\Controller\Result\MessagePlugin). Catalog\Controller\Product\View is not among them: it does so for a POST
// alone, and no pattern sees a method (docs/operations.md).
const messageRedirects = `catalog/product_compare/add catalog/product_compare/clear catalog/product_compare/remove
catalogsearch/advanced/result review/product/post`

// TestMessagesOfPublicRoutes have to reach whom they are for: no cookie leaves with a page.
func TestMessagesOfPublicRoutes(t *testing.T) {
	for _, path := range strings.Fields(messageRedirects) {
		route, found := magento.FindRoute(path)
		require.True(t, found, path)
		assert.Equal(t, magento.Public, route.Audience, path)
		below := func(s string) bool { return strings.HasPrefix(path, s) }
		assert.True(t, slices.ContainsFunc(route.Sessions, below), "%s answers with a message", path)
		assert.False(t, slices.ContainsFunc(route.Pages, below), path)
	}
}

func TestModulesThatManyShopsHave(t *testing.T) {
	modules := magento.ModuleRoutes()
	for i, r := range modules {
		assert.Equal(t, magento.Session, r.Audience, r.Name)
		assert.NotEmpty(t, r.Module, r.Name)
		assert.NotEmpty(t, r.Why, r.Name)
		_, core := magento.FindRoute(r.Name)
		assert.False(t, core, r.Name)
		assert.True(t, i == 0 || modules[i-1].Name < r.Name, r.Name)
	}
	for _, name := range []string{"adyen", "amazon_pay", "giftcard", "mollie", "rma", "sociallogin", "stripe"} {
		assert.True(t, slices.ContainsFunc(modules, func(r magento.Route) bool { return r.Name == name }), name)
	}
}
