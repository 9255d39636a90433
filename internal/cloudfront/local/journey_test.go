package local

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser is a visitor with cookies of his own, at the address of the local edge.
type browser struct {
	t       *testing.T
	address string
	client  *http.Client
}

func newBrowser(t *testing.T, address string) *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t, address, &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		assert.Equal(t, address, r.URL.Scheme+"://"+r.URL.Host, "a redirect leaves the edge")
		return nil
	}}}
}

func (b *browser) read(response *http.Response, err error) (string, http.Header) {
	require.NoError(b.t, err)
	defer func() { require.NoError(b.t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return string(body), response.Header
}

func (b *browser) get(path string) (string, http.Header) {
	return b.read(b.client.Get(b.address + path))
}

func (b *browser) post(path string, form url.Values) (string, http.Header) {
	return b.read(b.client.PostForm(b.address+path, form))
}

// TestTwoCustomersShopThroughTheEdge is what a new user tries first.
func TestTwoCustomersShopThroughTheEdge(t *testing.T) {
	shop, server, address := startShop(t)
	guest, alice, bob := newBrowser(t, address), newBrowser(t, address), newBrowser(t, address)
	for name, customer := range map[string]*browser{"alice": alice, "bob": bob} {
		body, _ := customer.post("/customer/account/loginPost", url.Values{"username": {name}, "password": {name}})
		assert.Contains(t, body, "at wholesale prices", "the redirect after the login is to the home page of customers")
	}
	alice.post("/checkout/cart/add", url.Values{"product": {"1"}})
	alice.post("/checkout/cart/add", url.Values{"product": {"1"}})
	bob.post("/checkout/cart/add", url.Values{"product": {"2"}})
	guest.post("/checkout/cart/add", url.Values{"product": {"3"}})

	for who, want := range map[*browser]string{alice: "2 × Erika", bob: "1 × Juno", guest: "1 × Breathe"} {
		cart, _ := who.get("/checkout/cart/")
		assert.Contains(t, cart, want)
		assert.Len(t, regexp.MustCompile(`<li>\d+ ×`).FindAllString(cart, -1), 1, cart)
	}
	section, _ := alice.get("/customer/section/load")
	assert.JSONEq(t, `{"customer":{"firstname":"alice"},"cart":{"summary_count":2}}`, section)

	// Pages of guests are kept and carry nobody's session; those of customers are their own.
	before := shop.Requests()
	for range 20 {
		page, header := newBrowser(t, address).get("/product/1.html?utm_source=mail")
		assert.NotContains(t, page, "wholesale")
		assert.Empty(t, header["Set-Cookie"])
		page, _ = alice.get("/product/1.html")
		assert.Contains(t, page, "wholesale")
	}
	assert.Equal(t, 1+20, shop.Requests()-before, "one page for all guests, and one each time for alice")
	page, header := guest.get("/product/1.html")
	assert.NotContains(t, page, "wholesale")
	assert.Equal(t, "Hit from cloudfront", header.Get("X-Cache"))
	assert.NotEmpty(t, header.Get("Age"))

	_, counters := server.recorder.state()
	assert.GreaterOrEqual(t, counters.Pages.Hits, 19)
	alice.get("/customer/account/logout")
	cart, _ := alice.get("/checkout/cart/")
	assert.Contains(t, cart, "The cart of a guest")
}
