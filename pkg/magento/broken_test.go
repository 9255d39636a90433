package magento_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/magento"
)

var now = time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)

// said is an answer of an origin to a request for everybody, as Magento 2.4.6 in production mode gives it.
type said struct {
	method, path string // GET of / where they are empty
	request      http.Header
	status       int // 200 where it is 0
	header       http.Header
	body         string
}

// page are the headers of a public page, and private those of one that is not.
func page(more ...string) http.Header {
	return headers(append([]string{"Content-Type", "text/html; charset=UTF-8", "Cache-Control", "public, max-age=86400, s-maxage=86400", "X-Magento-Tags", "cms_p_2"}, more...)...)
}

func private(more ...string) http.Header {
	return headers(append([]string{"Content-Type", "text/html; charset=UTF-8", "Cache-Control", "no-store, no-cache, must-revalidate, max-age=0, stale-if-error=0"}, more...)...)
}

func headers(pairs ...string) http.Header {
	header := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		header.Add(pairs[i], pairs[i+1])
	}
	return header
}

func (s said) broken() []string {
	r := httptest.NewRequest(cmp.Or(s.method, http.MethodGet), "https://shop.example.com"+cmp.Or(s.path, "/"), nil)
	r.Header.Set(magento.ScopeHeader, magento.SharedScope)
	r.Header.Set("X-Forwarded-Proto", "https")
	for name, values := range s.request {
		r.Header[name] = values
	}
	return magento.Answer{Request: r, Status: cmp.Or(s.status, http.StatusOK), Header: s.header, Body: []byte(s.body), Now: now}.Broken()
}

// breaches are answers that break a duty, as a real Magento gives them.
var breaches = map[string][]said{
	"varnish-mode": {
		{header: private("Pragma", "no-cache")},
		{header: page("X-Magento-Cache-Debug", "MISS", "X-Magento-Cache-Control", "public")},
	},
	"no-esi":           {{header: page(), body: `<nav><esi:include src="http://shop.example.com:80/page_cache/block/esi/blocks/%5B%22catalog.topnav%22%5D/handles/x/" /></nav>`}},
	"public-is-public": {{status: 500, header: page()}, {status: 302, header: page("Location", "https://shop.example.com/b.html")}},
	"private-is-not-kept": {
		{status: 404, header: headers("Content-Type", "text/html", "Cache-Control", "no-store, no-cache, must-revalidate, max-age=0")},
		{status: 302, header: headers("Location", "https://shop.example.com/b.html")},
	},
	"no-cookies-when-shared": {{header: page("Set-Cookie", "PHPSESSID=1; Max-Age=86400; Path=/")}},
	"content-length":         {{request: headers("Accept-Encoding", "br,gzip"), header: page(), body: strings.Repeat("x", 1000)}},
	"scheme": {
		{path: "/a.html?b=c", status: 302, header: private("Location", "https://shop.example.com/a.html?b=c")},
		{path: "/a.html", status: 301, header: private("Location", "http://shop.example.com/a.html")},
	},
	"cookie-lifetime": {
		{method: http.MethodPost, request: headers(magento.ScopeHeader, "f00"), header: private("Set-Cookie", "PHPSESSID=1; expires=Mon, 30 Nov 2026 09:00:00 GMT; Max-Age=3600; path=/; secure; HttpOnly; SameSite=Lax")},
		{request: headers(magento.ScopeHeader, "f00"), header: private("Set-Cookie", "PHPSESSID=1; expires=Mon, 30 Nov 2026 09:00:00 GMT; path=/")},
	},
	"short-tags":     {{header: page("X-Magento-Tags", strings.Repeat("cat_p_1,", 24<<10/8+1))}},
	"stores-by-host": {{header: page("Set-Cookie", "X-Magento-Vary="+strings.Repeat("0", 64)+"; Max-Age=3600; path=/; secure; HttpOnly")}, {header: page("Set-Cookie", "X-Magento-Vary="+strings.Repeat("0", 40)+"; Max-Age=3600; path=/")}},
	"no-merged-files": {
		{path: "/static/version1/_cache/merged/1.min.css", status: 404, header: headers("Cache-Control", "no-store, stale-if-error=0")},
	},
	"resized-pictures": {{path: "/media/catalog/product/cache/1/a.jpg", status: 403, header: headers("Cache-Control", "no-store, stale-if-error=0")}},
	"no-local-captcha": {{path: "/media/captcha/base/a.png", status: 404, header: headers("Cache-Control", "no-store, stale-if-error=0")}},
}

func TestEachDutyHasAnAnswerThatBreaksIt(t *testing.T) {
	for _, r := range magento.OriginContract() {
		answers := breaches[r.Name]
		assert.Equal(t, r.Seen != "", len(answers) > 0, "%s says that an answer tells, or that none does", r.Name)
		for i, answer := range answers {
			found := false
			for _, line := range answer.broken() {
				found = found || strings.HasPrefix(line, r.Name+": ")
			}
			assert.True(t, found, "%s, answer %d: %q", r.Name, i, answer.broken())
		}
	}
}

// TestGoodAnswers break nothing, those among them that look like ones that do.
func TestGoodAnswers(t *testing.T) {
	for name, answer := range map[string]said{
		"a page": {header: page()},
		"a page with a length, for who takes gzip":    {request: headers("Accept-Encoding", "gzip"), header: page("Content-Length", "1000"), body: strings.Repeat("x", 1000)},
		"a page that is compressed":                   {request: headers("Accept-Encoding", "gzip"), header: page("Content-Encoding", "gzip"), body: strings.Repeat("x", 1000)},
		"a page that is too short to be compressed":   {request: headers("Accept-Encoding", "gzip"), header: page(), body: strings.Repeat("x", 999)},
		"a search that is not kept":                   {path: "/catalogsearch/result/?q=a", header: private("X-Magento-Tags", "cat_p")},
		"one visitor's":                               {request: headers(magento.ScopeHeader, "f00"), header: headers("Content-Type", "text/html", "Cache-Control", "no-store", "Set-Cookie", "PHPSESSID=1; Max-Age=86400")},
		"a session for as long as the browser runs":   {request: headers(magento.ScopeHeader, "f00"), header: private("Set-Cookie", "PHPSESSID=1; path=/")},
		"a session that ends":                         {request: headers(magento.ScopeHeader, "f00"), header: private("Set-Cookie", "PHPSESSID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/")},
		"a redirect to another page":                  {status: 301, header: private("Location", "https://shop.example.com/b.html")},
		"a redirect to itself with a cookie":          {method: http.MethodGet, request: headers(magento.ScopeHeader, "f00"), status: 302, header: private("Location", "https://shop.example.com/", "Set-Cookie", "store=fr; Max-Age=31536000")},
		"tags up to the limit":                        {header: headers("Content-Type", "text/html", "Cache-Control", "public, max-age=60", "X-Magento-Tags", strings.Repeat("cat_p_1,", 24<<10/8))},
		"the vary cookie of who chose a store view":   {request: headers("Cookie", "store=fr"), header: page("X-Other", "1")},
		"a vary cookie that is taken away":            {request: headers(magento.ScopeHeader, "f00"), header: private("Set-Cookie", "X-Magento-Vary=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0")},
		"a page of a customer's, as the cache has it": {request: headers(magento.ScopeHeader, "f00", "Cookie", "X-Magento-Vary=1"), header: page("Set-Cookie", "X-Magento-Vary=1; Max-Age=86400")},
	} {
		assert.Empty(t, answer.broken(), name)
	}
}

// TestTheContractIsWrittenDown for whoever sets Magento and nginx up, with what no answer tells.
func TestTheContractIsWrittenDown(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	for _, r := range magento.OriginContract() {
		assert.NotEmpty(t, r.Is, r.Name)
		assert.NotEmpty(t, r.By, r.Name)
		assert.NotEmpty(t, r.Why, r.Name)
		assert.Contains(t, string(text), fmt.Sprintf("| %s | %s: %s | %s | %s |\n", r.Name, r.Is, r.Why, r.By, cmp.Or(r.Seen, "not to be seen from outside")))
	}
}
