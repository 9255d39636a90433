package behaviors_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/edge/behaviors"
	"github.com/magestack/magestack/pkg/magento"
)

var shop = behaviors.Options{Pages: true, AdminPath: "werkbank_p4m9", Sessions: []string{"ajaxsuite"}}

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

// TestEveryFormOfAPathIsUncached tries each route that is not public as Magento answers it: alone, with more behind it,
// below store codes and below index.php.
func TestEveryFormOfAPathIsUncached(t *testing.T) {
	all := list(t, shop)
	var names []string
	for _, route := range magento.Routes() {
		switch route.Audience {
		case magento.Public:
			names = append(names, route.Sessions...)
		case magento.Static:
		default:
			if route.Kind == magento.EntryPoint {
				assert.Equal(t, behaviors.Uncached, first(all, route.Path()).Caching, route.Name)
				assert.Equal(t, behaviors.Uncached, first(all, route.Path()+"/x").Caching, route.Name)
				continue
			}
			names = append(names, route.Name)
		}
	}
	names = append(names, "werkbank_p4m9", "ajaxsuite")
	assert.Greater(t, len(names), 40)
	for _, name := range names {
		for _, form := range []string{"/%s", "/%s/", "/%s/index/index", "/%s/x.css", "/fr/%s", "/fr/%s/load", "/index.php/%s", "/index.php/%s/x", "/index.php/fr/%s/x"} {
			path := fmt.Sprintf(form, name)
			b := first(all, path)
			assert.Equal(t, behaviors.Uncached, b.Caching, path)
			assert.Equal(t, behaviors.PrivateRequest, b.Function, path)
			assert.Equal(t, behaviors.LoadBalancer, b.Origin, path)
			assert.Contains(t, b.Methods, "POST", path)
		}
	}
}

func TestPagesAndFiles(t *testing.T) {
	all := list(t, shop)
	for _, path := range []string{"/", "/women.html", "/women/tops.html", "/wholesales.html", "/restaurant-chairs.html", "/contact-lenses.html", "/soap-bars.html",
		"/catalog/product/view/id/1", "/catalogsearch/result/", "/fr/joust-duffle-bag.html", "/cms/page/view", "/robots.txt", "/interests.html"} {
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
			assert.Equal(t, behaviors.Default, b.PathPattern)
		}
	}
}

func TestQuotas(t *testing.T) {
	all := list(t, shop)
	assert.LessOrEqual(t, len(all), behaviors.MaxBehaviors)
	many := shop
	for i := range behaviors.MaxBehaviors - len(all) {
		many.Sessions = append(many.Sessions, fmt.Sprintf("module-%d-", i))
	}
	many.Sessions = slices.Compact(many.Sessions)
	_, err := behaviors.For(many)
	require.NoError(t, err, "up to the quota")
	many.Sessions = append(many.Sessions, "onemore", "two more", "abc", "static", "media/customer/x", strings.Repeat("x", 254))
	_, err = behaviors.For(many)
	for _, want := range []string{"80 behaviours: the distribution may have 75", `path "two more": must be the front name`, `path "abc": must be`, `path "static": is a folder of files`, `path "media/customer/x": is a folder of files`,
		`xx": must be 252 characters or fewer`} {
		assert.ErrorContains(t, err, want)
	}
	many.Sessions = many.Sessions[:len(many.Sessions)-5]
	many.Quota = 100
	_, err = behaviors.For(many)
	assert.NoError(t, err)
}

// TestAnyModuleOfTheShop is never kept under any form of its path.
func TestAnyModuleOfTheShop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z][a-z0-9_]{3,20}(/[a-z]{1,8})?`).Filter(func(s string) bool { return behaviors.CheckPath(s) == nil }).Draw(t, "name")
		all := list(t, behaviors.Options{Pages: true, AdminPath: "werkbank_p4m9", Sessions: []string{name}})
		prefix := rapid.SampledFrom([]string{"/", "/fr/", "/index.php/", "/index.php/de/"}).Draw(t, "prefix")
		suffix := rapid.StringMatching(`(/[a-z0-9.]{1,8}){0,3}`).Draw(t, "suffix")
		if b := first(all, prefix+name+suffix); b.Caching != behaviors.Uncached {
			t.Fatalf("%s is %s under %s", prefix+name+suffix, b.Caching, b.PathPattern)
		}
	})
}
