package traffic

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

// Result is what became of a trace.
type Result struct {
	GuestPages, GuestHits int // pages of guests and crawlers, and those that did not reach the shop
	Pages, PageHits       int
	Files, FileHits       int
	OriginRequests        int
	Renders               int // requests that PHP answered
	Leaks                 int // pages with something of another visitor's
}

// String writes the result as a row of a table.
func (r Result) String() string {
	percent := func(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) }
	return fmt.Sprintf("guests' pages %5.1f %%   all pages %5.1f %%   files %5.1f %%   requests to the origin %6d   renders %6d   leaks %d",
		percent(r.GuestHits, r.GuestPages), percent(r.PageHits, r.Pages), percent(r.FileHits, r.Files), r.OriginRequests, r.Renders, r.Leaks)
}

// Origin is a shop whose pages say in a header whose they are, and that counts. It is what Magento is in Varnish mode: it
// starts a session for whoever has none, and marks its pages as public.
type Origin struct {
	// Varies has public pages say what X-Magento-Vary says and nothing else of who asks, as Magento's do, and the answer have that
	// cookie.
	Varies bool

	asked, rendered atomic.Int64
}

// Rendered is how many requests PHP has answered.
func (o *Origin) Rendered() int { return int(o.rendered.Load()) }

// contextHeader says what makes a page differ.
const contextHeader = "X-Traffic-Context"

// ownerHeader says whose a page is.
const ownerHeader = "X-Traffic-Owner"

// ServeHTTP answers.
func (o *Origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.asked.Add(1)
	header := w.Header()
	if strings.HasPrefix(r.URL.Path, "/static/") || strings.HasPrefix(r.URL.Path, "/media/") {
		header.Set("Cache-Control", "public, max-age=31536000")
		header.Set("Content-Type", "text/plain")
		fmt.Fprint(w, "file")
		return
	}
	o.rendered.Add(1)
	header.Set("Content-Type", "text/html")
	if o.Varies && !strings.HasPrefix(r.URL.Path, "/customer/") {
		varies(header, r)
		return
	}
	session := "new"
	if cookie, err := r.Cookie(magento.SessionCookie); err == nil {
		session = cookie.Value
		header.Set(ownerHeader, session)
	}
	header.Set("Set-Cookie", magento.SessionCookie+"="+session+"; Path=/")
	header.Set("Cache-Control", "public, max-age=86400, s-maxage=86400")
	if strings.HasPrefix(r.URL.Path, "/customer/") {
		header.Set("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0")
	}
	fmt.Fprintf(w, "page for %s", session)
}

// Asked is how many requests have reached the shop.
func (o *Origin) Asked() int { return int(o.asked.Load()) }

// Replay sends a trace through what stands in front of an origin, and counts. The clock is set to when each request was
// made.
func Replay(trace []Request, host string, front http.Handler, origin *Origin, clock *time.Time) Result {
	return replay(trace, host, func(Request) http.Handler { return front }, origin, clock)
}

// ReplayAt is Replay through what stands in front for each request, under FirstHost; nil for none.
func ReplayAt(trace []Request, front func(Request) http.Handler, origin *Origin, clock *time.Time) Result {
	return replay(trace, FirstHost, front, origin, clock)
}

func replay(trace []Request, host string, front func(Request) http.Handler, origin *Origin, clock *time.Time) Result {
	start, before, rendered := *clock, origin.Asked(), origin.Rendered()
	var result Result
	for _, r := range trace {
		*clock = start.Add(r.At)
		asked := origin.Asked()
		through := front(r)
		if through == nil {
			continue
		}
		w := httptest.NewRecorder()
		through.ServeHTTP(w, r.http(host))
		result.count(r, origin.Asked() == asked, w.Header())
	}
	result.OriginRequests, result.Renders = origin.Asked()-before, origin.Rendered()-rendered
	return result
}

// http is the request as a browser sends it.
func (r Request) http(host string) *http.Request {
	if r.Host != "" {
		host = r.Host
	}
	target := "https://" + host + r.Path
	if r.Query != "" {
		target += "?" + r.Query
	}
	request := httptest.NewRequest(http.MethodGet, target, nil)
	request.TLS = &tls.ConnectionState{}
	request.Header.Set("User-Agent", "the browser of "+r.Visitor)
	request.Header.Set("Accept-Encoding", "gzip, br")
	if r.Script {
		request.Header.Set("X-Requested-With", "XMLHttpRequest")
	}
	if r.Cookies != "" {
		request.Header.Set("Cookie", r.Cookies)
	}
	return request
}

func (result *Result) count(r Request, hit bool, header http.Header) {
	hits := func(all, hits *int) {
		*all++
		if hit {
			*hits++
		}
	}
	if context := header.Get(contextHeader); context != "" && context != r.context() {
		result.Leaks++
	}
	if r.File {
		hits(&result.Files, &result.FileHits)
		return
	}
	hits(&result.Pages, &result.PageHits)
	if (r.Kind == Guest || r.Kind == Crawler) && !strings.HasPrefix(r.Path, "/customer/") {
		hits(&result.GuestPages, &result.GuestHits)
	}
	session := strings.TrimPrefix(strings.Split(header.Get("Set-Cookie"), ";")[0], magento.SessionCookie+"=")
	others := func(owner string) bool { return owner != "" && owner != "new" && owner != r.Visitor }
	if others(header.Get(ownerHeader)) || others(session) || hit && session != "" {
		result.Leaks++
	}
}
