package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/magento"
)

// answer is what comes back from the shop.
type answer struct {
	status int
	header http.Header
	body   string
}

var madeOf = regexp.MustCompile(`name="rendered" content="(\w+)"`)

// rendered tells the rendering of a page from another.
func (a answer) rendered(t *testing.T) string {
	t.Helper()
	found := madeOf.FindStringSubmatch(a.body)
	require.NotNil(t, found, "%d %v\n%s", a.status, a.header, a.body)
	return found[1]
}

// hit is what Varnish says of an answer: HIT, MISS or UNCACHEABLE.
func (a answer) hit() string { return a.header.Get("X-Magento-Cache-Debug") }

// at asks an address of the shop's as the edge does: for everybody, or with the cookies of one visitor.
func (s *shop) at(ctx context.Context, address, path string, cookies ...string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+path, nil)
	if err != nil {
		return answer{}, err
	}
	request.Host = s.facts["hostName"]
	request.Header.Set("X-Forwarded-Proto", "https")
	request.Header.Set(magento.ScopeHeader, magento.SharedScope)
	for _, cookie := range cookies {
		request.Header.Set(magento.ScopeHeader, "visitor")
		request.Header.Add("Cookie", cookie)
	}
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: s.stores.authority.client(), DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

// get asks, and wants an answer.
func get(t *testing.T, s *shop, address, path string, cookies ...string) answer {
	t.Helper()
	a, err := s.at(t.Context(), address, path, cookies...)
	require.NoError(t, err)
	return a
}

// TestTheOrderOfASynchronisation reads what the jobs have said: users, tables, and pages that every replica was asked for.
func TestTheOrderOfASynchronisation(t *testing.T) {
	s := running(t)
	assert.Contains(t, s.jobs["magento-database-users"], "mage_cli_clone made")
	assert.Contains(t, s.jobs["magento-queue-users"], "queue-users: done")
	assert.Contains(t, s.jobs["magento-schema"], "the database has no tables: setup:install")
	assert.Contains(t, s.jobs["magento-schema"], "maintenance: off")
	assert.Empty(t, s.api.left(), "maintenance is lifted, and no change is unfinished")
	assert.Contains(t, s.jobs["magento-release"], fmt.Sprintf("1 pages at %d replicas, 0 not answered with 200", len(s.varnish)))
	assert.GreaterOrEqual(t, len(s.varnish), 2, "a purge has to reach more than one")
	assert.GreaterOrEqual(t, len(s.php.processes()), 2, "a session has to be in no pod")
}

// TestGuestsPagesAreKeptByEveryVarnish asks each replica twice.
func TestGuestsPagesAreKeptByEveryVarnish(t *testing.T) {
	s := running(t)
	for _, replica := range s.varnish {
		address := "http://" + replica.http
		first := get(t, s, address, "/product-2.html")
		require.Equal(t, http.StatusOK, first.status, first.body)
		again := get(t, s, address, "/product-2.html?utm_source=mail")
		assert.Equal(t, "HIT", again.hit(), replica.name)
		assert.Equal(t, first.rendered(t), again.rendered(t))
		assert.Empty(t, again.header.Values("Set-Cookie"))
		assert.Empty(t, again.header.Get("X-Magento-Tags"), "tags are for Varnish")
		assert.Regexp(t, `^public, max-age=0, s-maxage=\d+$`, again.header.Get("Cache-Control"))
		assert.Contains(t, again.body, `<nav id="menu">`, "the menu is included by ESI")
		assert.NotContains(t, again.body, "<esi:")
	}
}

// TestThePurgeReachesEveryVarnish changes a price by bin/magento: env.php says whom to ask.
func TestThePurgeReachesEveryVarnish(t *testing.T) {
	s := running(t)
	before := map[string]answer{}
	for _, replica := range s.varnish {
		for _, path := range []string{"/product-1.html", "/product-3.html"} {
			before[replica.name+path] = get(t, s, "http://"+replica.http, path)
		}
	}
	require.NoError(t, s.magento(t.Context(), "catalog:product:price", "1", "39.50"))
	for _, replica := range s.varnish {
		changed := get(t, s, "http://"+replica.http, "/product-1.html")
		assert.Equal(t, "MISS", changed.hit(), "%s has forgotten the page", replica.name)
		assert.Contains(t, changed.body, "€ 39.50")
		kept := get(t, s, "http://"+replica.http, "/product-3.html")
		assert.Equal(t, "HIT", kept.hit(), "%s keeps the page of another product", replica.name)
		assert.Equal(t, before[replica.name+"/product-3.html"].rendered(t), kept.rendered(t))
	}
}

// visitor is a browser without scripts, at the load balancer.
type visitor struct {
	t      *testing.T
	s      *shop
	client *http.Client
}

func newVisitor(t *testing.T, s *shop) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	host := &url.URL{Scheme: "https", Host: s.facts["hostName"]}
	jar.SetCookies(host, []*http.Cookie{{Name: "form_key", Value: "k", Path: "/"}})
	return visitor{t, s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// ask asks as the edge would for a visitor of its own.
func (v visitor) ask(method, path string, form url.Values) answer {
	v.t.Helper()
	host := "https://" + v.s.facts["hostName"]
	at, err := url.Parse(host)
	require.NoError(v.t, err)
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.s.balancer.address()+path, nil)
	require.NoError(v.t, err)
	if form != nil {
		form.Set("form_key", "k")
		request.Body = io.NopCloser(strings.NewReader(form.Encode()))
		request.ContentLength = int64(len(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	request.Host = at.Host
	request.Header.Set(magento.ScopeHeader, "visitor")
	for _, cookie := range v.client.Jar.Cookies(at) {
		request.AddCookie(cookie)
	}
	transport := &http.Transport{TLSClientConfig: v.s.stores.authority.client(), DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	require.NoError(v.t, err)
	defer response.Body.Close()
	v.client.Jar.SetCookies(at, response.Cookies())
	body, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	return answer{response.StatusCode, response.Header, string(body)}
}

// TestCustomersLogInAndFillACart at pods that change with each request: the session is in Valkey.
func TestCustomersLogInAndFillACart(t *testing.T) {
	s := running(t)
	alice := newVisitor(t, s)
	in := alice.ask(http.MethodPost, "/customer/account/loginPost/", url.Values{"login[username]": {"alice@example.com"}, "login[password]": {"magento"}})
	require.Equal(t, http.StatusFound, in.status, in.body)
	assert.Equal(t, "https://"+s.facts["hostName"]+"/", in.header.Get("Location"))
	for n := range 2 * len(s.php.processes()) {
		alice.ask(http.MethodPost, "/checkout/cart/add/", url.Values{"product": {"2"}})
		assert.Contains(t, alice.ask(http.MethodGet, "/checkout/cart/", nil).body, fmt.Sprintf(`<li>%d × Juno jacket</li>`, n+1))
	}
	assert.JSONEq(t, fmt.Sprintf(`{"customer":{"firstname":"Alice"},"cart":{"summary_count":%d}}`, 2*len(s.php.processes())), alice.ask(http.MethodGet, "/customer/section/load/", nil).body)
	bob := newVisitor(t, s)
	assert.Contains(t, bob.ask(http.MethodGet, "/checkout/cart/", nil).body, "<li>nothing</li>")
}

// TestAGroupsPagesAreKeptForTheGroup by the vary cookie, and given to nobody else.
func TestAGroupsPagesAreKeptForTheGroup(t *testing.T) {
	s := running(t)
	alice := newVisitor(t, s)
	alice.ask(http.MethodPost, "/customer/account/loginPost/", url.Values{"login[username]": {"alice@example.com"}, "login[password]": {"magento"}})
	hits := 0
	for range 2 * len(s.varnish) {
		page := alice.ask(http.MethodGet, "/product-2.html", nil)
		assert.Contains(t, page.body, `data-group="wholesale">€ 61.60`)
		if page.hit() == "HIT" {
			hits++
		}
		assert.Contains(t, get(t, s, s.balancer.address(), "/product-2.html").body, `data-group="guests">€ 77.00`)
	}
	assert.GreaterOrEqual(t, hits, len(s.varnish), "each replica is asked twice")
}

// TestOrdersAreCountedByTheConsumer places an order, whose message goes through the broker.
func TestOrdersAreCountedByTheConsumer(t *testing.T) {
	s := running(t)
	bob := newVisitor(t, s)
	bob.ask(http.MethodPost, "/checkout/cart/add/", url.Values{"product": {"3"}})
	placed := bob.ask(http.MethodPost, "/checkout/onepage/saveOrder/", url.Values{})
	require.Equal(t, http.StatusFound, placed.status, placed.body)
	require.NoError(t, wait(t.Context(), "the consumer has counted the order", func(ctx context.Context) error {
		output, err := s.query(ctx, "SELECT COUNT(*) FROM sales_order WHERE coupon_counted = 0")
		if err == nil && output != "0" {
			return fmt.Errorf("%s orders are not counted", output)
		}
		return err
	}))
	output, err := s.query(t.Context(), "SELECT COUNT(*) FROM sales_order")
	require.NoError(t, err)
	assert.NotEqual(t, "0", output)
}

// healthyGrace is how long Varnish shows a page past its time while PHP is up (default.vcl). A page that is shown for longer is shown
// because PHP is down.
const healthyGrace = 10 * time.Second

// TestGuestsDoNotSeeThatPHPIsStopped looks at a page past its time until it is older than Varnish shows one with PHP up.
func TestGuestsDoNotSeeThatPHPIsStopped(t *testing.T) {
	s := running(t)
	const path, lifetime = "/flash-sale.html", time.Second
	kept := map[string]string{}
	for _, replica := range s.varnish {
		kept[replica.name] = get(t, s, "http://"+replica.http, path).rendered(t)
	}
	made := time.Now()
	s.php.stop()
	t.Cleanup(func() { require.NoError(t, s.startPHP(context.Background())) })
	require.NoError(t, wait(t.Context(), "the page is as old as that", func(ctx context.Context) error {
		age := time.Since(made)
		for _, replica := range s.varnish {
			a, err := s.at(ctx, "http://"+replica.http, path)
			if err != nil {
				return final{fmt.Errorf("asking %s after %s: %w", replica.name, age, err)}
			}
			if a.status != http.StatusOK {
				return final{fmt.Errorf("%s answers %d after %s", replica.name, a.status, age)}
			}
			if found := a.rendered(t); found != kept[replica.name] {
				return final{fmt.Errorf("%s has a page that was made without PHP", replica.name)}
			}
			if s.passes(ctx, replica.http) == nil {
				return fmt.Errorf("%s still has the cart", replica.name)
			}
		}
		if age <= lifetime+2*healthyGrace {
			return fmt.Errorf("the page is %s old", age)
		}
		return nil
	}))
}
