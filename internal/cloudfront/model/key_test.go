package model_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// TestCookies is what makes configurations leak: where cookies are forwarded, Set-Cookie is kept and handed out.
func TestCookies(t *testing.T) {
	origin := say(200, "x", "Cache-Control", "max-age=60", "Set-Cookie", "PHPSESSID=of-the-first")
	none := start(t, nil, origin)
	w := none.get("/", "Cookie", "PHPSESSID=1; a=2")
	assert.Empty(t, none.last.Header.Get("Cookie"))
	assert.Empty(t, w.Header().Get("Set-Cookie"))

	for name, change := range map[string]func(*model.Behavior){
		"in the key": func(b *model.Behavior) {
			b.Cache.Cookies = model.Selection{Mode: model.Whitelist, Names: []string{"store"}}
		},
		"to the origin only": func(b *model.Behavior) { b.Request = &model.RequestPolicy{Cookies: model.Selection{Mode: model.All}} },
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, only(change), origin)
			b.get("/", "Cookie", "PHPSESSID=1")
			w := b.get("/", "Cookie", "PHPSESSID=2")
			assert.Equal(t, hit, w.Header().Get("X-Cache"))
			assert.Equal(t, "PHPSESSID=of-the-first", w.Header().Get("Set-Cookie"))
		})
	}
	except := start(t, only(func(b *model.Behavior) {
		b.Cache.Cookies = model.Selection{Mode: model.Whitelist, Names: []string{"store"}}
	}), say(200, "x", "Cache-Control", `max-age=60, no-cache="Set-Cookie"`, "Set-Cookie", "a=b"))
	assert.Equal(t, "a=b", except.get("/").Header().Get("Set-Cookie"), "the first gets it")
	assert.Empty(t, except.get("/").Header().Get("Set-Cookie"))
}

func TestTheKey(t *testing.T) {
	keyed := only(func(b *model.Behavior) {
		b.Cache.Headers = model.Selection{Mode: model.Whitelist, Names: []string{"host", "x-scope"}}
		b.Cache.Cookies = model.Selection{Mode: model.Whitelist, Names: []string{"store"}}
	})
	b := start(t, keyed, say(200, "x", "Cache-Control", "max-age=60"))
	b.get("/a?x=1", "Cookie", "store=fr; other=1", "X-Scope", "s")
	for _, again := range []func() *httptest.ResponseRecorder{
		func() *httptest.ResponseRecorder {
			return b.get("/a?x=1", "Cookie", "other=2; store=fr", "X-Scope", "s", "User-Agent", "y")
		},
		func() *httptest.ResponseRecorder { return b.get("//a?x=1", "Cookie", "store=fr", "X-Scope", "s") },
		func() *httptest.ResponseRecorder { return b.get("/b/../%61?x=1", "Cookie", "store=fr", "X-Scope", "s") },
		func() *httptest.ResponseRecorder {
			return b.send(http.MethodHead, "https://shop.example.com/a?x=1", "Cookie", "store=fr", "X-Scope", "s")
		},
	} {
		assert.Equal(t, hit, again().Header().Get("X-Cache"))
	}
	for _, other := range [][]string{
		{"https://shop.example.de/a?x=1", "Cookie", "store=fr", "X-Scope", "s"}, {"https://shop.example.com/a?x=2", "Cookie", "store=fr", "X-Scope", "s"},
		{"https://shop.example.com/A?x=1", "Cookie", "store=fr", "X-Scope", "s"}, {"https://shop.example.com/a?x=1", "Cookie", "store=de", "X-Scope", "s"},
		{"https://shop.example.com/a?x=1", "Cookie", "store=fr", "X-Scope", "t"}, {"https://shop.example.com/a?x=1", "Cookie", "store=fr"},
		{"https://shop.example.com/a?x=1", "X-Scope", "s"},
	} {
		assert.Equal(t, miss, b.send(http.MethodGet, other[0], other[1:]...).Header().Get("X-Cache"), other)
	}
	unkeyed := start(t, nil, say(200, "x", "Cache-Control", "max-age=60"))
	unkeyed.get("/")
	assert.Equal(t, hit, unkeyed.send(http.MethodGet, "https://shop.example.de/").Header().Get("X-Cache"), "the Host is no part of the key by itself")
}

// TestWhatIsTheSameKey holds that cookies count in any order, and OPTIONS apart from GET.
func TestWhatIsTheSameKey(t *testing.T) {
	b := start(t, only(func(b *model.Behavior) {
		b.CachedMethods = append(b.CachedMethods, "OPTIONS")
		b.Cache.Cookies = model.Selection{Mode: model.All}
	}), say(200, "x", "Cache-Control", "max-age=60"))
	b.get("/", "Cookie", "a=1; b=2")
	assert.Equal(t, hit, b.get("/", "Cookie", "b=2; a=1").Header().Get("X-Cache"))
	assert.Equal(t, miss, b.get("/", "Cookie", "a=2; b=1").Header().Get("X-Cache"))
	for _, want := range []string{miss, hit} {
		assert.Equal(t, want, b.send("OPTIONS", "https://shop.example.com/", "Cookie", "a=1; b=2").Header().Get("X-Cache"))
	}
}

func TestPurge(t *testing.T) {
	b := start(t, nil, say(200, "x", "Cache-Control", "max-age=60"))
	for _, path := range []string{"/a", "/a?x=1", "/b/c"} {
		b.get(path)
	}
	assert.Equal(t, 1, b.Purge("/a"))
	assert.Equal(t, 1, b.Purge("/a*"))
	assert.Equal(t, 1, b.Purge("/*"))
	assert.Empty(t, b.Objects())
}
