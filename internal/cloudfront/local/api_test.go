package local

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// call asks a server without a network.
func call(server *Server, method, target, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	request.Host, request.RemoteAddr = "localhost:8443", "127.0.0.1:1234"
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, one := range change {
		one(request)
	}
	recorder := httptest.NewRecorder()
	server.ServeHTTP(recorder, request)
	return recorder
}

func newServer(t *testing.T, change ...func(*Config)) *Server {
	t.Helper()
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) }))
	t.Cleanup(origin.Close)
	config := configFor(t, origin.URL)
	for _, one := range change {
		one(&config)
	}
	server, err := New(config, nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.closeAll()) })
	return server
}

func TestThePageIsForThisMachine(t *testing.T) {
	server := newServer(t)
	for name, one := range map[string]struct {
		host, address string
		status        int
	}{
		"localhost":        {"localhost:8443", "127.0.0.1:1", 200},
		"loopback address": {"127.0.0.1:8443", "127.0.0.1:1", 200},
		"IPv6":             {"[::1]:8443", "[::1]:1", 200},
		"the shop's name":  {shopName, "127.0.0.1:1", 200},
		"another machine":  {"localhost:8443", "192.0.2.1:1", 403},
		"a rebound name":   {"evil.example", "127.0.0.1:1", 403},
		"no address":       {"localhost:8443", "", 403},
	} {
		got := call(server, "GET", PagePath, "", func(r *http.Request) { r.Host, r.RemoteAddr = one.host, one.address })
		assert.Equal(t, one.status, got.Code, name)
	}
	everyone := newServer(t, func(c *Config) { c.Page = Everyone })
	assert.Equal(t, 200, call(everyone, "GET", PagePath, "", func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1" }).Code)
	nobody := newServer(t, func(c *Config) { c.Page = Nobody })
	assert.Equal(t, 403, call(nobody, "GET", PagePath, "").Code)
	assert.Equal(t, "/__edgewise", call(nobody, "GET", "/__edgewise", "").Body.String(), "a longer name is the shop's")
}

func TestOtherSitesCannotUseThePage(t *testing.T) {
	server := newServer(t)
	assert.Equal(t, "/static/x.js", call(server, "GET", "/static/x.js", "").Body.String())
	purge := func(change func(*http.Request)) int {
		return call(server, "POST", PagePath+"/api/purge", `{"pattern":"/*"}`, change).Code
	}
	assert.Equal(t, 403, purge(func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }))
	assert.Equal(t, 403, purge(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }))
	assert.Equal(t, 400, purge(func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }))
	assert.Equal(t, 405, call(server, "GET", PagePath+"/api/purge", "").Code)
	assert.Len(t, server.edge.Objects(), 1)
	assert.Equal(t, 200, purge(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }))
	assert.Empty(t, server.edge.Objects())

	for _, path := range []string{"", "/page.js", "/api/state", "/api/unknown"} {
		header := call(server, "GET", PagePath+path, "").Header()
		assert.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'", path)
		assert.Equal(t, "DENY", header.Get("X-Frame-Options"), path)
		assert.Equal(t, "no-store", header.Get("Cache-Control"), path)
	}
}

func TestTheAPITellsWhatWasServed(t *testing.T) {
	server := newServer(t)
	secret := func(r *http.Request) { r.Header.Set("Cookie", "PHPSESSID=secret") }
	for range 3 {
		call(server, "GET", "/static/x.js", "", secret)
	}
	call(server, "GET", "/women.html", "", secret)

	got := call(server, "GET", PagePath+"/api/state", "")
	assert.NotContains(t, got.Body.String(), "secret", "values of cookies are the visitor's")
	var shown state
	require.NoError(t, json.Unmarshal(got.Body.Bytes(), &shown))
	assert.Equal(t, Counters{Static: Tally{Requests: 3, Hits: 2, Misses: 1}, Uncached: 1}, shown.Counters)
	assert.Equal(t, shopName, shown.Host)
	assert.Len(t, shown.Behaviors, 3)
	require.Len(t, shown.Requests, 4)
	assert.Equal(t, "hit", shown.Requests[2].Result)
	assert.Equal(t, []string{"cookie PHPSESSID"}, shown.Requests[3].Stripped)
	assert.Equal(t, 1, shown.Objects)

	assert.Contains(t, call(server, "GET", PagePath+"/api/objects", "").Body.String(), `"key":"shop.example.com/static/x.js"`)
	assert.Equal(t, 200, call(server, "POST", PagePath+"/api/reset", "{}").Code)
	requests, counters := server.recorder.state()
	assert.Empty(t, requests)
	assert.Zero(t, counters)
}

func TestBadQuestionsAreAnsweredWithAllThatIsWrong(t *testing.T) {
	server := newServer(t)
	got := call(server, "POST", PagePath+"/api/explain", `{"method":"A B","url":"ftp://x","cookies":["no"],"headers":["none","a: b\r\nc: d","Host: else.example.com"]}`)
	assert.Equal(t, 400, got.Code)
	for _, want := range []string{"method", "url", "cookie", `header \"none\"`, `header \"a: b`, `host \"else.example.com\": must be one of shop.example.com, b2b.example.com or localhost`} {
		assert.Contains(t, got.Body.String(), want)
	}
	for _, body := range []string{"{", `{"unknown":1}`, `{"url":"` + strings.Repeat("a", maxAsked) + `"}`} {
		assert.Equal(t, 400, call(server, "POST", PagePath+"/api/explain", body).Code)
	}
	assert.Equal(t, 400, call(server, "POST", PagePath+"/api/purge", `{"pattern":"women"}`).Code)
}

func TestRequestsAreFollowedLive(t *testing.T) {
	server, address := start(t, configFor(t, "http://127.0.0.1:1"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+PagePath+"/api/events", nil)
	require.NoError(t, err)
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	events := bufio.NewReader(response.Body)
	line, err := events.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, ": open\n", line)
	server.recorder.observe(model.Trace{Path: "/x\n\ndata: forged", Pattern: "*", Result: model.Hit})
	_, err = events.ReadString('\n')
	require.NoError(t, err)
	line, err = events.ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, line, `"path":"/x\n\ndata: forged"`)
	assert.Contains(t, line, `"pages":{"requests":1,"hits":1,"misses":0}`)
}

func TestAnOpenPageDoesNotHoldTheServerUp(t *testing.T) {
	server, err := New(configFor(t, "http://127.0.0.1:1"), nil)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, listener) }()
	response, err := http.Get("http://" + listener.Addr().String() + PagePath + "/api/events")
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	stop()
	_, err = io.ReadAll(response.Body)
	assert.NoError(t, err, "the stream has an end, and is not cut off")
	assert.NoError(t, <-stopped)
}

func TestTheRecorderIsBounded(t *testing.T) {
	r := newRecorder()
	requests, stop, ok := r.listen()
	require.True(t, ok)
	for range maxListeners - 1 {
		_, _, ok := r.listen()
		require.True(t, ok)
	}
	_, _, ok = r.listen()
	assert.False(t, ok, "one page too many")
	for i := range 3 * keptRequests {
		r.observe(model.Trace{Path: strings.Repeat("a", 5000+i)})
	}
	latest, _ := r.state()
	assert.Len(t, latest, keptRequests)
	assert.Less(t, len(latest[0].Path), 2100)
	assert.Len(t, requests, waitingRequests, "a page that does not read holds nobody up")
	stop()
	r.close()
	_, _, ok = r.listen()
	assert.False(t, ok)
}

func TestTextOfVisitorsIsHarmlessInHeaders(t *testing.T) {
	assert.Equal(t, "a%0D%0ASet-Cookie: x%C3%A9", headerText("a\r\nSet-Cookie: xé"))
	assert.LessOrEqual(t, len(headerText(strings.Repeat("\n", 10000))), maxDetail+10)
	var text strings.Builder
	require.NoError(t, Explanation{Method: "GET", Path: "/\x1b[31m\u009b", Why: []string{"a\nb"}}.Write(&text))
	assert.NotContains(t, text.String(), "\x1b")
	assert.NotContains(t, text.String(), "\u009b")
}

func TestTheServerSpeaksTLS(t *testing.T) {
	certificate, err := Certificate([]string{shopName}, time.Now())
	require.NoError(t, err)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Got-Proto", r.Header.Get("X-Forwarded-Proto"))
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b", Secure: true})
	}))
	defer origin.Close()
	config := configFor(t, origin.URL)
	config.Certificate = &certificate
	_, address := start(t, config)
	client := trusting(t, certificate)
	response, err := client.Get(strings.Replace(address, "http://", "https://", 1) + "/")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 2, response.ProtoMajor)
	assert.Equal(t, "https", response.Header.Get("Got-Proto"))
	assert.Equal(t, "a=b; Secure", response.Header.Get("Set-Cookie"))
}

// trusting is a client that knows the server's certificate.
func trusting(t *testing.T, certificate tls.Certificate) *http.Client {
	t.Helper()
	parsed, err := x509.ParseCertificate(certificate.Certificate[0])
	require.NoError(t, err)
	known := x509.NewCertPool()
	known.AddCert(parsed)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
