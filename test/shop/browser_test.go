package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/local"
)

// browser is a Chromium with cookies of its own.
type browser struct {
	t       *testing.T
	s       *shop
	ctx     context.Context
	network *networkLog
}

// networkLog is what a browser has got, as its own log of the network has it.
type networkLog struct {
	mu     sync.Mutex
	status map[string]int64 // by address, of the last answer
	failed []string
}

// chromium is a browser's program. It skips the test where there is none.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium: neither chromium nor google-chrome is in PATH; on Debian: apt-get install chromium")
	return ""
}

// patienceOfBrowser is for all that a test does in a browser, when much else runs on the machine.
const patienceOfBrowser = 2 * patience

func newBrowser(t *testing.T, s *shop) browser {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patienceOfBrowser)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.IgnoreCertErrors, chromedp.WSURLReadTimeout(patience))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := browser{t, s, ctx, &networkLog{status: map[string]int64{}}}
	chromedp.ListenTarget(ctx, b.network.add)
	require.NoError(t, chromedp.Run(ctx, network.Enable()), "Chromium starts")
	return b
}

func (l *networkLog) add(event any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch event := event.(type) {
	case *network.EventResponseReceived:
		l.status[event.Response.URL] = event.Response.Status
		if event.Response.Status >= http.StatusBadRequest {
			l.failed = append(l.failed, fmt.Sprintf("%d %s", event.Response.Status, event.Response.URL))
		}
	case *network.EventLoadingFailed:
		l.failed = append(l.failed, event.ErrorText+" "+event.Type.String())
	}
}

// failures are what a browser did not get since it was asked last.
func (l *networkLog) failures() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	failed := l.failed
	l.failed = nil
	return failed
}

// got is the status with which a path of the shop's was answered last, 0 where it was not.
func (b browser) got(path string) int64 {
	b.network.mu.Lock()
	defer b.network.mu.Unlock()
	return b.network.status[b.s.edge+path]
}

// seen is a page as the browser has it.
type seen struct {
	edge        string // what it says of the answer
	rendered    string // tells renderings apart
	title, text string
}

// ready waits until the page's script has brought what is the visitor's own, and every picture is there.
func ready() chromedp.Action {
	return chromedp.Tasks{
		chromedp.WaitReady(`html[data-ready=yes]`),
		chromedp.Poll(`[...document.images].every((image) => image.complete && image.naturalWidth > 0)`, nil, chromedp.WithPollingTimeout(patience)),
	}
}

// open goes to a page. Everything that it is made of must be there.
func (b browser) open(path string) seen {
	b.t.Helper()
	response, err := chromedp.RunResponse(b.ctx, chromedp.Navigate(b.s.edge+path))
	require.NoError(b.t, err, path)
	require.EqualValues(b.t, http.StatusOK, response.Status, path)
	page := seen{edge: fmt.Sprint(response.Headers["x-cache"])}
	b.read(&page)
	return page
}

// read reads a page that is complete.
func (b browser) read(page *seen) {
	b.t.Helper()
	b.run(ready(), chromedp.Evaluate(`document.querySelector("meta[name=rendered]").content`, &page.rendered), chromedp.Title(&page.title), chromedp.Text("main", &page.text))
	assert.Empty(b.t, b.network.failures(), "all that a page is made of is there")
}

func (b browser) run(actions ...chromedp.Action) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Run(b.ctx, actions...))
}

// submit clicks a page's button, and waits for the page that follows.
func (b browser) submit() seen {
	b.t.Helper()
	_, err := chromedp.RunResponse(b.ctx, chromedp.Click("form button"))
	require.NoError(b.t, err)
	var page seen
	b.read(&page)
	return page
}

// greeting is what the script writes into the header of a page: the customer's name, and how much is in the cart.
func (b browser) greeting() (customer, count string) {
	b.t.Helper()
	b.run(chromedp.TextContent("#customer", &customer), chromedp.TextContent("#count", &count))
	return customer, count
}

// forget invalidates everything at the edge, so that what is behind it is seen.
func (s *shop) forget(t *testing.T) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.edge+local.PagePath+"/api/purge", bytes.NewReader([]byte(`{"pattern":"/*"}`)))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	client := &http.Client{Timeout: patience, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true, //nolint:gosec // new with every start, and signed by no authority
	}}
	response, err := client.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

const (
	hitAtTheEdge  = "Hit from cloudfront"
	missAtTheEdge = "Miss from cloudfront"
)

// TestGuestsInABrowser sees pages become hits in Varnish, and then at the edge; one guest's page is the next one's.
func TestGuestsInABrowser(t *testing.T) {
	s := running(t)
	var kept []string // the edge hands on nothing that Varnish says of a hit, so that renderings are compared
	for _, replica := range s.varnish {
		kept = append(kept, get(t, s, "http://"+replica.http, "/product-2.html").rendered(t))
	}
	s.forget(t)
	guest := newBrowser(t, s)
	first := guest.open("/product-2.html?utm_source=mail")
	assert.Equal(t, missAtTheEdge, first.edge)
	assert.Contains(t, kept, first.rendered, "Varnish had it")
	assert.Contains(t, first.text, "€ 77.00")
	for _, path := range []string{"/media/catalog/product/2.svg", "/static/version1764490000/frontend/shop.css", "/static/version1764490000/frontend/shop.js"} {
		assert.EqualValues(t, http.StatusOK, guest.got(path), path)
	}
	another := newBrowser(t, s).open("/product-2.html?utm_source=search")
	assert.Equal(t, hitAtTheEdge, another.edge)
	assert.Equal(t, first, seen{missAtTheEdge, another.rendered, another.title, another.text})
}

// TestACustomerInABrowser logs in, fills a cart and orders, at pages that Varnish keeps for the group and the edge does not keep.
func TestACustomerInABrowser(t *testing.T) {
	s := running(t)
	alice := newBrowser(t, s)
	alice.open("/customer/account/login/")
	alice.run(chromedp.SendKeys("#email", "alice@example.com"), chromedp.SendKeys("#pass", "magento"))
	assert.Equal(t, "All products", alice.submit().title)
	customer, _ := alice.greeting()
	assert.Equal(t, "Hello, Alice", customer)

	product := alice.open("/product-2.html")
	assert.Contains(t, product.text, "€ 61.60", "the price of the group")
	cart := alice.submit()
	assert.Equal(t, "Cart", cart.title)
	assert.Contains(t, cart.text, "1 × Juno jacket")
	assert.Contains(t, cart.text, "Alice")
	_, count := alice.greeting()
	assert.Equal(t, "1", count)
	renderings := map[string]bool{}
	for range 2 * len(s.varnish) {
		page := alice.open("/product-2.html")
		assert.Equal(t, missAtTheEdge, page.edge)
		renderings[page.rendered] = true
	}
	assert.LessOrEqual(t, len(renderings), len(s.varnish), "each Varnish keeps the page of the group")

	guest := newBrowser(t, s)
	assert.Contains(t, guest.open("/product-2.html").text, "€ 77.00")
	customer, count = guest.greeting()
	assert.Empty(t, customer)
	assert.Equal(t, "0", count)

	alice.open("/checkout/cart/")
	assert.Equal(t, "Thank you", alice.submit().title)
	_, count = alice.greeting()
	assert.Equal(t, "0", count)
}

// TestAPriceThatChangesInABrowser is seen at once behind the edge, whichever Varnish is asked.
func TestAPriceThatChangesInABrowser(t *testing.T) {
	s := running(t)
	guest := newBrowser(t, s)
	for range 2 * len(s.varnish) {
		s.forget(t)
		assert.NotContains(t, guest.open("/product-3.html").text, "€ 29.95")
	}
	require.NoError(t, s.magento(t.Context(), "catalog:product:price", "3", "29.95"))
	t.Cleanup(func() { require.NoError(t, s.magento(context.Background(), "catalog:product:price", "3", "34")) })
	for range 2 * len(s.varnish) {
		s.forget(t)
		assert.Contains(t, guest.open("/product-3.html").text, "€ 29.95")
	}
}

// TestPHPStoppedInABrowser opens a page that is kept: at the edge and, when the edge has forgotten, in each Varnish.
func TestPHPStoppedInABrowser(t *testing.T) {
	s := running(t)
	for _, replica := range s.varnish {
		get(t, s, "http://"+replica.http, "/")
	}
	guest := newBrowser(t, s)
	whole := guest.open("/").text
	s.php.stop()
	t.Cleanup(func() { require.NoError(t, s.startPHP(context.Background())) })
	for range 2 * len(s.varnish) {
		s.forget(t)
		// The script asks for the visitor's own, which is not there: the page is.
		response, err := chromedp.RunResponse(guest.ctx, chromedp.Navigate(s.edge+"/"), chromedp.WaitReady("main"))
		require.NoError(t, err)
		assert.EqualValues(t, http.StatusOK, response.Status)
		var text string
		guest.run(chromedp.Text("main", &text))
		assert.Equal(t, whole, text)
	}
}
