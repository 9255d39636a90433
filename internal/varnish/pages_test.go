package varnish_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/magento"
)

// TestPagesForEverybody are kept here, by the edge for as long as here, and by no browser; no session reaches Magento for one.
func TestPagesForEverybody(t *testing.T) {
	b := newBench(t)
	first := b.shared("/women.html?p=2&b=1", "Cookie", "PHPSESSID=wholesale-1; store=de; _ga=1", "User-Agent", "browser")
	assert.Equal(t, "MISS", first.cache())
	assert.Equal(t, "store=de", b.magento.last().Header.Get("Cookie"))
	assert.Empty(t, b.magento.last().Header.Get("User-Agent"))
	assert.Equal(t, magento.SharedScope, b.magento.last().Header.Get(magento.ScopeHeader), "nginx decides by it")
	again := b.shared("/women.html?utm_source=x&b=1&p=2&gclid=3", "Cookie", "store=de; PHPSESSID=guest-1")
	assert.Equal(t, "HIT", again.cache())
	assert.Equal(t, first.body, again.body)
	assert.Contains(t, again.body, `/women.html?b=1&p=2 for group "" in store "de"`)
	for _, got := range []answer{first, again} {
		assert.Regexp(t, regexp.MustCompile(`^public, max-age=0, s-maxage=(86400|8639\d)$`), got.control())
		for _, name := range []string{"Set-Cookie", "X-Magento-Tags", "X-Powered-By", "Server", "X-Varnish", "Via", "Age", "Pragma", "Expires"} {
			assert.Empty(t, got.Header.Values(name), name)
		}
	}
	assert.Equal(t, 1, b.magento.count())
	// The edge's key has these, and so has this one.
	for _, other := range []answer{
		b.shared("/women.html?b=1&p=2"), b.shared("/women.html?b=1&p=2", "Cookie", "store=fr"), b.shared("/women.html?b=1&p=2", "Cookie", "store=de", "Host", "shop.example.de"),
		b.shared("/women.html?b=1&p=3", "Cookie", "store=de"), b.shared("/women.html?b=1&p=2", "Cookie", "store=de", "X-Requested-With", "XMLHttpRequest"),
		b.shared("/women.html?b=1&p=2", "Cookie", "store=de", "X-Forwarded-Proto", "http"),
	} {
		assert.Equal(t, "MISS", other.cache())
	}
}

// TestTracking takes off what changes no page, and nothing else.
func TestTracking(t *testing.T) {
	b := newBench(t)
	for sent, asked := range map[string]string{
		"/a.html?utm_source=x": "/a.html", "/a.html?gclid": "/a.html", "/a.html?gclid=1&fbclid=2&utm_medium=3": "/a.html", "/a.html?": "/a.html",
		"/b.html?q=1&gclid=2&z=3": "/b.html?q=1&z=3", "/c.html?z=3&gclid=2": "/c.html?z=3", "/d.html?xgclid=1&gclidx=2": "/d.html?gclidx=2&xgclid=1",
		"/e.html?q=utm_source=x": "/e.html?q=utm_source=x", "/utm_source=x.html": "/utm_source=x.html", "/f.html?z=2&a=1&_kx=3&&": "/f.html?a=1&z=2",
	} {
		b.shared(sent, "Host", regexp.MustCompile(`\W+`).ReplaceAllString(sent, "-")+".example.com")
		assert.Equal(t, asked, b.magento.last().URL.String(), sent)
	}
}

// TestPagesOfGroups are shared by those whose session is of the group, and kept by nobody else.
func TestPagesOfGroups(t *testing.T) {
	b := newBench(t)
	anna := b.private("/women.html", "PHPSESSID=wholesale-1; form_key=1; X-Magento-Vary="+vary("wholesale", ""))
	cora := b.private("/women.html", "X-Magento-Vary="+vary("wholesale", "")+"; PHPSESSID=wholesale-2")
	assert.Equal(t, "MISS", anna.cache())
	assert.Equal(t, "HIT", cora.cache())
	assert.Contains(t, cora.body, `group "wholesale"`)
	assert.Empty(t, append(anna.Header.Values("Set-Cookie"), cora.Header.Values("Set-Cookie")...))
	assert.Equal(t, notKept, anna.control())
	assert.Equal(t, notKept, cora.control(), "neither the edge nor a browser keeps what is not for everybody")
	assert.Equal(t, "198.51.100.7", b.magento.last().Header.Get(magento.ClientIPHeader))
	assert.Contains(t, b.magento.last().Header.Get("Cookie"), "PHPSESSID=wholesale-1")
	for name, other := range map[string]answer{
		"another group":   b.private("/women.html", "PHPSESSID=general-1; X-Magento-Vary="+vary("general", "")),
		"another store":   b.private("/women.html", "PHPSESSID=wholesale-1; store=de; X-Magento-Vary="+vary("wholesale", "de")),
		"a script":        b.private("/women.html", "PHPSESSID=wholesale-1; X-Magento-Vary="+vary("wholesale", ""), "X-Requested-With", "XMLHttpRequest"),
		"everybody":       b.shared("/women.html"),
		"another website": b.private("/women.html", "PHPSESSID=wholesale-1; X-Magento-Vary="+vary("wholesale", ""), "Host", "shop.example.de"),
	} {
		assert.Equal(t, "MISS", other.cache(), name)
	}
	script := b.private("/women.html", "PHPSESSID=wholesale-3; X-Magento-Vary="+vary("wholesale", ""), "X-Requested-With", "XMLHttpRequest")
	assert.Equal(t, "HIT", script.cache())
	assert.Contains(t, script.body, "for a script")
}

// TestNobodyIsGivenAnothersPrices holds the two holes of Magento's own rules closed, and more of their kind.
func TestNobodyIsGivenAnothersPrices(t *testing.T) {
	b := newBench(t)
	wholesale := vary("wholesale", "")
	for name, ask := range map[string]func(path string) answer{
		"a store cookie without a vary cookie":  func(path string) answer { return b.private(path, "store=de") },
		"the same, as the edge asks":            func(path string) answer { return b.shared(path, "Cookie", "store=de") },
		"a customer's session without a cookie": func(path string) answer { return b.private(path, "PHPSESSID=wholesale-1") },
		"the same, by a script": func(path string) answer {
			return b.private(path, "PHPSESSID=wholesale-1", "X-Requested-With", "XMLHttpRequest")
		},
		"the session of another group":     func(path string) answer { return b.private(path, "PHPSESSID=general-1; X-Magento-Vary="+wholesale) },
		"a cookie whose session has ended": func(path string) answer { return b.private(path, "X-Magento-Vary="+wholesale) },
		"a cookie that comes twice": func(path string) answer {
			return b.private(path, "PHPSESSID=wholesale-1; X-Magento-Vary="+wholesale+"; X-Magento-Vary="+vary("general", ""))
		},
		"a store that comes twice": func(path string) answer { return b.shared(path, "Cookie", "store=de; store=fr") },
		"a cookie that is none of Magento's": func(path string) answer {
			return b.private(path, "PHPSESSID=wholesale-1; X-Magento-Vary[a]=1; X-Magento-Vary=a%2fb")
		},
		"a token": func(path string) answer {
			return b.shared(path, "Authorization", "Bearer wholesale-1", "Cookie", "PHPSESSID=wholesale-1")
		},
		"no word of the edge's": func(path string) answer { return b.ask(http.MethodGet, path, "Cookie", "PHPSESSID=wholesale-1") },
		"no word of the edge's, but a vary cookie": func(path string) answer {
			return b.ask(http.MethodGet, path, "Cookie", "PHPSESSID=wholesale-1; X-Magento-Vary="+wholesale)
		},
	} {
		path := "/page-of-" + regexp.MustCompile(`\W+`).ReplaceAllString(name, "-") + ".html"
		ask(path)
		assert.Contains(t, b.shared(path).body, `for group "" in store ""`, name)
		assert.Contains(t, b.shared(path, "Cookie", "store=fr").body, `for group "" in store "fr"`, name)
		assert.Contains(t, b.private(path, "PHPSESSID=wholesale-9; X-Magento-Vary="+wholesale).body, `for group "wholesale" in store ""`, name)
		assert.Contains(t, b.private(path, "PHPSESSID=general-9; X-Magento-Vary="+vary("general", "")).body, `for group "general" in store ""`, name)
		assert.Contains(t, b.private(path, "PHPSESSID=general-9").body, `for group "general" in store ""`, name)
	}
}

// TestFragments are hits for guests, too, and no session makes one.
func TestFragments(t *testing.T) {
	b := newBench(t)
	ask := func(path, cookies string) answer {
		return b.ask(http.MethodGet, path, "X-Requested-With", "XMLHttpRequest", "Cookie", cookies, magento.ClientIPHeader, "198.51.100.7")
	}
	for _, path := range []string{"/swatches/ajax/media/?product_id=1&isAjax=true", "/fr/review/product/listAjax/id/3/?_=1"} {
		b.magento.count()
		assert.Equal(t, "MISS", ask(path, "PHPSESSID=wholesale-1; form_key=1").cache(), path)
		assert.Empty(t, b.magento.last().Header.Get("Cookie"), path)
		assert.Equal(t, magento.SharedScope, b.magento.last().Header.Get(magento.ScopeHeader), path)
		assert.Empty(t, b.magento.last().Header.Get(magento.ClientIPHeader), path)
		got := ask(path, "PHPSESSID=guest-2")
		assert.Equal(t, "HIT", got.cache(), path)
		assert.Empty(t, got.Header.Values("Set-Cookie"), path)
		assert.Equal(t, "MISS", ask(path, "PHPSESSID=wholesale-1; X-Magento-Vary="+vary("wholesale", "")).cache(), path)
		assert.Equal(t, "HIT", ask(path, "PHPSESSID=wholesale-2; X-Magento-Vary="+vary("wholesale", "")).cache(), path)
		assert.Equal(t, 2, b.magento.count(), path)
	}
}
