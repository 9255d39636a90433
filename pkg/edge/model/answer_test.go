package model_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/edge/model"
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
