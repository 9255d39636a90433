package varnish_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/magento"
)

// TestWhatIsPassedOn is never kept, here or at the edge, and keeps its cookies in both directions.
func TestWhatIsPassedOn(t *testing.T) {
	b := newBench(t)
	session := "PHPSESSID=wholesale-1; X-Magento-Vary=" + vary("wholesale", "")
	for _, path := range []string{
		"/customer/section/load/", "/checkout/cart", "/index.php/customer/account", "/fr/sales/order/printShipment", "/wishlist/index/configure/id/3",
		"/rest/V1/carts/mine", "/graphql?query=x", "/page_cache/block/esi/blocks/x", "/review/product/post", "/adyen/process", "/index.php/women.html",
		"//women.html", "/x/../women.html", "/women.html;x", "/%77omen.html", "/CUSTOMER/account",
	} {
		for range 2 {
			got := b.private(path, session)
			assert.Equal(t, "UNCACHEABLE", got.cache(), path)
			assert.Equal(t, notKept, got.control(), path)
			assert.Len(t, got.Header.Values("Set-Cookie"), 2, path)
			assert.Contains(t, b.magento.last().Header.Get("Cookie"), "PHPSESSID=wholesale-1", path)
		}
		assert.Equal(t, 2, b.magento.count(), path)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		assert.Equal(t, "UNCACHEABLE", b.ask(method, "/women.html", magento.ScopeHeader, magento.SharedScope).cache(), method)
	}
	// A module that nobody knows of, at a path that is no page: its session reaches Magento, whatever Magento says.
	got := b.ask(http.MethodGet, "/loyalty/points", "Cookie", "PHPSESSID=guest-1")
	assert.Equal(t, "UNCACHEABLE", got.cache())
	assert.Len(t, got.Header.Values("Set-Cookie"), 1)
	b.ask(http.MethodGet, "/loyalty/points", "Cookie", session)
	assert.Equal(t, "UNCACHEABLE", b.ask(http.MethodGet, "/loyalty/points", "Cookie", session).cache())
}

// TestFilesArePassedOn with what they say of themselves.
func TestFilesArePassedOn(t *testing.T) {
	b := newBench(t)
	for _, path := range []string{"/static/version1/a.css", "/media/captcha/x.png"} {
		for range 2 {
			got := b.shared(path)
			assert.Equal(t, "UNCACHEABLE", got.cache(), path)
			assert.Equal(t, publicForADay, got.control(), path)
		}
		assert.Equal(t, 2, b.magento.count(), path)
	}
}

// TestWhatMagentoDoesNotCallPublic is not kept.
func TestWhatMagentoDoesNotCallPublic(t *testing.T) {
	b := newBench(t)
	for i, said := range []string{notKept, "private, max-age=3600", "max-age=3600", "public, max-age=0", "public, no-cache, max-age=3600"} {
		b.magento.set(func() { b.magento.public = said })
		path := fmt.Sprintf("/search-%d.html", i)
		for range 2 {
			got := b.shared(path)
			assert.Equal(t, "UNCACHEABLE", got.cache(), said)
			assert.Equal(t, notKept, got.control(), said)
		}
		assert.Equal(t, 2, b.magento.count(), said)
	}
	b.magento.set(func() { b.magento.public = "" })
	for path, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"/missing.html":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
		"/moved.html":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) },
		"/any-vary.html": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Vary", "*") },
	} {
		b.magento.custom[path] = answer
		b.shared(path)
		assert.Equal(t, "UNCACHEABLE", b.shared(path).cache(), path)
	}
}

// TestWhatHasNoTag cannot be purged by one: it is kept for an hour, and for everybody alone.
func TestWhatHasNoTag(t *testing.T) {
	b := newBench(t)
	b.magento.custom["/robots.txt"] = func(w http.ResponseWriter, _ *http.Request) { w.Header().Del(magento.TagsHeader) }
	assert.Regexp(t, `^public, max-age=0, s-maxage=(3600|359\d)$`, b.shared("/robots.txt").control())
	assert.Equal(t, "HIT", b.shared("/robots.txt").cache())
	session := "PHPSESSID=wholesale-1; X-Magento-Vary=" + vary("wholesale", "")
	b.private("/robots.txt", session)
	assert.Equal(t, "UNCACHEABLE", b.private("/robots.txt", session).cache())
}

// TestWhatVisitorsSayOfThemselves reaches nobody.
func TestWhatVisitorsSayOfThemselves(t *testing.T) {
	b := newBench(t)
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "X-Host", "X-Original-Url", "X-Rewrite-Url", "X-Http-Method-Override", "Proxy"} {
		b.ask(http.MethodPost, "/checkout/cart/add", name, "192.0.2.66")
		assert.Empty(t, b.magento.last().Header.Get(name), name)
	}
}

// TestHealth is Varnish's own, also while Magento is away.
func TestHealth(t *testing.T) {
	b := newBench(t)
	b.magento.set(func() { b.magento.down = true })
	got := b.ask(http.MethodGet, "/health_check.php", "User-Agent", "ELB-HealthChecker/2.0", "Host", "10.20.0.7")
	assert.Equal(t, http.StatusOK, got.StatusCode)
	assert.Contains(t, got.control(), "no-store")
	assert.Zero(t, b.magento.count())
}

// TestPurge is by tag, on its own port, and reaches parts of pages.
func TestPurge(t *testing.T) {
	b := newBench(t)
	b.magento.custom["/other.html"] = func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(magento.TagsHeader, "cat_p_2,cat_p_11") }
	session := "PHPSESSID=wholesale-1; X-Magento-Vary=" + vary("wholesale", "")
	fill := func() {
		b.shared("/women.html")
		b.shared("/other.html")
		b.private("/women.html", session)
	}
	kept := func() []string {
		return []string{b.shared("/women.html").cache(), b.private("/women.html", session).cache(), b.shared("/other.html").cache()}
	}
	purge := func(address string, headers ...string) int {
		return b.askAt(address, "PURGE", "/", headers...).StatusCode
	}
	fill()
	assert.Equal(t, http.StatusMethodNotAllowed, purge(b.HTTP, magento.PurgeHeader, ".*"), "visitors purge nothing")
	assert.Equal(t, http.StatusMethodNotAllowed, b.askAt(b.Purge, http.MethodGet, "/women.html").StatusCode, "nothing but purging is done there")
	assert.Equal(t, http.StatusBadRequest, purge(b.Purge))
	for _, bad := range []string{`x" && req.url ~ "y`, `a b`, `((^|,)cat_p_1(,|$)`, `\`} {
		assert.Equal(t, http.StatusBadRequest, purge(b.Purge, magento.PurgeHeader, bad), bad)
	}
	assert.Equal(t, []string{"HIT", "HIT", "HIT"}, kept())
	assert.Equal(t, http.StatusOK, purge(b.Purge, magento.PurgeHeader, "((^|,)cat_p_1(,|$))|((^|,)cms_b_7(,|$))"))
	assert.Equal(t, []string{"MISS", "MISS", "HIT"}, kept())
	assert.Equal(t, []string{"HIT", "HIT", "HIT"}, kept())
	assert.Equal(t, http.StatusOK, purge(b.Purge, magento.PurgeHeader, ".*"))
	assert.Equal(t, []string{"MISS", "MISS", "MISS"}, kept())
}

// TestIncludes stay inside: the menu is put into the page for everybody and for a group, and nothing else is included.
func TestIncludes(t *testing.T) {
	b := newBench(t)
	const menu = "/page_cache/block/esi/blocks/%5B%22catalog.topnav%22%5D/handles/WyJkZWZhdWx0Il0%3D/"
	page := `<nav><esi:include src="http://shop.example.com:80` + menu + `" /></nav><esi:include src="http://evil.example/customer/account" /><esi:include src="/checkout/cart" />`
	b.magento.custom["/women.html"] = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page) }
	b.magento.custom["/men.html"] = b.magento.custom["/women.html"]
	b.magento.custom["/checkout/cart"] = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a customer's cart") }
	b.magento.custom["/customer/account"] = b.magento.custom["/checkout/cart"]
	path := "/page_cache/block/esi/blocks/[\"catalog.topnav\"]/handles/WyJkZWZhdWx0Il0=/"
	b.magento.custom[path] = func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "menu of %s for %s", r.Host, r.Header.Get("Cookie"))
	}
	got := b.shared("/women.html", "Cookie", "PHPSESSID=1; store=de")
	assert.Equal(t, "<nav>menu of shop.example.com for store=de</nav>", got.body)
	assert.Equal(t, 2, b.magento.count(), "the page and the menu")
	b.shared("/men.html", "Cookie", "store=de")
	assert.Equal(t, 1, b.magento.count(), "the menu is kept by itself")
	session := "PHPSESSID=wholesale-1; X-Magento-Vary=" + vary("wholesale", "")
	assert.Equal(t, "<nav>menu of shop.example.com for "+session+"</nav>", b.private("/women.html", session).body)
	b.private("/men.html", "PHPSESSID=wholesale-2; X-Magento-Vary="+vary("wholesale", ""))
	assert.Equal(t, 3, b.magento.count())
	// A page that is not kept has its menu, too, which is made without the session.
	assert.Equal(t, "<nav>menu of shop.example.com for </nav>", b.ask(http.MethodGet, "/women.html", "Cookie", "PHPSESSID=guest-1").body)
}

// TestMagentoAway is not seen by guests: what is kept is shown past its time, and what is not is Magento's own page of errors.
func TestMagentoAway(t *testing.T) {
	b := newBench(t)
	b.magento.set(func() { b.magento.public = "public, max-age=1, s-maxage=1" })
	session := "PHPSESSID=wholesale-1; X-Magento-Vary=" + vary("wholesale", "")
	b.shared("/women.html")
	b.private("/women.html", session)
	b.magento.set(func() { b.magento.down = true })
	require.Eventually(t, func() bool {
		return b.shared("/women.html").control() == "public, max-age=0, s-maxage=10" && b.magento.count() > 0
	}, 10*time.Second, 50*time.Millisecond,
		"it expires, and Magento is asked for it")
	for range 5 {
		got := b.shared("/women.html")
		assert.Equal(t, http.StatusOK, got.StatusCode)
		assert.Contains(t, got.body, `group ""`)
		assert.Contains(t, b.private("/women.html", session).body, `group "wholesale"`)
	}
	missing := b.shared("/men.html")
	assert.Equal(t, http.StatusServiceUnavailable, missing.StatusCode)
	assert.Equal(t, notKept, missing.control())
	assert.Equal(t, "Magento's own page", missing.Header.Get("X-Broken"), "maintenance has a page of its own")
	b.magento.set(func() { b.magento.down = false })
	require.Eventually(t, func() bool { return b.shared("/men.html").StatusCode == http.StatusOK }, 20*time.Second, 50*time.Millisecond)
}

// TestErrorsReplaceNothing while the load balancer's check and Varnish's probe find nothing wrong: what is kept is shown also when it
// is longer past its time than Varnish looks back by itself.
func TestErrorsReplaceNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.magento.set(func() { b.magento.public = "public, max-age=1, s-maxage=1" })
	b.shared("/women.html")
	b.magento.set(func() {
		b.magento.custom["/women.html"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	})
	const grace = 10 * time.Second // default.vcl, req.grace
	for again := time.NewTicker(grace / 10); ; {
		b.magento.count()
		got := b.shared("/women.html")
		require.Equal(t, http.StatusOK, got.StatusCode)
		require.Contains(t, got.body, `group ""`)
		if time.Since(b.started) > grace+3*time.Second && b.magento.count() > 0 {
			return
		}
		<-again.C
	}
}
