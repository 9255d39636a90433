package local

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serve runs a server on a port of its own until the test ends, and checks that it stops.
func serve(t *testing.T, server *Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-stopped)
	})
	return "http://" + listener.Addr().String()
}

// get asks without following redirects.
func get(t *testing.T, target string, change ...func(*http.Request)) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, target, nil)
	require.NoError(t, err)
	for _, one := range change {
		one(request)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(body)
}

func TestTheShopIsVisitedAtLocalhost(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Host", r.Host)
		w.Header().Set("X-Origin-Header", r.Header.Get("Origin"))
		w.Header().Set("Strict-Transport-Security", "max-age=1")
		w.Header().Set("Location", "https://"+r.Host+"/customer/account/?a=b%20c")
		w.Header().Add("Set-Cookie", "PHPSESSID=1; path=/; domain=.example.com; secure; HttpOnly; SameSite=Lax")
		w.Header().Add("Set-Cookie", "store=de; Path=/; SameSite=None; Secure")
		w.WriteHeader(http.StatusFound)
	}))
	defer origin.Close()
	_, address := start(t, configFor(t, origin.URL))

	response, _ := get(t, address+"/customer/account/login", func(r *http.Request) { r.Header.Set("Origin", address) })
	assert.Equal(t, shopName, response.Header.Get("X-Host"))
	assert.Equal(t, "https://"+shopName, response.Header.Get("X-Origin-Header"))
	assert.Equal(t, address+"/customer/account/?a=b%20c", response.Header.Get("Location"))
	assert.Equal(t, []string{"PHPSESSID=1; path=/; HttpOnly; SameSite=Lax", "store=de; Path=/"}, response.Header["Set-Cookie"])
	assert.Empty(t, response.Header.Get("Strict-Transport-Security"))

	response, _ = get(t, address+"/", func(r *http.Request) { r.Host = "b2b.example.com" })
	assert.Equal(t, "b2b.example.com", response.Header.Get("X-Host"), "a name of the shop is itself")
}

func TestRedirectsElsewhereStay(t *testing.T) {
	names := hosts{shop: []string{shopName, "b2b.example.com"}, host: shopName, backend: []string{"localhost:8080"}}
	for value, want := range map[string]string{
		"https://pay.example.net/x":         "https://pay.example.net/x",
		"https://b2b.example.com/x":         "https://b2b.example.com/x",
		"/customer/account/":                "/customer/account/",
		"https://SHOP.example.com/x":        "http://localhost:8443/x",
		"http://localhost:8080/x":           "http://localhost:8443/x",
		"5; url=https://shop.example.com/x": "5; url=http://localhost:8443/x",
		"https://shop.example.com.evil.net": "https://shop.example.com.evil.net",
		"https://x@shop.example.com%zz/":    "https://x@shop.example.com%zz/",
	} {
		assert.Equal(t, want, names.visitedURL(value, "localhost:8443"), value)
	}
	names.tls = true
	assert.Equal(t, "a=1; Secure; SameSite=None", names.visitedCookie("a=1; Secure; SameSite=None; Domain=shop.example.com", "localhost"))
	assert.Equal(t, "a=1; Domain=example.com", names.visitedCookie("a=1; Domain=example.com", "shop.example.com"))
}

func TestTheOriginGetsWhatALoadBalancerSends(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-For", "Accept-Encoding", "User-Agent"} {
			w.Header().Set("Got-"+name, strings.Join(r.Header.Values(name), "|"))
		}
		w.Header().Set("Got-Uri", r.RequestURI)
		w.Header().Set("Got-Host", r.Host)
	}))
	defer origin.Close()
	config := configFor(t, origin.URL)
	config.BackendHost = "localhost:8443"
	_, address := start(t, config)

	response, _ := get(t, address+"//a%2Fb/../c?x=1;y=%zz&b", func(r *http.Request) {
		r.URL.Opaque = strings.TrimPrefix(address, "http:") + "//a%2Fb/../c"
		r.Header.Set("X-Forwarded-For", "192.0.2.1")
		r.Header.Set("X-Forwarded-Proto", "gopher")
		r.Header.Set("User-Agent", "")
		r.Header.Set("Accept-Encoding", "identity")
	})
	assert.Equal(t, "//a%2Fb/../c?x=1;y=%zz&b", response.Header.Get("Got-Uri"))
	assert.Equal(t, "localhost:8443", response.Header.Get("Got-Host"))
	assert.Equal(t, "http", response.Header.Get("Got-X-Forwarded-Proto"))
	assert.Empty(t, response.Header.Get("Got-X-Forwarded-For"), "the load balancer removes it")
	assert.Equal(t, "identity", response.Header.Get("Got-Accept-Encoding"))
	assert.Empty(t, response.Header.Get("Got-User-Agent"))
}

func TestADeadOriginDoesNotHangTheEdge(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	dead := "http://" + listener.Addr().String()
	require.NoError(t, listener.Close())
	_, address := start(t, configFor(t, dead))
	response, _ := get(t, address+"/")
	assert.Equal(t, http.StatusBadGateway, response.StatusCode)
	assert.Equal(t, "*", response.Header.Get("X-Edge-Behavior"))
}

func TestASilentOriginCountsAsNone(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer origin.Close()
	config := configFor(t, origin.URL)
	config.Hosts, config.Edge, config.OriginTimeout = []string{shopName}, FromModel(smallDistribution()), time.Second
	_, address := start(t, config)
	for _, path := range []string{"/", "/checkout/cart/"} {
		response, _ := get(t, address+path)
		assert.Equal(t, http.StatusGatewayTimeout, response.StatusCode, path)
	}
}

func TestATruncatedAnswerIsNotACompleteOne(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "short")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	defer origin.Close()
	server, address := start(t, configFor(t, origin.URL))
	request, err := http.NewRequest(http.MethodGet, address+"/static/x.js", nil)
	require.NoError(t, err)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		_, err = io.ReadAll(response.Body)
		require.NoError(t, response.Body.Close())
	}
	assert.Error(t, err)
	assert.Empty(t, server.edge.Objects())
}

func TestAnswersAreStreamed(t *testing.T) {
	release := make(chan struct{})
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first\n")
		_ = http.NewResponseController(w).Flush()
		<-release
		_, _ = io.WriteString(w, "second\n")
	}))
	defer origin.Close()
	_, address := start(t, configFor(t, origin.URL))
	response, err := http.Get(address + "/export")
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	reader := bufio.NewReader(response.Body)
	line, err := reader.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "first\n", line)
	close(release)
	line, err = reader.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "second\n", line)
}

func TestTooManyRequestsAtATimeAreTurnedAway(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	origin := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		began <- struct{}{}
		<-release
	}))
	defer origin.Close()
	config := configFor(t, origin.URL)
	config.Concurrency = 1
	_, address := start(t, config)
	first := make(chan int)
	go func() {
		response, err := http.Get(address + "/slow")
		if err != nil {
			first <- 0
			return
		}
		_ = response.Body.Close()
		first <- response.StatusCode
	}()
	<-began
	response, _ := get(t, address+"/")
	assert.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	close(release)
	assert.Equal(t, http.StatusOK, <-first)
}

func TestAConfigurationNamesAllThatIsWrong(t *testing.T) {
	_, err := New(Config{
		Hosts: []string{shopName}, Host: "else.example.com", Page: "some", OriginTimeout: time.Millisecond, Concurrency: -1,
		Backend:  &url.URL{Scheme: "ftp", Host: "x"},
		Backends: map[string]*url.URL{"standby": {Scheme: "http", Host: "x", Path: "/y"}},
	}, nil)
	require.Error(t, err)
	for _, want := range []string{
		"edge: required", "origins: the distribution has none", `backend "ftp://x": must be like`, `backend "http://x/y": must be like`,
		`backend of origin "standby": the distribution has no such origin`, `host "else.example.com": not a name of the shop`,
		`page "some": may be`, "origin timeout 1ms: at least a second", "concurrency -1: at least 1",
	} {
		assert.ErrorContains(t, err, want)
	}
}

// TestAnOriginThatIsGoneIsToldOnce, and that it is back.
func TestAnOriginThatIsGoneIsToldOnce(t *testing.T) {
	var told bytes.Buffer
	origin := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	backend, err := url.Parse(origin.URL)
	require.NoError(t, err)
	handler := Config{}.proxy(backend, newTransport(), slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{Level: slog.LevelWarn})), newLessons())
	ask := func() {
		defer func() { _ = recover() }() // what says that nobody answers
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
	ask()
	assert.Empty(t, told.String())
	origin.Close()
	ask()
	ask()
	assert.Equal(t, 1, strings.Count(told.String(), "does not answer"))
	listener, err := net.Listen("tcp", backend.Host)
	require.NoError(t, err)
	again := &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Second}
	go func() { _ = again.Serve(listener) }()
	defer again.Close()
	ask()
	ask()
	assert.Equal(t, 1, strings.Count(told.String(), "answers again"))
}
