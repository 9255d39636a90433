// Package shop is an origin that behaves like Magento at its worst: it lets shared caches keep everything, sets cookies on
// every answer, puts into a page whatever reaches it of a visitor, and breaks. Every answer says whose it is, so that a
// test can tell when somebody else gets it.
package shop

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

// Page is the body of every answer, in JSON.
type Page struct {
	Owner    string  `json:"owner,omitempty"` // the visitor that something in the answer is of; empty for nobody
	Because  string  `json:"because,omitempty"`
	Context  Context `json:"context"`
	Path     string  `json:"path"`
	Query    string  `json:"query,omitempty"` // without what changes no page, sorted
	Cart     int     `json:"cart"`            // products in the session's cart
	ClientIP string  `json:"clientIp,omitempty"`
	Once     int64   `json:"once,omitempty"` // of an answer that must not be kept: never the same twice
}

// Context is what makes pages differ between groups of visitors.
type Context struct {
	Host     string `json:"host"`
	Store    string `json:"store"`
	Group    string `json:"group"`
	Currency string `json:"currency"`
	Script   bool   `json:"script,omitempty"` // a part of a page, for a script that asked
}

// The defaults, which no cookie says.
const (
	DefaultStore    = "default"
	DefaultGroup    = "guest"
	DefaultCurrency = "EUR"
)

// Nature is how bad the shop is.
type Nature struct {
	EverythingPublic bool // answers that sessions decide say public, too, and errors
	NothingSaid      bool // answers that must not be kept say nothing about it
	CookiesOnErrors  bool
	Echoes           bool // pages show every header that reaches them
}

// Weather is what becomes of requests for a while.
type Weather int

// The weathers.
const (
	Fine    Weather = iota
	Down            // nobody answers
	Broken          // 500, after the work is done
	Missing         // 404, after the work is done
	Breaks          // the connection breaks in the middle of the answer
)

// visitorKey is where a test notes, in the context of a request, whose it is.
type visitorKey struct{}

// As notes whose a request is. The shop does not decide by it; it says it, in answers that are somebody's.
func As(ctx context.Context, visitor string) context.Context {
	return context.WithValue(ctx, visitorKey{}, visitor)
}

// session is what PHP keeps for one visitor.
type session struct {
	id       string
	customer string
	group    string
	currency string
	cart     int
	used     time.Time
}

// sessionLife is Magento's own (web/cookie/cookie_lifetime).
const sessionLife = time.Hour

// Shop is the origin. It may be used by many goroutines at a time.
type Shop struct {
	Nature Nature
	Now    func() time.Time

	mu       sync.Mutex
	weather  Weather
	sessions map[string]*session
	made     int
	once     int64
	done     map[string]int // state-changing requests by the name that the test gave them
}

// New makes a shop.
func New(nature Nature, now func() time.Time) *Shop {
	return &Shop{Nature: nature, Now: now, sessions: map[string]*session{}, done: map[string]int{}}
}

// Turn changes the weather.
func (s *Shop) Turn(w Weather) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.weather = w
}

// Done is how often a request that changes something was done.
func (s *Shop) Done(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done[name]
}

// ServeHTTP answers.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.weather == Down {
		s.mu.Unlock()
		panic(http.ErrAbortHandler)
	}
	v := s.receive(r)
	s.act(v)
	weather := s.weather
	s.mu.Unlock()
	s.answer(w, v, weather)
}

// visit is one request as Magento sees it.
type visit struct {
	r       *http.Request
	path    string // that Magento takes it for
	session *session
	sent    bool // the session came with the request
	page    Page
	cookies []string
	status  int
	to      string // where it is redirected
	private bool   // the page is one that a session decides, or changes something
}

// receive finds or starts the session, as PHP does for every request.
func (s *Shop) receive(r *http.Request) *visit {
	v := &visit{r: r, path: r.URL.EscapedPath(), status: http.StatusOK}
	// Laminas takes the path from this header (PhpEnvironment\Request, detectRequestUri).
	if rewritten := r.Header.Get("X-Original-Url"); rewritten != "" {
		v.path = rewritten
	}
	for {
		trimmed := strings.TrimPrefix(strings.TrimPrefix(v.path, "/index.php"), "/fr")
		if trimmed == v.path || trimmed != "" && trimmed[0] != '/' {
			break
		}
		v.path = "/" + strings.TrimLeft(trimmed, "/")
	}
	v.path = "/" + strings.TrimLeft(v.path, "/")
	if cookie, err := r.Cookie(magento.SessionCookie); err == nil {
		if found := s.sessions[cookie.Value]; found != nil && s.Now().Before(found.used.Add(sessionLife)) {
			v.session, v.sent = found, true
		}
	}
	if token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found && s.sessions[token] != nil {
		v.session, v.sent = s.sessions[token], true
	}
	if v.session == nil {
		s.made++
		v.session = &session{id: fmt.Sprintf("session-%d", s.made), group: DefaultGroup, currency: DefaultCurrency}
		s.sessions[v.session.id] = v.session
	}
	v.session.used = s.Now()
	return v
}

// answer writes the page and the headers.
func (s *Shop) answer(w http.ResponseWriter, v *visit, weather Weather) {
	switch {
	case weather == Broken:
		v.status = http.StatusInternalServerError
	case weather == Missing:
		v.status = http.StatusNotFound
	case v.to != "":
		v.status = http.StatusFound
		w.Header().Set("Location", v.to)
	}
	s.describe(v)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("X-Magento-Tags", "cat_p_1,cms_b_2")
	header.Set("Server", "nginx")
	if v.page.Owner != "" {
		header.Set("X-Shop-Owner", v.page.Owner)
	}
	s.cacheControl(header, v)
	if v.status < http.StatusBadRequest || s.Nature.CookiesOnErrors {
		for _, cookie := range v.cookies {
			header.Add("Set-Cookie", cookie)
		}
	}
	body, err := json.Marshal(v.page)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if weather == Breaks {
		header.Set("Content-Length", fmt.Sprint(len(body)))
		w.WriteHeader(v.status)
		_, _ = w.Write(body[:len(body)/2]) // and then it breaks anyhow
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(v.status)
	_, _ = w.Write(body) // whoever asked may be gone
}

// cacheControl is Magento's in Varnish mode for pages, and at its worst for everything.
func (s *Shop) cacheControl(header http.Header, v *visit) {
	public := !v.private && v.status < http.StatusMultipleChoices
	switch {
	case public || s.Nature.EverythingPublic:
		header.Set("Cache-Control", "public, max-age=86400, s-maxage=86400")
	default:
		s.mu.Lock()
		s.once++
		v.page.Once = s.once
		s.mu.Unlock()
		if !s.Nature.NothingSaid {
			header.Set("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0")
		}
	}
}

// describe fills the page: whose it is, and what it shows.
func (s *Shop) describe(v *visit) {
	v.page.Path, v.page.Query = v.path, meaningful(v.r.URL.RawQuery)
	v.page.Cart = v.session.cart
	v.page.ClientIP = v.r.Header.Get(magento.ClientIPHeader)
	v.page.Context = Context{Host: v.r.Host, Store: DefaultStore, Group: v.session.group, Currency: v.session.currency, Script: v.r.Header.Get("X-Requested-With") != ""}
	if cookie, err := v.r.Cookie(magento.StoreCookie); err == nil {
		v.page.Context.Store = cookie.Value
	}
	if v.page.Because = personal(v, s.Nature.Echoes); v.page.Because != "" {
		v.page.Owner, _ = v.r.Context().Value(visitorKey{}).(string)
	}
	v.cookies = append(v.cookies, fmt.Sprintf("%s=%s; Max-Age=3600; Path=/; HttpOnly; Secure", magento.SessionCookie, v.session.id), "form_key=key-of-"+v.session.id+"; Max-Age=3600; Path=/")
	if vary := v.session.vary(v.page.Context.Store); vary != "" {
		v.cookies = append(v.cookies, magento.VaryCookie+"="+vary+"; Max-Age=3600; Path=/; HttpOnly; Secure")
	} else if _, err := v.r.Cookie(magento.VaryCookie); err == nil {
		v.cookies = append(v.cookies, magento.VaryCookie+"=deleted; Max-Age=0; Path=/")
	}
}

// vary is the value of magento.VaryCookie; empty for a default visitor.
func (s *session) vary(store string) string {
	if s.group == DefaultGroup && s.currency == DefaultCurrency && s.customer == "" && store == DefaultStore {
		return ""
	}
	return fmt.Sprintf("hash-of-%s-%s-%s", s.group, s.currency, store)
}

// harmless are headers that CloudFront sends with every request, and those that an answer may depend on.
var harmless = []string{"Accept-Encoding", "Via", "X-Amz-Cf-Id", "X-Cache-Scope", "X-Forwarded-For", "User-Agent", "Cookie", "Content-Length",
	"If-None-Match", "If-Modified-Since", "Range", "If-Range", "If-Match", "If-Unmodified-Since", "X-Requested-With"}

// personal says what of the visitor is in an answer: anything of his that reached the shop.
func personal(v *visit, echoes bool) string {
	for _, cookie := range v.r.Cookies() {
		if !slices.Contains(magento.ContentCookies(), cookie.Name) {
			return "the cookie " + cookie.Name
		}
	}
	if v.r.Header.Get("Authorization") != "" {
		return "the token"
	}
	if before, _, found := cutLast(v.r.Header.Get("X-Forwarded-For"), ","); found {
		return "X-Forwarded-For: " + before
	}
	if !echoes {
		return ""
	}
	if agent := v.r.UserAgent(); agent != "Amazon CloudFront" && agent != "" {
		return "User-Agent: " + agent
	}
	for name := range v.r.Header {
		if !slices.Contains(harmless, name) {
			return name + ": " + v.r.Header.Get(name)
		}
	}
	return ""
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+1:], true
}

// meaningful is a query without tracking parameters, sorted: what two pages differ by.
func meaningful(raw string) string {
	kept := slices.DeleteFunc(strings.Split(raw, "&"), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return name == "" || magento.IsTracking(name)
	})
	slices.Sort(kept)
	return strings.Join(kept, "&")
}

// Meaningful is what of a query a page shows.
func Meaningful(raw string) string { return meaningful(raw) }
