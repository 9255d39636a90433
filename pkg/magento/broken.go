package magento

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// maxTagBytes leaves room for the other headers (CloudFront Developer Guide, "Quotas": 32,768 bytes of headers).
	maxTagBytes = 24 << 10

	// minCompressed is the least that CloudFront compresses (CloudFront Developer Guide, "Serving compressed files": 1,000
	// to 10,000,000 bytes).
	minCompressed = 1000

	// minSessionLife is as long as a browser may go on with pages that are kept.
	minSessionLife = 24 * time.Hour
)

// Answer is what an origin said to a request, as far as it is judged. A body is text as it was before it was compressed, and may
// be cut off.
type Answer struct {
	Request *http.Request // as the origin got it
	Status  int
	Header  http.Header
	Body    []byte
	Now     time.Time
}

// shared reports whether everybody may get the answer.
func (a Answer) shared() bool { return a.Request.Header.Get(ScopeHeader) == SharedScope }

func (a Answer) control() string {
	return strings.ToLower(strings.Join(a.Header.Values("Cache-Control"), ","))
}

// Public reports whether an answer says that shared caches may keep it.
func (a Answer) Public() bool {
	control := a.control()
	return strings.Contains(control, "public") || strings.Contains(control, "s-maxage")
}

// HTML reports whether an answer is a page.
func (a Answer) HTML() bool { return strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") }

// text reports whether CloudFront would compress an answer of this kind.
func (a Answer) text() bool {
	kind := a.Header.Get("Content-Type")
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "application/javascript")
}

// cookies are those that an answer sets, without those that it takes away.
func (a Answer) cookies() []*http.Cookie {
	var set []*http.Cookie
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.MaxAge >= 0 && c.Value != "deleted" && (c.Expires.IsZero() || c.Expires.After(a.Now)) {
			set = append(set, c)
		}
	}
	return set
}

// Broken lists the requirements that an answer breaks, as far as an answer can tell (Requirement.Seen).
func (a Answer) Broken() []string {
	var broken []string
	for _, judge := range []struct {
		name string
		what func(Answer) string // empty where the answer keeps it
	}{
		{"varnish-mode", Answer.builtInCache}, {"no-esi", Answer.include}, {"public-is-public", Answer.publicError},
		{"private-is-not-kept", Answer.remembered}, {"no-cookies-when-shared", Answer.sharedCookies}, {"content-length", Answer.unsized},
		{"scheme", Answer.circle}, {"cookie-lifetime", Answer.shortSession}, {"short-tags", Answer.longTags}, {"stores-by-host", Answer.strangersVary},
		{"no-merged-files", missing("/_cache/merged/")}, {"resized-pictures", missing("/media/catalog/product/cache/")}, {"no-local-captcha", missing(CaptchaPictures)},
	} {
		if what := judge.what(a); what != "" {
			broken = append(broken, judge.name+": "+what)
		}
	}
	return broken
}

// builtInCache: Magento's own page cache rewrites what it keeps to no-store and takes the tags off, outside of developer mode,
// in which it says hit or miss beside the Cache-Control that Magento gave (Magento\Framework\App\PageCache\Kernel,
// Magento\PageCache\Model\App\FrontController\BuiltinPlugin). Varnish says hit or miss alone.
func (a Answer) builtInCache() string {
	if debug := a.Header.Get("X-Magento-Cache-Debug"); debug != "" && a.Header.Get("X-Magento-Cache-Control") != "" {
		return "Magento's own page cache says " + debug
	}
	reading := a.Request.Method == http.MethodGet
	if !reading || !a.shared() || a.Status != http.StatusOK || !a.HTML() || a.Public() || a.Header.Get("X-Magento-Tags") != "" {
		return ""
	}
	return fmt.Sprintf("a page for everybody says %q and has no X-Magento-Tags: the page cache is Magento's own, or off, or a block of the page says cacheable=\"false\"", a.control())
}

func (a Answer) include() string {
	if !bytes.Contains(a.Body, []byte("<esi:include")) {
		return ""
	}
	return "the page has an <esi:include>"
}

func (a Answer) publicError() string {
	redirect := a.Status >= http.StatusMultipleChoices && a.Status < http.StatusBadRequest && a.Status != http.StatusNotModified
	if !a.Public() || !redirect && a.Status < http.StatusInternalServerError {
		return ""
	}
	return fmt.Sprintf("status %d says %q", a.Status, a.control())
}

func (a Answer) remembered() string {
	if !a.shared() || a.Public() || strings.Contains(a.control(), "stale-if-error=0") {
		return ""
	}
	return fmt.Sprintf("Cache-Control %q has no stale-if-error=0", a.control())
}

func (a Answer) sharedCookies() string {
	if n := len(a.Header.Values("Set-Cookie")); a.shared() && n > 0 {
		return fmt.Sprintf("%d cookies on an answer that is shared", n)
	}
	return ""
}

func (a Answer) unsized() string {
	takes := strings.Contains(a.Request.Header.Get("Accept-Encoding"), "gzip")
	if !takes || !a.text() || a.Header.Get("Content-Encoding") != "" || a.Header.Get("Content-Length") != "" || len(a.Body) < minCompressed {
		return ""
	}
	return "neither a Content-Length nor a Content-Encoding, for who takes gzip"
}

// circle is a redirect that comes back for ever: HTTPS to the same address, or to HTTP, which the edge redirects.
func (a Answer) circle() string {
	to, err := url.Parse(a.Header.Get("Location"))
	if err != nil || to.Host != a.Request.Host || a.Request.Header.Get("X-Forwarded-Proto") != "https" || a.Status < http.StatusMultipleChoices || a.Status >= http.StatusBadRequest {
		return ""
	}
	if to.Scheme == "http" || a.Request.Method == http.MethodGet && to.RequestURI() == a.Request.URL.RequestURI() && len(a.Header.Values("Set-Cookie")) == 0 {
		return "HTTPS is redirected to " + to.String()
	}
	return ""
}

func (a Answer) shortSession() string {
	for _, c := range a.cookies() {
		if c.Name != SessionCookie {
			continue
		}
		life := time.Duration(c.MaxAge) * time.Second
		if c.MaxAge == 0 && !c.Expires.IsZero() {
			life = c.Expires.Sub(a.Now).Round(time.Second)
		}
		if life > 0 && life < minSessionLife {
			return fmt.Sprintf("%s lives for %s", c.Name, life)
		}
	}
	return ""
}

func (a Answer) longTags() string {
	if tags := strings.Join(a.Header.Values("X-Magento-Tags"), ","); len(tags) > maxTagBytes {
		return fmt.Sprintf("X-Magento-Tags has %d bytes", len(tags))
	}
	return ""
}

// strangersVary is a vary cookie for who has none and chose no store view: to Magento every guest of this host is no default
// visitor.
func (a Answer) strangersVary() string {
	if len(a.Request.Cookies()) > 0 || !a.shared() {
		return ""
	}
	for _, c := range a.cookies() {
		if c.Name == VaryCookie {
			return fmt.Sprintf("a guest gets an %s at %s: MAGE_RUN_TYPE is website, or the host has no store view of its own", VaryCookie, a.Request.Host)
		}
	}
	return ""
}

// missing judges files below a folder.
func missing(folder string) func(Answer) string {
	return func(a Answer) string {
		if strings.Contains(a.Request.URL.Path, folder) && (a.Status == http.StatusNotFound || a.Status == http.StatusForbidden) {
			return fmt.Sprintf("status %d", a.Status)
		}
		return ""
	}
}
