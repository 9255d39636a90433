// Package fakeshop is an origin that speaks HTTP as Magento does in Varnish mode: public pages that carry a session's Set-Cookie
// all the same, private paths, a vary cookie for whoever has logged in. A Shop is Magento at its worst, as its Behavior and Fault
// say; each of its answers says whose it is, so that a test can tell when another visitor gets it. A Demo has pages to look at.
package fakeshop

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

// Page is the body of every answer, in JSON.
type Page struct {
	Owner    string  `json:"owner,omitempty"` // the visitor that something in the answer is of; empty where nothing is
	Because  string  `json:"because,omitempty"`
	Context  Context `json:"context"`
	Path     string  `json:"path"`
	Query    string  `json:"query,omitempty"` // without what changes no page, sorted
	Cart     int     `json:"cart"`            // products in the session's cart
	ClientIP string  `json:"clientIp,omitempty"`

	// Believed are headers that a load balancer, nginx or PHP takes for the truth about a request, by what they said.
	Believed map[string]string `json:"believed,omitempty"`

	Once int64 `json:"once,omitempty"` // of an answer that must not be kept: never the same twice
}

// Context is what makes pages differ between groups of visitors.
type Context struct {
	Host     string `json:"host"`
	Store    string `json:"store"`
	Group    string `json:"group"`
	Currency string `json:"currency"`
	Script   bool   `json:"script,omitempty"` // a part of a page, for a script that asked
}

// String names what differs.
func (c Context) String() string {
	parts := []string{c.Host, "store " + c.Store, "group " + c.Group, c.Currency}
	if c.Script {
		parts = append(parts, "as a part for a script")
	}
	return strings.Join(parts, ", ")
}

// The defaults, which no cookie says.
const (
	DefaultStore    = "default"
	DefaultGroup    = "guest"
	DefaultCurrency = "EUR"
)

// visitorKey is where a test notes, in the context of a request, whose it is.
type visitorKey struct{}

// As notes whose a request is. The shop does not decide by it; it says it, in answers that are a visitor's.
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

// Shop is an origin that a Behavior makes worse than Magento. It may be used by many goroutines at a time.
type Shop struct {
	Behavior Behavior
	Now      func() time.Time

	mu       sync.Mutex
	fault    Fault
	sessions map[string]*session
	made     int
	once     int64
	done     map[string]int // state-changing requests by the name that the test gave them
}

// New returns a Shop without faults.
func New(behavior Behavior, now func() time.Time) *Shop {
	return &Shop{Behavior: behavior, Now: now, sessions: map[string]*session{}, done: map[string]int{}}
}

// SetFault makes every request from now on fail in a way, or none.
func (s *Shop) SetFault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
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
	if s.fault == Unreachable {
		s.mu.Unlock()
		panic(http.ErrAbortHandler)
	}
	v := s.receive(r)
	s.act(v)
	fault := s.fault
	s.mu.Unlock()
	if fault == NoAnswer {
		panic(http.ErrAbortHandler)
	}
	s.answer(w, v, fault)
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
	module  bool   // the page shows the visitor, and is of a module that no route of Magento names
}

// receive finds or starts the session, as PHP does for every request.
func (s *Shop) receive(r *http.Request) *visit {
	v := &visit{r: r, path: r.URL.EscapedPath(), status: http.StatusOK}
	// Laminas takes the path from this header (PhpEnvironment\Request, detectRequestUri).
	if rewritten := r.Header.Get("X-Original-Url"); rewritten != "" {
		v.path = rewritten
	}
	v.path = Path(v.path)
	if cookie, err := r.Cookie(magento.SessionCookie); err == nil {
		if found := s.sessions[cookie.Value]; found != nil && s.Now().Before(found.used.Add(sessionLife)) {
			v.session, v.sent = found, true
		}
	}
	if token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found && s.sessions[token] != nil {
		v.session, v.sent = s.sessions[token], true
	}
	if v.session == nil {
		v.session = &session{id: s.newID(), group: DefaultGroup, currency: DefaultCurrency}
		s.sessions[v.session.id] = v.session
	}
	v.session.used = s.Now()
	return v
}

// Path is what Magento takes a path for: index.php and the code of a store in front of it change no route, and slashes in
// front of it are one (Magento\Framework\App\Request\PathInfo).
func Path(path string) string {
	for {
		trimmed := strings.TrimPrefix(strings.TrimPrefix(path, "/index.php"), "/fr")
		if trimmed == path || trimmed != "" && trimmed[0] != '/' {
			break
		}
		path = "/" + strings.TrimLeft(trimmed, "/")
	}
	return "/" + strings.TrimLeft(path, "/")
}

// newID is the id of a session. None begins with another, so that a text can be searched for them.
func (s *Shop) newID() string {
	s.made++
	return fmt.Sprintf("session-%06d", s.made)
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
