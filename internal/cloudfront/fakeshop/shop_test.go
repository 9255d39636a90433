package fakeshop_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
)

func now() time.Time { return time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC) }

// ask sends a request of anna's with headers, two by two.
func ask(s *fakeshop.Shop, method, target string, headers ...string) (*httptest.ResponseRecorder, fakeshop.Page) {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r.WithContext(fakeshop.As(context.Background(), "anna")))
	var page fakeshop.Page
	_ = json.Unmarshal(w.Body.Bytes(), &page) // 304 has none
	return w, page
}

func session(w *httptest.ResponseRecorder) string {
	for _, c := range w.Result().Cookies() {
		if c.Name == "PHPSESSID" {
			return "PHPSESSID=" + c.Value
		}
	}
	return ""
}

func TestPathsThatMagentoTakesForTheSame(t *testing.T) {
	for path, want := range map[string]string{
		"/checkout/cart": "/checkout/cart", "//checkout/cart": "/checkout/cart", "/index.php/checkout": "/checkout", "/fr/checkout": "/checkout",
		"/index.php/fr/checkout": "/checkout", "/index.php": "/", "/fr": "/", "/france": "/france", "/index.phpx": "/index.phpx", "/%63heckout": "/%63heckout",
	} {
		assert.Equal(t, want, fakeshop.Path(path), path)
	}
}

func TestWhatSessionsDecide(t *testing.T) {
	for _, path := range []string{"/checkout", "/customer/section/load/x.css", "/rest/V1/carts", "/wishlist/index/configure", "/catalog/product_compare", "/setup"} {
		assert.True(t, fakeshop.Decided(path), path)
	}
	for _, path := range []string{"/", "/women.html", "/catalog/product/view/id/1", "/static/x.css", "/media/x.jpg", "/robots.txt", "/Checkout"} {
		assert.False(t, fakeshop.Decided(path), path)
	}
}

// TestAVisit logs in, fills a cart, changes currency and store, and logs out.
func TestAVisit(t *testing.T) {
	s := fakeshop.New(fakeshop.Behavior{}, now)
	first, _ := ask(s, http.MethodGet, "https://shop.example.com/women.html")
	assert.Contains(t, first.Header().Get("Cache-Control"), "public")
	guest := session(first)
	require.NotEmpty(t, guest)

	in, _ := ask(s, http.MethodPost, "https://shop.example.com/customer/account/loginPost?customer=anna&name=a", "Cookie", guest)
	assert.Equal(t, http.StatusFound, in.Code)
	mine := session(in)
	assert.NotEqual(t, guest, mine, "a login gives a new id")
	assert.Contains(t, in.Header().Values("Set-Cookie")[2], "X-Magento-Vary=hash-of-wholesale-EUR-default")

	ask(s, http.MethodPost, "https://shop.example.com/checkout/cart/add", "Cookie", mine)
	ask(s, http.MethodGet, "https://shop.example.com/directory/currency/switch?currency=CHF", "Cookie", mine)
	cart, page := ask(s, http.MethodGet, "https://shop.example.com/checkout/cart", "Cookie", mine+"; store=fr")
	assert.Equal(t, "no-store, no-cache, must-revalidate, max-age=0", cart.Header().Get("Cache-Control"))
	assert.Equal(t, fakeshop.Context{Host: "shop.example.com", Store: "fr", Group: "wholesale", Currency: "CHF"}, page.Context)
	assert.Equal(t, 1, page.Cart)
	assert.Equal(t, "anna", page.Owner)
	assert.Equal(t, "anna", cart.Header().Get("X-Shop-Owner"))

	ask(s, http.MethodGet, "https://shop.example.com/customer/account/logout", "Cookie", mine)
	_, page = ask(s, http.MethodGet, "https://shop.example.com/checkout/cart", "Cookie", mine)
	assert.Equal(t, fakeshop.DefaultGroup, page.Context.Group)
	assert.Zero(t, page.Cart)
	assert.Equal(t, 1, s.Done("a"))
}

func TestWhoseAPageIs(t *testing.T) {
	echoes := fakeshop.New(fakeshop.Behavior{Echoes: true}, now)
	for _, headers := range [][]string{
		{"Cookie", "PHPSESSID=x"}, {"Cookie", "store=fr; anything=1"}, {"Authorization", "Bearer x"}, {"X-Forwarded-For", "192.0.2.1, 198.51.100.1"},
		{"User-Agent", "x"}, {"X-Forwarded-Host", "evil.example"}, {"X-Whatever", "x"},
	} {
		_, page := ask(echoes, http.MethodGet, "https://shop.example.com/women.html", headers...)
		assert.Equal(t, "anna", page.Owner, headers)
	}
	for _, headers := range [][]string{
		nil, {"Cookie", "store=fr; X-Magento-Vary=x"}, {"User-Agent", "Amazon CloudFront", "Via", "x", "X-Forwarded-For", "198.51.100.1"},
	} {
		_, page := ask(echoes, http.MethodGet, "https://shop.example.com/women.html", headers...)
		assert.Empty(t, page.Owner, headers)
	}
}

func TestBehaviors(t *testing.T) {
	w, _ := ask(fakeshop.New(fakeshop.Behavior{EverythingPublic: true, Grace: true}, now), http.MethodGet, "https://shop.example.com/checkout")
	assert.Equal(t, "public, max-age=86400, s-maxage=86400, stale-while-revalidate=60, stale-if-error=86400", w.Header().Get("Cache-Control"))
	w, _ = ask(fakeshop.New(fakeshop.Behavior{NothingSaid: true}, now), http.MethodGet, "https://shop.example.com/checkout")
	assert.Empty(t, w.Header().Values("Cache-Control"))

	tagged := fakeshop.New(fakeshop.Behavior{Tagged: true}, now)
	w, _ = ask(tagged, http.MethodGet, "https://shop.example.com/women.html")
	w, page := ask(tagged, http.MethodGet, "https://shop.example.com/women.html", "If-None-Match", w.Header().Get("ETag"))
	assert.Equal(t, http.StatusNotModified, w.Code)
	assert.Zero(t, page)

	errs := fakeshop.New(fakeshop.Behavior{CookiesOnErrors: true}, now)
	errs.SetFault(fakeshop.NotFound)
	w, _ = ask(errs, http.MethodGet, "https://shop.example.com/women.html")
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.NotEmpty(t, session(w))
	errs.SetFault(fakeshop.Unreachable)
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { ask(errs, http.MethodGet, "https://shop.example.com/") })
	assert.Equal(t, "The shop sets cookies with errors.", fakeshop.Behavior{CookiesOnErrors: true}.String())
}

func TestSessionsEnd(t *testing.T) {
	at := now()
	s := fakeshop.New(fakeshop.Behavior{}, func() time.Time { return at })
	w, _ := ask(s, http.MethodPost, "https://shop.example.com/checkout/cart/add")
	mine := session(w)
	at = at.Add(2 * time.Hour)
	_, page := ask(s, http.MethodGet, "https://shop.example.com/checkout/cart", "Cookie", mine)
	assert.Zero(t, page.Cart)
}
