package local

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/magento"
)

const menu = `<p>page</p><esi:include src="http://shop.example.com:80/page_cache/block/esi/"/>`

// unsized is a body whose length nobody says, as PHP-FPM's answers are.
type unsized struct{ io.Reader }

func (unsized) Close() error { return nil }

// answered is an answer to a request with a scope; none for one of a behaviour that keeps nothing.
func answered(method, path, scope string, header http.Header, body []byte) *http.Response {
	request := httptest.NewRequest(method, "https://shop.example.com"+path, nil)
	if scope != "" {
		request.Header.Set(magento.ScopeHeader, scope)
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "text/html; charset=UTF-8")
	}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Request: request, ContentLength: -1, Body: unsized{bytes.NewReader(body)}}
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func public() http.Header { return http.Header{"Cache-Control": {"public, max-age=60"}} }

// TestTheContractIsLookedAt in what really comes: in chunks, compressed for browsers, and longer than is looked at.
func TestTheContractIsLookedAt(t *testing.T) {
	compressed := gzipped(t, menu)
	long := []byte(menu + strings.Repeat("x", longestJudged))
	bomb := gzipped(t, strings.Repeat("x", longestJudged)+menu)
	for name, answer := range map[string]struct {
		encoding string
		body     []byte
		said     bool
	}{
		"in chunks": {"", []byte(menu), true}, "compressed": {"gzip", compressed, true}, "longer than is judged": {"", long, true}, "cut off in the judging": {"gzip", append(gzipped(t, menu), 1, 2, 3), true},
		"the menu behind what is decoded": {"gzip", bomb, false}, "not what it says": {"gzip", []byte(menu), false}, "by brotli": {"br", []byte(menu), false},
	} {
		header := public()
		if answer.encoding != "" {
			header.Set("Content-Encoding", answer.encoding)
		}
		response := answered(http.MethodGet, "/", magento.SharedScope, header, answer.body)
		require.NoError(t, newLessons().judge(response), name)
		assert.Equal(t, answer.said, strings.Contains(response.Header.Get(contractHeader), "no-esi"), name)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		assert.Equal(t, answer.body, body, "%s: the page goes on as it was", name)
	}
	good := answered(http.MethodGet, "/", magento.SharedScope, public(), []byte(`<p>page</p>`))
	require.NoError(t, newLessons().judge(good))
	assert.Empty(t, good.Header.Get(contractHeader))
}

// endless never ends.
type endless struct{}

func (endless) Read([]byte) (int, error) { panic("read before it was sent on") }
func (endless) Close() error             { return nil }

// TestWhatIsNotKeptIsNotWaitedFor holds that an export of the admin is read while it comes.
func TestWhatIsNotKeptIsNotWaitedFor(t *testing.T) {
	response := answered(http.MethodGet, "/backoffice/export", "", http.Header{}, nil)
	response.Body = endless{}
	assert.NoError(t, newLessons().judge(response))
}

// TestWhatTheEdgeTakesOffIsNamed, and what belongs into the settings.
func TestWhatTheEdgeTakesOffIsNamed(t *testing.T) {
	learned := newLessons()
	private := func(cookies ...string) http.Header {
		return http.Header{"Cache-Control": {"no-store, stale-if-error=0"}, "Set-Cookie": cookies, "X-Magento-Tags": {"x"}}
	}
	ask := func(method, path, scope string, header http.Header) string {
		response := answered(method, path, scope, header, nil)
		require.NoError(t, learned.judge(response))
		return response.Header.Get(contractHeader)
	}
	assert.Contains(t, ask(http.MethodPost, "/ajaxlogin/login", "f00", private("PHPSESSID=1", "form_key=2")), "set-cookie removed: /ajaxlogin is not in sessionPaths (PHPSESSID, form_key)")
	assert.Contains(t, ask(http.MethodGet, "/adyen/return", magento.SharedScope, private("PHPSESSID=1")), "session withheld, set-cookie removed: /adyen is not in sessionPaths")
	assert.Contains(t, ask(http.MethodPost, "/fr/mollie/checkout/process", "f00", private("PHPSESSID=1")), "/mollie is not in sessionPaths")
	for _, harmless := range []string{
		ask(http.MethodGet, "/women.html", "f00", http.Header{"Cache-Control": {"public, max-age=60"}, "Set-Cookie": {"PHPSESSID=1; Max-Age=86400"}}), // a customer's page
		ask(http.MethodPost, "/adyen/return", "", private("PHPSESSID=1")),                                                                             // a behaviour that lets cookies through
		ask(http.MethodPost, "/women.html", "f00", private("PHPSESSID=1")),                                                                            // no name of a module
		ask(http.MethodPost, "/ajaxcart/add", "f00", private()),                                                                                       // sets none
	} {
		assert.NotContains(t, harmless, "sessionPaths")
	}
	ask(http.MethodGet, "/about-us", "", public())
	ask(http.MethodGet, "/sales/order/printShipment", "", public()) // Magento forgot that a session decides it
	ask(http.MethodPost, "/contact-us", "", public())

	told := learned.told()
	assert.Equal(t, []string{"adyen", "ajaxlogin", "mollie"}, told.SessionPaths)
	assert.Equal(t, []string{"/about-us"}, told.PagePaths)
	assert.Len(t, told.Why, 4)
}
