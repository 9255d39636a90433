package model_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// TestReadingHasNoBody however its length is told, since what a body says would be kept under a key that does not have it.
func TestReadingHasNoBody(t *testing.T) {
	b := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Cache-Control", "max-age=60")
		fmt.Fprintf(w, "page of %q", body)
	})
	for about, make := range map[string]func(*http.Request){
		"a length":         func(r *http.Request) { r.ContentLength = 8 },
		"chunks":           func(r *http.Request) { r.ContentLength, r.TransferEncoding = -1, []string{"chunked"} },
		"frames of HTTP/2": func(r *http.Request) { r.ContentLength, r.ProtoMajor = -1, 2 },
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequest(method, "https://shop.example.com/x", io.NopCloser(strings.NewReader("<script>")))
			make(r)
			w := httptest.NewRecorder()
			b.ServeHTTP(w, r)
			assert.Equal(t, http.StatusForbidden, w.Code, "%s %s", method, about)
		}
	}
	assert.Zero(t, b.asked.Load())
	assert.Equal(t, `page of ""`, b.get("/x").Body.String())

	empty := httptest.NewRequest(http.MethodGet, "https://shop.example.com/y", io.NopCloser(strings.NewReader("")))
	empty.ContentLength, empty.TransferEncoding = -1, []string{"chunked"}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, empty)
	assert.Equal(t, http.StatusOK, w.Code, "a body of nothing")
	assert.Zero(t, b.last.ContentLength)
	assert.Empty(t, b.last.Header.Get("Transfer-Encoding"))

	post := httptest.NewRequest(http.MethodPost, "https://shop.example.com/z", io.NopCloser(strings.NewReader("form")))
	post.ContentLength = -1
	w = httptest.NewRecorder()
	b.ServeHTTP(w, post)
	assert.Equal(t, `page of "form"`, w.Body.String(), "a form is whole")
}

// TestAFunctionSeesHowABodyComes, which net/http takes out of the headers.
func TestAFunctionSeesHowABodyComes(t *testing.T) {
	b := start(t, only(func(b *model.Behavior) {
		b.ViewerRequest = &model.Function{Name: "f", Runtime: "cloudfront-js-2.0",
			Code: `function handler(e) { const h = e.request.headers['transfer-encoding']; return { statusCode: h ? 299 : 298 }; }`}
	}), say(200, "x"))
	r := httptest.NewRequest(http.MethodPost, "https://shop.example.com/x", io.NopCloser(strings.NewReader("form")))
	r.ContentLength, r.TransferEncoding = -1, []string{"chunked"}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	assert.Equal(t, 299, w.Code)
	assert.Equal(t, 298, b.get("/x").Code)
}

// TestAnAnswerThatBreaksOffIsNotKept, and its viewer sees that something is missing.
func TestAnAnswerThatBreaksOffIsNotKept(t *testing.T) {
	broken := true
	b := start(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		_, _ = io.WriteString(w, "half")
		if broken {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, " and half")
	})
	w := httptest.NewRecorder()
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		b.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://shop.example.com/x", nil))
	})
	assert.Equal(t, "half", w.Body.String())
	assert.Empty(t, w.Header().Get("Content-Length"))
	assert.Empty(t, b.Objects())
	broken = false
	assert.Equal(t, "half and half", b.get("/x").Body.String())
	assert.Len(t, b.Objects(), 1)
}

// TestWhatNobodyCanAskForAgain leaves the room to what others can, and is not counted as kept for them.
func TestWhatNobodyCanAskForAgain(t *testing.T) {
	b := startSmall(t, 64<<10, only(func(b *model.Behavior) {
		b.Cache.Headers = model.Selection{Mode: model.Whitelist, Names: []string{"x-scope"}}
		b.ViewerRequest = &model.Function{Name: "f", Runtime: "cloudfront-js-2.0",
			Code: `function handler(e) { e.request.headers['x-scope'] = { value: e.request.uri[1] === 'p' ? e.context.requestId : 'shared' }; return e.request; }`}
	}), say(200, strings.Repeat("x", 2<<10), "Cache-Control", "public, max-age=60"))
	for n := range 10 {
		b.get(fmt.Sprintf("/shared-%d", n))
	}
	for n := range 400 {
		b.get(fmt.Sprintf("/private-%d", n))
	}
	last := b.traces[len(b.traces)-1]
	assert.True(t, last.Alone)
	assert.Contains(t, strings.Join(last.Why, "; "), "nobody can ask for again")
	assert.NotContains(t, strings.Join(last.Why, "; "), "kept for 1m")
	for n := range 10 {
		assert.Equal(t, hit, b.get(fmt.Sprintf("/shared-%d", n)).Header().Get("X-Cache"), n)
	}
	assert.False(t, b.traces[0].Alone)
	for _, object := range b.Objects() {
		assert.Equal(t, strings.Contains(object.Key, "/private"), object.Alone)
	}
}

// TestWhatAFunctionDecidesIsSaid, since shared and private requests differ by nothing else that is seen.
func TestWhatAFunctionDecidesIsSaid(t *testing.T) {
	b := start(t, only(func(b *model.Behavior) {
		b.Cache.Headers = model.Selection{Mode: model.Whitelist, Names: []string{"x-scope"}}
		b.ViewerRequest = &model.Function{Name: "pages", Runtime: "cloudfront-js-2.0", Code: `function handler(e) {
			if (e.request.cookies.vary) { e.request.headers['x-scope'] = { value: e.context.requestId }; return e.request; }
			e.request.cookies = {}; delete e.request.headers['referer']; e.request.headers['x-scope'] = { value: 'shared' }; return e.request; }`}
	}), say(200, "x"))
	explain := func(cookie string) string {
		r := httptest.NewRequest(http.MethodGet, "https://shop.example.com/x", nil)
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Referer", "https://else.example.com")
		return strings.Join(b.Explain(r).Why, "; ")
	}
	shared, private := explain("a=1; b=2"), explain("vary=1")
	assert.Contains(t, shared, "the function pages takes off a header, takes off 2 cookies, says X-Scope: shared")
	assert.Contains(t, shared, "whoever comes next with the same key may get the answer")
	assert.Contains(t, private, "the function pages says X-Scope: ")
	assert.Contains(t, private, "the origin is asked, always")
}
