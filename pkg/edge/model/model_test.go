package model_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/edge/model"
)

// bench is an edge in front of an origin that a test decides about, and a clock that it turns.
type bench struct {
	*model.Edge
	t      *testing.T
	now    time.Time
	asked  atomic.Int64
	last   *http.Request // that the origin got
	origin http.HandlerFunc
	traces []model.Trace
}

// start makes a bench of one behaviour, which the test changes.
func start(t *testing.T, change func(*model.Distribution), origin http.HandlerFunc) *bench {
	t.Helper()
	d := model.Distribution{
		ID: "E1", DomainName: "d1.cloudfront.net", Aliases: []string{"shop.example.com", "shop.example.de"},
		Origins: []model.Origin{{ID: "origin", DomainName: "origin.internal", ReadTimeout: time.Minute}, {ID: "standby", DomainName: "standby.internal", ReadTimeout: time.Minute}},
		Behaviors: []model.Behavior{{
			Pattern: model.Default, Origin: "origin", Methods: []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, CachedMethods: []string{"GET", "HEAD"},
			ViewerProtocol: "redirect-to-https", Compress: true,
			Cache: model.CachePolicy{Name: "test", MaxTTL: time.Hour, Queries: model.Selection{Mode: model.All}},
		}},
	}
	if change != nil {
		change(&d)
	}
	b := &bench{t: t, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), origin: origin}
	ask := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.asked.Add(1)
		b.last = r
		b.origin(w, r)
	})
	edge, err := model.New(d, model.Options{
		Origins: map[string]http.Handler{"origin": ask, "standby": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "standby") })},
		Now:     func() time.Time { return b.now }, Plain: true, Observe: func(trace model.Trace) { b.traces = append(b.traces, trace) },
	})
	require.NoError(t, err)
	b.Edge = edge
	return b
}

// say is an origin that always says the same.
func say(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// dead is an origin that is out of reach.
func dead(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// send makes a request; headers are pairs.
func (b *bench) send(method, url string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func (b *bench) get(url string, headers ...string) *httptest.ResponseRecorder {
	return b.send(http.MethodGet, "https://shop.example.com"+url, headers...)
}

// wait turns the clock.
func (b *bench) wait(d time.Duration) { b.now = b.now.Add(d) }

func only(change func(*model.Behavior)) func(*model.Distribution) {
	return func(d *model.Distribution) { change(&d.Behaviors[0]) }
}

const (
	hit     = "Hit from cloudfront"
	miss    = "Miss from cloudfront"
	refresh = "RefreshHit from cloudfront"
	failed  = "Error from cloudfront"
)

// TestTTL is CloudFront's table of minimum, default and maximum against what the origin says.
func TestTTL(t *testing.T) {
	const minute = time.Minute
	for _, c := range []struct {
		says              string
		least, usual, max time.Duration
		kept              time.Duration // 0 for asked again at once
	}{
		{"max-age=60", 0, 0, time.Hour, minute},
		{"max-age=60, s-maxage=120", 0, 0, time.Hour, 2 * minute},
		{"max-age=7200", 0, 0, time.Hour, time.Hour},
		{"max-age=60", 5 * minute, 5 * minute, time.Hour, 5 * minute},
		{"", 0, 0, time.Hour, 0},
		{"", 0, minute, time.Hour, minute},
		{"", 2 * minute, minute, time.Hour, 2 * minute},
		{"no-store", 0, minute, time.Hour, 0},
		{"private, max-age=60", 0, minute, time.Hour, 0},
		{"no-cache", 0, minute, time.Hour, 0},
		{"no-store", 5 * time.Second, minute, time.Hour, 5 * time.Second},
		{"max-age=junk", 0, minute, time.Hour, 0},
		{"max-age=60", 0, 0, 0, 0},
	} {
		t.Run(fmt.Sprintf("%s between %s and %s", c.says, c.least, c.max), func(t *testing.T) {
			b := start(t, only(func(b *model.Behavior) { b.Cache.MinTTL, b.Cache.DefaultTTL, b.Cache.MaxTTL = c.least, c.usual, c.max }), say(200, "x", "Cache-Control", c.says))
			b.get("/")
			if c.kept == 0 {
				b.get("/")
				assert.EqualValues(t, 2, b.asked.Load())
				return
			}
			b.wait(c.kept - time.Second)
			w := b.get("/")
			assert.Equal(t, hit, w.Header().Get("X-Cache"))
			assert.Equal(t, fmt.Sprint(int(c.kept.Seconds())-1), w.Header().Get("Age"))
			b.wait(2 * time.Second)
			b.get("/")
			assert.EqualValues(t, 2, b.asked.Load())
		})
	}
}

func TestExpires(t *testing.T) {
	b := start(t, nil, nil)
	b.origin = say(200, "x", "Expires", b.now.Add(time.Minute).Format(http.TimeFormat))
	b.get("/")
	b.wait(59 * time.Second)
	assert.Equal(t, hit, b.get("/").Header().Get("X-Cache"))
	b.origin = say(200, "x", "Expires", "-1")
	b.get("/old")
	assert.Equal(t, miss, b.get("/old").Header().Get("X-Cache"))
}

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

func TestWhatIsForwarded(t *testing.T) {
	sent := []string{"Cookie", "a=1; b=2", "Authorization", "Bearer t", "User-Agent", "phone", "X-Forwarded-Proto", "http", "X-Forwarded-For", "192.0.2.1", "X-Any", "1", "Accept-Encoding", "gzip, br"}
	b := start(t, nil, say(200, "x"))
	b.get("/p?q=1", sent...)
	assert.Equal(t, "origin.internal", b.last.Host)
	assert.Equal(t, "Amazon CloudFront", b.last.UserAgent())
	for _, name := range []string{"Cookie", "Authorization", "X-Any", "X-Forwarded-Proto", "Accept-Encoding"} {
		assert.Empty(t, b.last.Header.Get(name), name)
	}
	assert.Equal(t, "192.0.2.1, 192.0.2.1", b.last.Header.Get("X-Forwarded-For"), "what the viewer says stays in front")

	all := only(func(b *model.Behavior) {
		b.Cache = model.CachePolicy{Name: "CachingDisabled"}
		b.Request = &model.RequestPolicy{Headers: model.Selection{Mode: model.AllViewer}, Cookies: model.Selection{Mode: model.All}, Queries: model.Selection{Mode: model.All}}
	})
	b = start(t, all, say(200, "x", "Set-Cookie", "s=1"))
	w := b.get("/p?q=1&&x", sent...)
	assert.Equal(t, "shop.example.com", b.last.Host)
	assert.Equal(t, "q=1&&x", b.last.URL.RawQuery)
	for name, want := range map[string]string{"Cookie": "a=1; b=2", "Authorization": "Bearer t", "User-Agent": "phone", "X-Any": "1", "Accept-Encoding": "gzip, br", "X-Forwarded-Proto": ""} {
		assert.Equal(t, want, b.last.Header.Get(name), name)
	}
	assert.Equal(t, "s=1", w.Header().Get("Set-Cookie"))
	b.get("/p")
	assert.EqualValues(t, 2, b.asked.Load(), "nothing is kept")
	assert.Empty(t, b.Objects())
}

// TestOutages is what "no-store" does not prevent: what an origin said before is shown while it is out of reach.
func TestOutages(t *testing.T) {
	for says, want := range map[string]int{
		"max-age=60":                    200,
		"no-store":                      200,
		"no-store, stale-if-error=0":    502,
		"max-age=60, stale-if-error=30": 200,
		"max-age=60, stale-if-error=0":  502,
	} {
		t.Run(says, func(t *testing.T) {
			b := start(t, nil, say(200, "of the first", "Cache-Control", says))
			b.get("/")
			b.wait(70 * time.Second)
			b.origin = dead
			w := b.get("/")
			assert.Equal(t, want, w.Code)
			assert.Equal(t, want == 200, w.Body.String() == "of the first")
		})
	}
	b := start(t, nil, say(200, "page", "Cache-Control", "max-age=60"))
	b.get("/")
	b.wait(time.Hour)
	b.origin = say(500, "broken")
	assert.Equal(t, "page", b.get("/").Body.String(), "an error is no reason to show nothing")
	b.origin = say(404, "gone")
	assert.Equal(t, 404, b.get("/").Code)
}

func TestStaleWhileRevalidate(t *testing.T) {
	b := start(t, nil, say(200, "old", "Cache-Control", "max-age=60, stale-while-revalidate=60"))
	b.get("/")
	b.wait(90 * time.Second)
	b.origin = say(200, "new", "Cache-Control", "max-age=60")
	stale := b.get("/")
	assert.Equal(t, "old", stale.Body.String())
	assert.Equal(t, hit, stale.Header().Get("X-Cache"))
	assert.Equal(t, "90", stale.Header().Get("Age"))
	w := b.get("/")
	assert.Equal(t, "new", w.Body.String())
	assert.Equal(t, hit, w.Header().Get("X-Cache"))

	b = start(t, nil, say(200, "mine", "Cache-Control", "no-store, stale-while-revalidate=60"))
	b.get("/")
	assert.Equal(t, miss, b.get("/").Header().Get("X-Cache"), "what is not to be kept is not shown while the origin is asked")
}

func TestStaleIfErrorEndsWithTheMaximum(t *testing.T) {
	b := start(t, nil, say(200, "old", "Cache-Control", "max-age=60, stale-if-error=36000"))
	b.get("/")
	b.origin = dead
	b.wait(time.Hour)
	assert.Equal(t, "old", b.get("/").Body.String())
	b.wait(2 * time.Minute)
	assert.Equal(t, 502, b.get("/").Code)
}

func TestVaryByEverything(t *testing.T) {
	b := start(t, nil, say(200, "x", "Cache-Control", "max-age=60", "Vary", "Accept-Encoding, *"))
	b.get("/")
	assert.Equal(t, miss, b.get("/").Header().Get("X-Cache"))
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

func TestErrorsAreKept(t *testing.T) {
	never := func(d *model.Distribution) {
		for _, code := range []int{404, 500, 502} {
			d.Errors = append(d.Errors, model.ErrorResponse{Code: code})
		}
	}
	for _, c := range []struct {
		status int
		says   string
		change func(*model.Distribution)
		kept   time.Duration
	}{
		{404, "", nil, 10 * time.Second}, {404, "no-store", nil, 0}, {404, "max-age=60", nil, time.Minute}, {404, "", never, 0}, {404, "max-age=60", never, time.Minute},
		{500, "", nil, 10 * time.Second}, {500, "no-store", nil, 10 * time.Second}, {500, "no-store", never, 0},
		{403, "", nil, 0}, {403, "max-age=60", nil, time.Minute}, {401, "max-age=60", nil, 0},
	} {
		t.Run(fmt.Sprint(c.status, c.says, c.kept), func(t *testing.T) {
			b := start(t, c.change, say(c.status, "error", "Cache-Control", c.says))
			b.get("/")
			b.wait(c.kept - time.Second)
			w := b.get("/")
			assert.Equal(t, c.status, w.Code)
			assert.Equal(t, failed, w.Header().Get("X-Cache"))
			want := int64(2)
			if c.kept > 0 {
				want = 1
			}
			assert.Equal(t, want, b.asked.Load())
		})
	}
}

func TestRevalidation(t *testing.T) {
	origin := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, "page")
	}
	b := start(t, nil, origin)
	b.get("/")
	b.wait(time.Hour)
	w := b.get("/")
	assert.Equal(t, "page", w.Body.String())
	assert.Equal(t, refresh, w.Header().Get("X-Cache"))
	assert.Equal(t, http.StatusNotModified, b.get("/", "If-None-Match", `W/"1"`).Code)
	assert.EqualValues(t, 2, b.asked.Load())

	b = start(t, only(func(b *model.Behavior) { b.Cache.Cookies = model.Selection{Mode: model.All} }), origin)
	b.get("/")
	b.wait(time.Hour)
	assert.Equal(t, miss, b.get("/").Header().Get("X-Cache"), "not where cookies are forwarded (Conditional GET requests)")
	assert.Empty(t, b.last.Header.Get("If-None-Match"))
}

func TestRangesAndHead(t *testing.T) {
	b := start(t, nil, say(200, "0123456789", "Cache-Control", "max-age=60"))
	for spec, want := range map[string]string{"bytes=2-4": "234", "bytes=7-": "789", "bytes=-2": "89", "bytes=8-99": "89"} {
		w := b.get("/", "Range", spec)
		assert.Equal(t, http.StatusPartialContent, w.Code, spec)
		assert.Equal(t, want, w.Body.String(), spec)
	}
	for _, spec := range []string{"bytes=99-", "bytes=4-2", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2"} {
		assert.Equal(t, "0123456789", b.get("/", "Range", spec).Body.String(), spec)
	}
	assert.Empty(t, b.send(http.MethodHead, "https://shop.example.com/").Body.String())
	assert.EqualValues(t, 1, b.asked.Load())
}

func TestCompression(t *testing.T) {
	page := strings.Repeat("<p>page</p>", 200)
	compressed := only(func(b *model.Behavior) { b.Cache.AcceptGzip, b.Cache.AcceptBro = true, true })
	origin := func(headers ...string) http.HandlerFunc {
		return say(200, page, append([]string{"Cache-Control", "max-age=60", "Content-Type", "text/html; charset=UTF-8"}, headers...)...)
	}
	b := start(t, compressed, origin())
	assert.Equal(t, "gzip", b.get("/", "Accept-Encoding", "gzip, br").Header().Get("Content-Encoding"))
	assert.Equal(t, "br,gzip", b.last.Header.Get("Accept-Encoding"))
	assert.Equal(t, page, b.get("/", "Accept-Encoding", "gzip;q=0").Body.String(), "each kind of viewer has a copy of its own")
	b = start(t, compressed, origin("Content-Encoding", "br"))
	assert.Equal(t, "br", b.get("/", "Accept-Encoding", "gzip, br").Header().Get("Content-Encoding"), "what is compressed stays as it is")
	b = start(t, nil, origin())
	assert.Empty(t, b.get("/", "Accept-Encoding", "gzip").Header().Get("Content-Encoding"))
}

func TestMethodsAndRefusals(t *testing.T) {
	b := start(t, only(func(b *model.Behavior) { b.Methods = []string{"GET", "HEAD"} }), say(200, "x", "Cache-Control", "max-age=60"))
	assert.Equal(t, 403, b.send(http.MethodPost, "https://shop.example.com/").Code)
	assert.Equal(t, 403, b.send(http.MethodGet, "https://other.example.com/").Code)
	assert.Equal(t, 414, b.get("/"+strings.Repeat("x", 9000)).Code)
	assert.Equal(t, 431, b.get("/", "X-Long", strings.Repeat("x", 33000)).Code)
	r := httptest.NewRequest(http.MethodGet, "https://shop.example.com/", strings.NewReader("body"))
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	assert.Equal(t, 403, w.Code)
	assert.Zero(t, b.asked.Load())

	b = start(t, nil, say(200, "x", "Cache-Control", "max-age=60"))
	b.send(http.MethodPost, "https://shop.example.com/")
	b.send(http.MethodPost, "https://shop.example.com/")
	assert.EqualValues(t, 2, b.asked.Load(), "POST is never kept")
	assert.Empty(t, b.Objects())
}

func TestTLS(t *testing.T) {
	d := model.Distribution{DomainName: "d1.cloudfront.net", Behaviors: []model.Behavior{{Pattern: "*", Methods: []string{"GET"}, ViewerProtocol: "redirect-to-https"}}}
	edge, err := model.New(d, model.Options{})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	edge.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://d1.cloudfront.net/a?b=c", nil))
	assert.Equal(t, 301, w.Code)
	assert.Equal(t, "https://d1.cloudfront.net/a?b=c", w.Header().Get("Location"))
	assert.Equal(t, "Redirect from cloudfront", w.Header().Get("X-Cache"))
}

func TestFailover(t *testing.T) {
	grouped := func(d *model.Distribution) {
		d.Groups = []model.OriginGroup{{ID: "group", Members: []string{"origin", "standby"}, Codes: []int{503}}}
		d.Behaviors[0].Origin = "group"
	}
	b := start(t, grouped, say(503, "down"))
	assert.Equal(t, "standby", b.get("/").Body.String())
	b.origin = dead
	assert.Equal(t, "standby", b.get("/2").Body.String())
	b.origin = say(500, "broken")
	assert.Equal(t, 500, b.get("/3").Code)
	b.origin = say(503, "down")
	assert.Equal(t, 503, b.send(http.MethodPost, "https://shop.example.com/").Code, "what changes something is asked once")
}

func TestHeadersPolicies(t *testing.T) {
	policy := &model.HeadersPolicy{Remove: []string{"set-cookie", "server"}, Set: []model.HeaderValue{{"X-Frame-Options", "DENY", true}, {"X-Soft", "ours", false}}}
	b := start(t, only(func(b *model.Behavior) {
		b.Headers = policy
		b.Request = &model.RequestPolicy{Cookies: model.Selection{Mode: model.All}}
	}), say(404, "x", "Cache-Control", "max-age=60", "Set-Cookie", "a=b", "Server", "nginx", "X-Frame-Options", "ALLOWALL", "X-Soft", "theirs"))
	for range 2 {
		w := b.get("/")
		assert.Empty(t, w.Header().Get("Set-Cookie"))
		assert.Empty(t, w.Header().Get("Server"))
		assert.Equal(t, "DENY", w.Header().Get("X-Frame-Options"))
		assert.Equal(t, "theirs", w.Header().Get("X-Soft"))
	}
}

func TestErrorPages(t *testing.T) {
	b := start(t, func(d *model.Distribution) {
		d.Errors = []model.ErrorResponse{{Code: 502, ResponseCode: 503, PagePath: "/static/sorry.html"}}
		page := d.Behaviors[0]
		page.Pattern, page.Origin = "/static/*", "standby"
		d.Behaviors = append([]model.Behavior{page}, d.Behaviors...)
	}, dead)
	w := b.get("/")
	assert.Equal(t, 503, w.Code)
	assert.Equal(t, "standby", w.Body.String())
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

// TestOneRequestOfMany holds that whoever asks while another waits gets the same answer, where no cookies are forwarded.
func TestOneRequestOfMany(t *testing.T) {
	begun, release := make(chan struct{}, 8), make(chan struct{})
	d := model.Distribution{DomainName: "d", Origins: []model.Origin{{ID: "o", ReadTimeout: time.Minute}}, Behaviors: []model.Behavior{{
		Pattern: "*", Origin: "o", Methods: []string{"GET"}, ViewerProtocol: "allow-all", Cache: model.CachePolicy{MaxTTL: time.Hour},
	}}}
	edge, err := model.New(d, model.Options{Origins: map[string]http.Handler{"o": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		begun <- struct{}{}
		<-release
		say(200, "x", "Cache-Control", "max-age=60")(w, nil)
	})}})
	require.NoError(t, err)
	done := make(chan string, 8)
	ask := func() {
		w := httptest.NewRecorder()
		edge.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://d/", nil))
		done <- w.Body.String()
	}
	go ask()
	<-begun
	for range 7 {
		go ask()
	}
	close(release)
	for range 8 {
		assert.Equal(t, "x", <-done)
	}
	assert.Empty(t, begun, "nobody else asked the origin")
}

// TestCookiesAreNotAskedForTogether since the answer to one visitor may be his.
func TestCookiesAreNotAskedForTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		d := model.Distribution{DomainName: "d", Origins: []model.Origin{{ID: "o", ReadTimeout: time.Minute}}, Behaviors: []model.Behavior{{
			Pattern: "*", Origin: "o", Methods: []string{"GET"}, ViewerProtocol: "allow-all",
			Cache: model.CachePolicy{MaxTTL: time.Hour, Cookies: model.Selection{Mode: model.All}},
		}}}
		edge, err := model.New(d, model.Options{Origins: map[string]http.Handler{"o": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			time.Sleep(time.Second) // of the bubble's clock
			say(200, "x", "Cache-Control", "max-age=60")(w, nil)
		})}})
		require.NoError(t, err)
		for range 8 {
			go edge.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://d/", nil))
		}
		synctest.Wait()
		assert.EqualValues(t, 8, asked.Load())
		time.Sleep(2 * time.Second)
	})
}

// TestWhatIsReadIsAskedForAgain where nobody answers, as often as the distribution says; what changes something never is.
func TestWhatIsReadIsAskedForAgain(t *testing.T) {
	for _, kept := range []bool{true, false} {
		b := start(t, func(d *model.Distribution) {
			d.Origins[0].Attempts = 3
			if !kept {
				d.Behaviors[0].Cache = model.CachePolicy{Name: "CachingDisabled"}
			}
		}, dead)
		assert.Equal(t, 502, b.get("/").Code)
		assert.EqualValues(t, 3, b.asked.Load())
		b.send(http.MethodPost, "https://shop.example.com/")
		assert.EqualValues(t, 4, b.asked.Load())
	}
}

// TestConditionsOfVisitors reach the origin, whose answer to one may be kept for all.
func TestConditionsOfVisitors(t *testing.T) {
	b := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		switch {
		case r.Header.Get("If-Match") != "":
			w.WriteHeader(http.StatusPreconditionFailed)
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
		case r.Header.Get("Range") != "":
			w.WriteHeader(http.StatusPartialContent)
		}
		_, _ = io.WriteString(w, "page")
	})
	assert.Equal(t, 304, b.get("/", "If-None-Match", "x").Code)
	assert.Equal(t, 206, b.get("/", "Range", "bytes=0-1").Code)
	assert.Equal(t, 200, b.get("/").Code, "neither is kept")
	assert.Equal(t, 412, b.get("/2", "If-Match", "x").Code)
	assert.Equal(t, 412, b.get("/2").Code, "an error with a lifetime is")
}
