package behaviors_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/magento"
)

// shop says what a page is, as every shop with a suffix may; everything takes for a page what no route is known for.
var (
	shop       = behaviors.Options{Pages: true, PagePaths: []string{"/", "*.html"}, AdminPath: "werkbank_p4m9", Sessions: []string{"ajaxsuite"}}
	everything = behaviors.Options{Pages: true, PagePaths: []string{"*.html", "*"}, AdminPath: "werkbank_p4m9", Sessions: []string{"ajaxsuite"}}
)

func list(t require.TestingT, options behaviors.Options) []behaviors.Behavior {
	found, err := behaviors.For(options)
	require.NoError(t, err)
	return found
}

// first is the behaviour that CloudFront takes: * is any characters, ? is one, and a leading slash is implied.
func first(all []behaviors.Behavior, path string) behaviors.Behavior {
	for _, b := range all {
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta("/" + strings.TrimPrefix(b.PathPattern, "/")))
		if b.PathPattern == behaviors.Default || regexp.MustCompile("^"+expression+"$").MatchString(path) {
			return b
		}
	}
	return behaviors.Behavior{}
}

// decided are the paths below which a session decides, a token or the staff, and the entry points.
func decided() (names, entries []string) {
	for _, route := range magento.Routes() {
		if route.Kind == magento.EntryPoint && route.Audience != magento.Static {
			entries = append(entries, route.Name)
			continue
		}
		names = append(names, route.Decided()...)
	}
	return append(names, "werkbank_p4m9", "ajaxsuite"), entries
}

// TestEveryFormOfAPathIsUncached tries each route that is not public as Magento answers it: alone, with more behind it,
// below store codes and below index.php.
func TestEveryFormOfAPathIsUncached(t *testing.T) {
	for name, options := range map[string]behaviors.Options{"pages that are named": shop, "everything is a page": everything} {
		t.Run(name, func(t *testing.T) {
			all := list(t, options)
			names, entries := decided()
			assert.Greater(t, len(names), 40)
			for _, name := range entries {
				assert.Equal(t, behaviors.Uncached, first(all, "/"+name).Caching, name)
				assert.Equal(t, behaviors.Uncached, first(all, "/"+name+"/x").Caching, name)
			}
			for _, name := range names {
				for _, form := range []string{"/%s", "/%s/", "/%s/index/index", "/%s/x.css", "/fr/%s", "/fr/%s/load", "/index.php/%s", "/index.php/%s/x", "/index.php/fr/%s/x", "/index.php/%s/x.html"} {
					path := fmt.Sprintf(form, name)
					b := first(all, path)
					assert.Equal(t, behaviors.Uncached, b.Caching, path)
					assert.Equal(t, behaviors.PrivateRequest, b.Function, path)
					assert.Equal(t, behaviors.LoadBalancer, b.Origin, path)
					assert.Contains(t, b.Methods, "POST", path)
				}
			}
		})
	}
}

// TestWordsInThePathsOfProducts are kept: Magento's front names stand at the root, or behind the code of a store view.
func TestWordsInThePathsOfProducts(t *testing.T) {
	for name, options := range map[string]behaviors.Options{"pages that are named": shop, "everything is a page": everything} {
		all := list(t, options)
		for _, path := range []string{
			"/gaming-muis.html", "/bath/soap/lavender-bar.html", "/brands/swagger/tee.html", "/pole-vault/poles.html", "/free-shipping-week.html", "/stores/berlin.html",
			"/setup-boxes.html", "/customer-service.html", "/search/lights.html", "/sales/last-pairs.html", "/p/.net-book.html", "/wishlist-ideas.html", "/contact-lenses.html",
		} {
			assert.Equal(t, behaviors.Pages, first(all, path).Caching, "%s: %s", name, path)
		}
	}
	all := list(t, everything)
	for _, path := range []string{"/gaming-muis", "/pole-vault/poles", "/free-shipping-week", "/stores/berlin", "/setup-boxes", "/errors-of-youth", "/sales/last-pairs", "/search-lights"} {
		assert.Equal(t, behaviors.Pages, first(all, path).Caching, path)
	}
}

// TestAModuleNeedsNoSetting where pages are named: what no setting names reaches Magento whole.
func TestAModuleNeedsNoSetting(t *testing.T) {
	all := list(t, shop)
	for _, path := range []string{"/adyen/return", "/ajaxlogin/login", "/rma/returns/history", "/fr/mollie/checkout/process", "/b2b", "/faq/ask/", "/about-us"} {
		assert.Equal(t, behaviors.Uncached, first(all, path).Caching, path)
		assert.Equal(t, behaviors.Default, first(all, path).PathPattern, path)
	}
	assert.Empty(t, behaviors.PrivatePaths(behaviors.Options{Pages: true, PagePaths: []string{"/"}}))
	assert.Subset(t, behaviors.PrivatePaths(everything), []string{"adyen", "ajaxsuite", "giftcard", "rma"})
}

// TestFortyModules fit, among pages that are named also if each has to be.
func TestFortyModules(t *testing.T) {
	many := shop
	many.Sessions = nil
	for i := range 40 {
		many.Sessions = append(many.Sessions, fmt.Sprintf("module_%d", i))
	}
	all := list(t, many)
	assert.LessOrEqual(t, len(all), behaviors.MaxBehaviors)
	for _, name := range many.Sessions {
		for _, form := range []string{"/%s", "/%s/x", "/%s/x.html", "/fr/%s/x", "/index.php/%s/x.html"} {
			assert.Equal(t, behaviors.Uncached, first(all, fmt.Sprintf(form, name)).Caching, name)
		}
	}
	many.PagePaths = []string{"*"}
	_, err := behaviors.For(many)
	assert.ErrorContains(t, err, `say so in cacheBehaviors, or name what is a page in pagePaths in place of "*"`)
}

func TestPagesAndFiles(t *testing.T) {
	all := list(t, shop)
	for _, path := range []string{"/", "/women.html", "/women/tops.html", "/wholesales.html", "/restaurant-chairs.html", "/contact-lenses.html", "/soap-bars.html",
		"/catalog/product/view/id/1", "/fr/catalog/category/view/id/1", "/catalogsearch/result/", "/fr/joust-duffle-bag.html", "/cms/page/view", "/robots.txt", "/interests.html"} {
		assert.Equal(t, behaviors.Pages, first(list(t, everything), path).Caching, path)
		assert.Equal(t, behaviors.Pages, first(all, path).Caching, path)
		assert.Equal(t, behaviors.PagesFunction, first(all, path).Function, path)
	}
	assert.Equal(t, behaviors.Deployed, first(all, "/static/version1/frontend/x.css").Caching)
	assert.Equal(t, behaviors.Files, first(all, "/static/version1/frontend/x.css").Origin)
	assert.Equal(t, behaviors.Media, first(all, "/media/catalog/product/x.jpg").Origin)
	assert.Equal(t, behaviors.Uncached, first(all, "/media/captcha/base/x.png").Caching, "on the pod's disk alone")
	assert.Equal(t, behaviors.LoadBalancer, first(all, "/media/captcha/base/x.png").Origin)
	assert.Equal(t, behaviors.Uncached, first(all, "/index.php").Caching)
	assert.NotContains(t, first(all, "/static/x").Methods, "POST")
	assert.Equal(t, behaviors.Default, all[len(all)-1].PathPattern)
}

func TestNothingOfPagesIsKeptWhereTheShopSaysSo(t *testing.T) {
	options := shop
	options.Pages = false
	all := list(t, options)
	assert.False(t, behaviors.Keeps(all, behaviors.Pages))
	assert.Equal(t, behaviors.Uncached, first(all, "/women.html").Caching)
	assert.Equal(t, behaviors.PrivateRequest, first(all, "/women.html").Function)
	assert.True(t, behaviors.Keeps(all, behaviors.Deployed))
}

// TestWhatIsKeptIsAnchored holds that no path but those of files is kept without the function that looks for a visitor.
func TestWhatIsKeptIsAnchored(t *testing.T) {
	for _, b := range list(t, shop) {
		assert.NotEmpty(t, b.Why, b.PathPattern)
		switch b.Caching {
		case behaviors.Deployed, behaviors.Bucket:
			assert.Contains(t, []string{"/static/*", "/media/*"}, b.PathPattern)
		case behaviors.Pages:
			assert.Equal(t, behaviors.PagesFunction, b.Function)
		}
	}
}

func TestQuotas(t *testing.T) {
	many := shop
	many.Sessions = nil
	for i := range behaviors.MaxBehaviors - len(list(t, many)) {
		many.Sessions = append(many.Sessions, fmt.Sprintf("module-%d", i))
	}
	assert.Len(t, list(t, many), behaviors.MaxBehaviors, "up to the quota")
	many.Sessions = append(many.Sessions, "onemore")
	_, err := behaviors.For(many)
	assert.ErrorContains(t, err, "76 behaviours: the distribution may have 75; have AWS raise the quota and say so in cacheBehaviors")
	many.Quota = 100
	_, err = behaviors.For(many)
	assert.NoError(t, err)
	assert.LessOrEqual(t, len(list(t, everything)), behaviors.MaxBehaviors)
}

func TestPathsOfModules(t *testing.T) {
	for _, path := range []string{"rma", "b2b", "faq", "ajaxsuite", "quick-checkout", "catalog/product_ask", "cms/ask", "mp", strings.Repeat("x", 250)} {
		assert.NoError(t, behaviors.CheckPath(path), path)
	}
	for path, want := range map[string]string{
		"html": "stands in the paths of pages", "index": "stands in the paths of pages", "index/x": "stands in the paths of pages", "HTML": "stands in the paths of pages",
		"static": "is a folder of files", "media/customer/x": "is a folder of files", "two more": "must be the front name", "a": "must be the front name",
		"": "must be the front name", "/rma": "must be the front name", "x*": "must be the front name", "x.html": "must be the front name",
		"catalog": "is a route of Magento's whose pages are public", "cms": "is a route of Magento's whose pages are public", strings.Repeat("x", 251): "must be 250 characters or fewer",
	} {
		assert.ErrorContains(t, behaviors.CheckPath(path), want, path)
	}
}

func TestPatternsOfPages(t *testing.T) {
	for _, pattern := range []string{"*", "/", "*.html", "/blog/*", "/about-us", "/fr/", "/??/", "*.htm", "/p-*"} {
		assert.NoError(t, behaviors.CheckPage(pattern), pattern)
	}
	for pattern, want := range map[string]string{
		"/*": "which a session decides", "/customer*": "matches /customer, which a session decides", "*/": "which a session decides", "/checkout/*": "matches /checkout/", "**": "which a session decides",
		"/?*": "which a session decides", "/static/*": "which is a file", "about-us": "must begin with / or *", "/ü": "must be a pattern as CloudFront takes it", "": "must be a pattern",
	} {
		assert.ErrorContains(t, behaviors.CheckPage(pattern), want, pattern)
	}
}

// TestAnyModuleOfTheShop is never kept under any form of its path, unless a store's code is before it and a page's end behind.
func TestAnyModuleOfTheShop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z][a-z0-9_]{1,20}(/[a-z]{1,8})?`).Filter(func(s string) bool { return behaviors.CheckPath(s) == nil }).Draw(t, "name")
		options := rapid.SampledFrom([]behaviors.Options{shop, everything}).Draw(t, "options")
		options.Sessions = []string{name}
		all := list(t, options)
		prefix := rapid.SampledFrom([]string{"/", "/fr/", "/index.php/", "/index.php/de/"}).Draw(t, "prefix")
		suffix := rapid.StringMatching(`(/[a-z0-9]{1,8}){0,3}`).Draw(t, "suffix")
		if prefix != "/fr/" && suffix != "" {
			suffix += rapid.SampledFrom([]string{"", ".html", ".css"}).Draw(t, "end")
		}
		if b := first(all, prefix+name+suffix); b.Caching != behaviors.Uncached {
			t.Fatalf("%s is %s under %s", prefix+name+suffix, b.Caching, b.PathPattern)
		}
	})
}
