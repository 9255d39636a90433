package varnish_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/internal/varnish"
	"github.com/magestack/magestack/pkg/magento"
)

// twin is the same script through varnishd and through the model, in front of two shops that are alike.
type twin struct {
	real, model           http.Handler
	realShop, modelShop   *fakeshop.Shop
	realAsked, modelAsked []string
	jars                  map[string]map[string]string
	random                *rand.Rand
}

var (
	people = []string{"anna", "bert", "cora", "guest"}
	hosts  = []string{"shop.example.com", "www.shop.example.com"}
	paths  = []string{"/", "/women.html", "/women.html", "/joust-duffle-bag.html", "/robots.txt", "/women.html/../x.html"}
	others = []string{"/checkout/cart", "/customer/section/load/", "/sales/order/printShipment", "/loyalty/points", "/swatches/ajax/media", "/review/product/listAjax", "/graphql", "/static/a.css"}
	query  = []string{"", "", "utm_source=x", "p=2&q=bag", "q=bag&p=2&gclid=1"}
)

// request is what the edge makes of something that a browser sends.
func (w *twin) request() *http.Request {
	pick := func(from []string) string { return from[w.random.IntN(len(from))] }
	who, method, path, page := pick(people), http.MethodGet, pick(paths), true
	switch w.random.IntN(5) {
	case 0:
		path, page = pick(others), false
	case 1:
		method, page = http.MethodPost, false
		path = pick([]string{"/customer/account/loginPost?customer=" + who, "/checkout/cart/add", "/directory/currency/switch?currency=CHF", "/stores/store/switch?store=fr", "/customer/account/logout"})
	}
	if q := pick(query); q != "" && !strings.Contains(path, "?") {
		path += "?" + q
	}
	r := httptest.NewRequest(method, "http://"+pick(hosts)+path, nil)
	r.Header.Set("X-Forwarded-Proto", "https")
	r.Header.Set("User-Agent", "Amazon CloudFront")
	r.Header.Set("X-Test-Visitor", who)
	if w.random.IntN(10) == 0 {
		r.Method = http.MethodHead
	}
	script := w.random.IntN(6) == 0
	if script {
		r.Header.Set("X-Requested-With", "XMLHttpRequest")
	}
	var line []string
	jar := w.jars[who+r.Host]
	for _, name := range slices.Sorted(maps.Keys(jar)) {
		// Now and then a cookie is lost, or another's is sent.
		switch w.random.IntN(12) {
		case 0:
		case 1:
			line = append(line, name+"="+w.jars["anna"+r.Host][name])
		default:
			line = append(line, name+"="+jar[name])
		}
	}
	if len(line) > 0 {
		r.Header.Set("Cookie", strings.Join(line, "; "))
	}
	if page {
		r.Header.Set(magento.ScopeHeader, "request-id")
		if !script && method == http.MethodGet && !strings.Contains(strings.Join(line, ""), magento.VaryCookie) {
			r.Header.Set(magento.ScopeHeader, magento.SharedScope)
		}
	}
	if w.random.IntN(12) == 0 {
		r.Header.Set("If-None-Match", `"1"`)
	}
	return r
}

func (w *twin) takeOver(r *http.Request, answer *httptest.ResponseRecorder) {
	key := r.Header.Get("X-Test-Visitor") + r.Host
	if w.jars[key] == nil {
		w.jars[key] = map[string]string{}
	}
	for _, c := range answer.Result().Cookies() {
		w.jars[key][c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(w.jars[key], c.Name)
		}
	}
}

// TestTheModelIsVarnish sends scripts through both. What differs in an answer, or in what reaches the shop, is a mistake of the model.
func TestTheModelIsVarnish(t *testing.T) {
	if _, err := exec.LookPath(varnish.Program); err != nil {
		t.Skip(varnish.Program + " is not installed")
	}
	const scripts, steps = 40, 60
	var current atomic.Pointer[twin]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/health_check.php" {
			return
		}
		twin := current.Load()
		twin.realAsked = append(twin.realAsked, asked(r))
		twin.realShop.ServeHTTP(w, r)
	}))
	defer server.Close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	daemon, err := varnish.Start(ctx, configuration, t.TempDir(), server.URL)
	require.NoError(t, err)
	now := func() time.Time { return time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC) }
	hits := map[string]int{}
	for seed := range uint64(scripts) {
		behavior := fakeshop.Behavior{EverythingPublic: seed%5 == 1, NothingSaid: seed%5 == 2, CookiesOnErrors: seed%2 == 1, Tagged: seed%4 == 3, Chunked: seed%3 == 0}
		w := &twin{
			real: daemon, realShop: fakeshop.New(behavior, now), modelShop: fakeshop.New(behavior, now),
			jars: map[string]map[string]string{}, random: rand.New(rand.NewPCG(seed, seed)), //nolint:gosec // the same every time
		}
		w.model = varnish.NewModel(varnish.Shop{}, http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			w.modelAsked = append(w.modelAsked, asked(r))
			w.modelShop.ServeHTTP(out, r)
		}), now)
		current.Store(w)
		require.NoError(t, daemon.PurgeTags(ctx, ".*"))
		for step := range steps {
			if w.random.IntN(15) == 0 {
				fault := []fakeshop.Fault{fakeshop.ServerError, fakeshop.NotFound, fakeshop.Unreachable}[w.random.IntN(3)]
				w.realShop.SetFault(fault)
				w.modelShop.SetFault(fault)
			} else if w.random.IntN(4) == 0 {
				w.realShop.SetFault(fakeshop.NoFault)
				w.modelShop.SetFault(fakeshop.NoFault)
			}
			r := w.request()
			real, model := httptest.NewRecorder(), httptest.NewRecorder()
			w.real.ServeHTTP(real, r.Clone(ctx))
			w.model.ServeHTTP(model, r.Clone(ctx))
			name := fmt.Sprintf("script %d, step %d: %s %s %v", seed, step, r.Method, r.URL, r.Header)
			require.Equal(t, summary(r, real), summary(r, model), name)
			require.Equal(t, w.realAsked, w.modelAsked, name)
			hits[real.Header().Get("X-Magento-Cache-Debug")+r.Header.Get(magento.ScopeHeader)]++
			w.realAsked, w.modelAsked = nil, nil
			w.takeOver(r, real)
		}
	}
	assert.Greater(t, hits["HIT"+magento.SharedScope], scripts, "%v", hits)
	assert.Greater(t, hits["HITrequest-id"], scripts/8, "%v", hits)
	t.Logf("%v", hits)
}

// asked is a request as the shop gets it, without what the connection is made of.
func asked(r *http.Request) string {
	header := r.Header.Clone()
	for _, name := range []string{"X-Varnish", "Accept-Encoding", "Via", "Connection", "Content-Length", "X-Forwarded-For"} {
		header.Del(name)
	}
	return fmt.Sprint(r.Method, r.Host, r.URL.RequestURI(), header)
}

func summary(r *http.Request, w *httptest.ResponseRecorder) string {
	body, _ := io.ReadAll(w.Body) // of memory
	header := w.Header()
	if w.Code == http.StatusServiceUnavailable || r.Method == http.MethodHead || w.Code == http.StatusNotModified {
		body = nil
	}
	control := header.Get("Cache-Control")
	if strings.Contains(control, "s-maxage=8639") {
		control = strings.Split(control, "s-maxage")[0] + "s-maxage=86400" // some seconds of the real clock
	}
	return fmt.Sprintf("%d\n%s\n%v\n%s\n%s", w.Code, control, header.Values("Set-Cookie"), header.Get("X-Magento-Cache-Debug"), body)
}
