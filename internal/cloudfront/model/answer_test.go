package model_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// TestViewersWhoHaveIt are told so, by what CloudFront keeps.
func TestViewersWhoHaveIt(t *testing.T) {
	b := start(t, nil, say(200, "page", "Cache-Control", "max-age=60", "ETag", `"1"`, "Last-Modified", "Thu, 01 Jan 2026 10:00:00 GMT", "Content-Type", "text/html"))
	b.get("/")
	for _, c := range []struct {
		method, name, value string
		want                int
	}{
		{"GET", "If-None-Match", `"0", W/"1"`, 304}, {"HEAD", "If-None-Match", `"1"`, 304}, {"GET", "If-None-Match", `"2"`, 200},
		{"GET", "If-Modified-Since", "Thu, 01 Jan 2026 10:00:00 GMT", 304}, {"GET", "If-Modified-Since", "Thu, 01 Jan 2026 09:59:59 GMT", 200},
		{"GET", "If-Modified-Since", "Thu, 01 Jan 2026 11:00:00 GMT", 304}, {"GET", "If-Modified-Since", "yesterday", 200},
	} {
		w := b.send(c.method, "https://shop.example.com/", c.name, c.value)
		assert.Equal(t, c.want, w.Code, c)
		if c.want == http.StatusNotModified {
			assert.Empty(t, w.Body.String(), c)
			assert.Empty(t, w.Header().Get("Content-Length"), c)
			assert.Empty(t, w.Header().Get("Content-Type"), c)
		}
	}
	assert.EqualValues(t, 1, b.asked.Load())

	b = start(t, nil, say(200, "page", "Cache-Control", "max-age=60"))
	b.get("/")
	assert.Equal(t, 200, b.get("/", "If-Modified-Since", "Thu, 01 Jan 2026 11:00:00 GMT").Code, "nobody knows since when it is as it is")
}

// TestLengths of what goes to viewers.
func TestLengths(t *testing.T) {
	b := start(t, nil, say(200, "0123456789", "Cache-Control", "max-age=60"))
	for _, c := range []struct{ spec, length, span string }{
		{"bytes=2-4", "3", "bytes 2-4/10"}, {"bytes=0-0", "1", "bytes 0-0/10"}, {"bytes=9-", "1", "bytes 9-9/10"}, {"bytes=-1", "1", "bytes 9-9/10"},
		{"bytes=-99", "10", "bytes 0-9/10"}, {"bytes=10-", "10", ""}, {"bytes=-0", "10", ""}, {"", "10", ""},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := b.send(method, "https://shop.example.com/", "Range", c.spec)
			assert.Equal(t, c.length, w.Header().Get("Content-Length"), c)
			assert.Equal(t, c.span, w.Header().Get("Content-Range"), c)
			assert.Equal(t, method == http.MethodGet, w.Body.Len() > 0, c)
		}
	}
	b.origin = say(204, "", "Cache-Control", "max-age=60")
	empty := b.get("/empty")
	assert.Equal(t, 204, empty.Code)
	b.origin = say(200, "0123456789")
	assert.Equal(t, "0123456789", b.send(http.MethodPost, "https://shop.example.com/", "Range", "bytes=2-4").Body.String())
}

// TestWhatIsCompressed begins at 1,000 bytes of a type that gets smaller.
func TestWhatIsCompressed(t *testing.T) {
	for _, c := range []struct {
		status, bytes int
		kind          string
		want          bool
	}{
		{200, 1000, "text/css", true}, {200, 999, "text/css", false}, {200, 1000, "image/png", false}, {404, 1000, "text/html", true}, {410, 1000, "text/html", false},
	} {
		b := start(t, only(func(b *model.Behavior) { b.Cache.AcceptGzip = true }), say(c.status, strings.Repeat("x", c.bytes), "Content-Type", c.kind, "ETag", `"1"`))
		w := b.get("/", "Accept-Encoding", "gzip")
		assert.Equal(t, c.want, w.Header().Get("Content-Encoding") == "gzip", c)
		assert.Equal(t, c.want, w.Header().Get("ETag") == `W/"1"`, c)
		assert.Equal(t, c.want, w.Header().Get("Vary") == "Accept-Encoding", c)
	}
	b := start(t, only(func(b *model.Behavior) { b.Cache.AcceptGzip = true }), say(200, strings.Repeat("x", 1000), "Content-Type", "text/css", "ETag", `W/"1"`))
	assert.Equal(t, `W/"1"`, b.get("/", "Accept-Encoding", "gzip").Header().Get("ETag"))
}

// TestLongRequests are refused from the first byte that is too much.
func TestLongRequests(t *testing.T) {
	b := start(t, nil, say(200, "x"))
	for _, c := range []struct{ path, query, want int }{{8191, 0, 200}, {8192, 0, 414}, {4000, 4191, 200}, {4000, 4192, 414}} {
		url := "/" + strings.Repeat("x", c.path)
		if c.query > 0 {
			url += "?" + strings.Repeat("q", c.query)
		}
		assert.Equal(t, c.want, b.get(url).Code, c)
	}
	// "GET" and "https://shop.example.com/" are 28 bytes, and ": " and the end of a line 4.
	const rest = 32768 - 28 - len("X-Long") - 4
	assert.Equal(t, 200, b.get("/", "X-Long", strings.Repeat("x", rest)).Code)
	assert.Equal(t, 431, b.get("/", "X-Long", strings.Repeat("x", rest+1)).Code)
}

// TestWhatIsForwardedOfForms is what nobody chose: their type and who sends them.
func TestWhatIsForwardedOfForms(t *testing.T) {
	sent := []string{"Content-Type", "application/json", "Authorization", "Bearer t"}
	for method, want := range map[string]string{"POST": "application/json", "GET": ""} {
		b := start(t, nil, say(200, "x"))
		b.send(method, "https://shop.example.com/", sent...)
		assert.Equal(t, want, b.last.Header.Get("Content-Type"), method)
		assert.Equal(t, method == "POST", b.last.Header.Get("Authorization") != "", method)
	}
	for mode, want := range map[model.Mode]string{model.AllViewerAndCloudFront: "192.0.2.1:1024", model.AllViewer: ""} {
		b := start(t, only(func(b *model.Behavior) { b.Request = &model.RequestPolicy{Headers: model.Selection{Mode: mode}} }), say(200, "x"))
		b.get("/", sent...)
		assert.Equal(t, want, b.last.Header.Get("CloudFront-Viewer-Address"))
		assert.Equal(t, "Bearer t", b.last.Header.Get("Authorization"))
	}
}

// TestTraces tell what was taken off and put on, beside what CloudFront puts on every request.
func TestTraces(t *testing.T) {
	b := start(t, only(func(b *model.Behavior) { b.Cache.Queries = model.Selection{Mode: model.None} }), say(200, "x", "Cache-Control", "max-age=60"))
	for range 2 {
		b.get("/?a=1", "X-Any", "1", "Cookie", "c=1")
	}
	for _, trace := range b.traces {
		assert.ElementsMatch(t, []string{"query a", "cookie c", "header x-any"}, trace.Stripped)
		assert.Empty(t, trace.Added)
		assert.Equal(t, "origin.internal", trace.Forwarded.Get("Host"))
		assert.NotEmpty(t, trace.Why)
	}
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
