package varnish_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/varnish"
	"github.com/magestack/magestack/pkg/magento"
)

// fakeMagento answers as Magento does in Varnish mode behind nginx: the session decides about the group, and the answer's vary cookie says so.
type fakeMagento struct {
	mu     sync.Mutex
	asked  []*http.Request
	down   bool
	public string                                              // Cache-Control of pages; Magento's own where it is empty
	custom map[string]func(http.ResponseWriter, *http.Request) // by path
}

const (
	publicForADay = "public, max-age=86400, s-maxage=86400"
	notKept       = "no-store, no-cache, must-revalidate, max-age=0, stale-if-error=0"
)

// vary is the cookie's value for a group and a store view; empty for a default visitor.
func vary(group, store string) string {
	if group == "" && store == "" {
		return ""
	}
	return "hash_" + group + "_" + store
}

func (m *fakeMagento) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.URL.Path == "/health_check.php" {
		if m.down {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return
	}
	m.asked = append(m.asked, r)
	if m.down {
		w.Header().Set("Cache-Control", notKept)
		w.Header().Set("X-Broken", "Magento's own page")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=UTF-8")
	header.Set("Cache-Control", publicForADay)
	if m.public != "" {
		header.Set("Cache-Control", m.public)
	}
	header.Set("X-Magento-Tags", "cat_p_1,cat_p,store")
	header.Set("X-Powered-By", "PHP")
	header.Set("Pragma", "cache")
	header.Set("Expires", "Thu, 01 Jan 2037 00:00:00 GMT")
	group, store, session := "", "", "new"
	if c, err := r.Cookie(magento.SessionCookie); err == nil {
		session = c.Value
		group, _, _ = strings.Cut(c.Value, "-") // a session is called wholesale-1, or guest-1
		if group == "guest" {
			group = ""
		}
	}
	if token := r.Header.Get("Authorization"); token != "" {
		group, _, _ = strings.Cut(strings.TrimPrefix(token, "Bearer "), "-")
	}
	if c, err := r.Cookie(magento.StoreCookie); err == nil {
		store = c.Value
	}
	if r.Header.Get(magento.ScopeHeader) != magento.SharedScope { // for which nginx takes cookies off
		header.Add("Set-Cookie", magento.SessionCookie+"="+session+"; Max-Age=86400; path=/; secure; HttpOnly")
		if v := vary(group, store); v != "" {
			header.Add("Set-Cookie", magento.VaryCookie+"="+v+"; Max-Age=86400; path=/; secure; HttpOnly")
		}
	}
	if answer := m.custom[r.URL.Path]; answer != nil {
		answer(w, r)
		return
	}
	script := ""
	if r.Header.Get("X-Requested-With") != "" {
		script = " for a script"
	}
	fmt.Fprintf(w, "%s%s for group %q in store %q%s", r.Host, r.URL, group, store, script)
}

// count is how often Magento was asked, and forgets it.
func (m *fakeMagento) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.asked)
	m.asked = nil
	return n
}

func (m *fakeMagento) last() *http.Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked[len(m.asked)-1]
}

func (m *fakeMagento) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

// bench is a real varnishd in front of a fakeMagento.
type bench struct {
	t       *testing.T
	magento *fakeMagento
	started time.Time
	*varnish.Daemon
}

func newBench(t *testing.T) *bench {
	t.Helper()
	if _, err := exec.LookPath(varnish.Program); err != nil {
		t.Skip(varnish.Program + " is not installed")
	}
	fake := &fakeMagento{custom: map[string]func(http.ResponseWriter, *http.Request){}}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	daemon, err := varnish.Start(ctx, configuration, t.TempDir(), server.URL)
	require.NoError(t, err)
	return &bench{t, fake, time.Now(), daemon}
}

// answer is what comes back, as it comes.
type answer struct {
	*http.Response
	body string
}

func (a answer) cache() string   { return a.Header.Get("X-Magento-Cache-Debug") }
func (a answer) control() string { return a.Header.Get("Cache-Control") }

// ask sends a request with headers, two by two.
func (b *bench) ask(method, path string, headers ...string) answer {
	b.t.Helper()
	return b.askAt(b.HTTP, method, path, headers...)
}

func (b *bench) askAt(address, method, path string, headers ...string) answer {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, "http://"+address+path, nil)
	require.NoError(b.t, err)
	request.Host = "shop.example.com"
	request.Header.Set("X-Forwarded-Proto", "https")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	require.NoError(b.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return answer{response, string(body)}
}

// shared asks as the edge does for a page for everybody.
func (b *bench) shared(path string, headers ...string) answer {
	b.t.Helper()
	return b.ask(http.MethodGet, path, append([]string{magento.ScopeHeader, magento.SharedScope}, headers...)...)
}

// private asks as the edge does for a page for one visitor, whose cookies are given.
func (b *bench) private(path, cookies string, headers ...string) answer {
	b.t.Helper()
	return b.ask(http.MethodGet, path, append([]string{magento.ScopeHeader, "request-id", magento.ClientIPHeader, "198.51.100.7", "Cookie", cookies}, headers...)...)
}
