package model_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

func code(text string) *model.Function {
	return &model.Function{Name: "f", Runtime: "cloudfront-js-2.0", Code: text}
}

func running(request, response *model.Function) func(*model.Distribution) {
	return only(func(b *model.Behavior) {
		b.ViewerRequest, b.ViewerResponse = request, response
		b.Cache.Headers = model.Selection{Mode: model.Whitelist, Names: []string{"host", "x-scope"}}
		b.Request = &model.RequestPolicy{Headers: model.Selection{Mode: model.AllViewer}, Cookies: model.Selection{Mode: model.All}, Queries: model.Selection{Mode: model.All}}
	})
}

func TestAFunctionChangesRequests(t *testing.T) {
	b := start(t, running(code(`
		import cf from 'cloudfront';
		function handler(event) {
			const r = event.request;
			delete r.cookies.PHPSESSID;
			delete r.headers['user-agent'];
			delete r.querystring.utm_source;
			r.headers['x-scope'] = { value: event.context.requestId + '-' + event.viewer.ip + '-' + r.method };
			r.querystring.more = { value: '1', multiValue: [{ value: '1' }, { value: '2' }] };
			return r;
		}`), nil), say(200, "x", "Cache-Control", "max-age=60"))
	b.get("/p?utm_source=x&a=1&a=2&b", "Cookie", "PHPSESSID=1; store=fr; store=de", "User-Agent", "phone")
	assert.Equal(t, "a=1&a=2&b=&more=1&more=2", b.last.URL.RawQuery)
	assert.Equal(t, "store=fr; store=de", b.last.Header.Get("Cookie"))
	assert.Equal(t, "Amazon CloudFront", b.last.UserAgent())
	assert.Regexp(t, `^[0-9a-f]{16}-192\.0\.2\.1-GET$`, b.last.Header.Get("X-Scope"))
	assert.Equal(t, miss, b.get("/p").Header().Get("X-Cache"), "what a function puts into the key tells requests apart")
}

func TestAFunctionAnswersItself(t *testing.T) {
	b := start(t, running(code(`function handler(event) { return { statusCode: 302, headers: { location: { value: '/x' } } }; }`), nil), say(200, "x"))
	w := b.get("/")
	assert.Equal(t, 302, w.Code)
	assert.Equal(t, "/x", w.Header().Get("Location"))
	assert.Equal(t, "FunctionGeneratedResponse from cloudfront", w.Header().Get("X-Cache"))
	assert.Zero(t, b.asked.Load())
}

// TestAFunctionThatFailsStopsTheRequest: nothing reaches an origin or the cache past a function.
func TestAFunctionThatFailsStopsTheRequest(t *testing.T) {
	for name, text := range map[string]string{
		"an error":           `function handler(event) { throw new Error('no'); }`,
		"nothing given back": `function handler(event) {}`,
		"a read-only header": `function handler(event) { event.request.headers.host = { value: 'evil' }; return event.request; }`,
		"a removed one":      `function handler(event) { delete event.request.headers.host; return event.request; }`,
		"a hidden header":    `function handler(event) { event.request.headers['x-forwarded-proto'] = { value: 'https' }; return event.request; }`,
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, running(code(text), nil), say(200, "x"))
			assert.Equal(t, http.StatusServiceUnavailable, b.get("/").Code)
			assert.Zero(t, b.asked.Load())
		})
	}
}

func TestAFunctionAsksForTheStandby(t *testing.T) {
	b := start(t, running(code(`import cf from 'cloudfront';
		function handler(event) {
			cf.createRequestOriginGroup({ originIds: [{ originId: 'origin' }, { originId: 'standby' }], failoverCriteria: { statusCodes: [503] } });
			return event.request;
		}`), nil), say(503, "down"))
	assert.Equal(t, "standby", b.get("/").Body.String())
	assert.Equal(t, 503, b.send(http.MethodPost, "https://shop.example.com/").Code)
}

// TestFunctionsForgetRequests holds that what was asked for one request is not done for the next.
func TestFunctionsForgetRequests(t *testing.T) {
	b := start(t, running(code(`import cf from 'cloudfront';
		function handler(event) {
			if (event.request.uri === '/first') {
				cf.createRequestOriginGroup({ originIds: ['origin', 'standby'], failoverCriteria: { statusCodes: [503] } });
			}
			return event.request;
		}`), nil), say(503, "down"))
	assert.Equal(t, "standby", b.get("/first").Body.String())
	assert.Equal(t, 503, b.get("/second").Code)
}

// TestFunctionsOnAnswers run on hits, and never on errors.
func TestFunctionsOnAnswers(t *testing.T) {
	function := code(`function handler(event) { delete event.response.cookies.a; event.response.headers['x-ran'] = { value: '1' }; return event.response; }`)
	b := start(t, running(nil, function), func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Add("Set-Cookie", "a=1; Path=/; HttpOnly")
		w.Header().Add("Set-Cookie", "b=2; Path=/; HttpOnly")
		if r.URL.Path == "/404" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, "x")
	})
	for range 2 {
		w := b.get("/")
		assert.Equal(t, []string{"b=2; Path=/; HttpOnly"}, w.Header().Values("Set-Cookie"))
		assert.Equal(t, "1", w.Header().Get("X-Ran"))
	}
	w := b.get("/404")
	assert.Len(t, w.Header().Values("Set-Cookie"), 2, "an error keeps its cookies")
	assert.Empty(t, w.Header().Get("X-Ran"))
}

func TestFunctionsThatCloudFrontRefuses(t *testing.T) {
	long := make([]byte, 11<<10)
	for i := range long {
		long[i] = ' '
	}
	for want, function := range map[string]*model.Function{
		"must be cloudfront-js-2.0":               {Name: "f", Runtime: "cloudfront-js-1.0", Code: `function handler(e) { return e.request; }`},
		"CloudFront takes 10240":                  code(string(long) + `function handler(e) { return e.request; }`),
		`module "fs": the model has cloudfront`:   code(`import fs from 'fs'; function handler(e) { return e.request; }`),
		"function f: has no function named handl": code(`const x = 1;`),
		"SyntaxError":                             code(`function handler(e {`),
	} {
		d := model.Distribution{Behaviors: []model.Behavior{{Pattern: "*", ViewerRequest: function}}}
		_, err := model.New(d, model.Options{})
		assert.ErrorContains(t, err, want)
	}
}

func TestExplainChangesNothing(t *testing.T) {
	b := start(t, running(code(`function handler(event) { delete event.request.cookies.PHPSESSID; return event.request; }`), nil), say(200, "x", "Cache-Control", "max-age=60"))
	r := httptest.NewRequest(http.MethodGet, "https://shop.example.com/p?utm=1", nil)
	r.Header.Set("Cookie", "PHPSESSID=1; store=fr")
	trace := b.Explain(r)
	assert.Equal(t, model.Miss, trace.Result)
	assert.Equal(t, "origin", trace.Origin)
	assert.Equal(t, []string{"cookie PHPSESSID"}, trace.Stripped)
	assert.Zero(t, b.asked.Load())
	assert.Empty(t, b.Objects())
	b.get("/p?utm=1")
	require.Len(t, b.traces, 1)
	assert.Equal(t, trace.Key, b.traces[0].Key)
	assert.Equal(t, model.Hit, b.Explain(r).Result)
	assert.EqualValues(t, 0, b.Objects()[0].Hits)
}

func BenchmarkHit(b *testing.B) {
	bench := start(&testing.T{}, running(code(`function handler(event) { event.request.headers['x-scope'] = { value: 'shared' }; return event.request; }`), nil),
		say(200, "page", "Cache-Control", "max-age=3600"))
	r := httptest.NewRequest(http.MethodGet, "https://shop.example.com/women/tops.html", nil)
	r.Header.Set("Cookie", "PHPSESSID=1; store=fr")
	b.ReportAllocs()
	for b.Loop() {
		bench.traces = bench.traces[:0]
		bench.ServeHTTP(httptest.NewRecorder(), r)
	}
}
