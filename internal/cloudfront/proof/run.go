package proof

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/pkg/magento"
)

// Edge puts something in front of a shop. It gets the time from now.
type Edge func(origin http.Handler, now func() time.Time) (http.Handler, error)

// Straight is no edge at all.
func Straight(origin http.Handler, _ func() time.Time) (http.Handler, error) { return origin, nil }

// Violation is something that must not happen.
type Violation struct {
	Rule string
	What string
	Step int    // of the script, from 1
	Then string // what happened after the last step; empty for a violation within the script
}

// String says what happened, and when.
func (v Violation) String() string {
	if v.Then != "" {
		return fmt.Sprintf("then %s: %s: %s", v.Then, v.Rule, v.What)
	}
	return fmt.Sprintf("step %d: %s: %s", v.Step, v.Rule, v.What)
}

// The rules.
const (
	OthersPage    = "a visitor is given what is another's"
	OthersSession = "a visitor is given a session that another has"
	KeptForOthers = "what is one visitor's is kept where others can ask for it"
	KeptAnyway    = "an answer that must not be kept is given twice"
	WrongContext  = "a visitor is given the page of another context"
	WrongPage     = "a visitor is given another page than he asked for"
	Unknown       = "a visitor with a session is unknown where sessions decide"
	LostCart      = "a cart is not what its visitor put into it"
	NotOnce       = "a request that changes something does not reach the shop once"
	Believed      = "the shop believes what a visitor made up"
	KeptBroken    = "an answer that broke off is kept"
)

// run is a script that is being played.
type run struct {
	shop   *fakeshop.Shop
	edge   http.Handler
	now    time.Time
	fault  fakeshop.Fault
	people map[string]*browser
	states map[string]state    // by the id of the session
	given  map[string]string   // cookies that identify a visitor: who was given them first
	once   map[int64]string    // answers that must not be kept: who was given them first
	wanted map[string]int      // changes that have to be done, by name
	owned  map[string][]string // what only one visitor has: ids of his requests, cookies that stand for him
	asked  []Step
	found  []Violation
	step   int
	then   string
}

// Run plays a script and lists what went wrong.
func Run(edge Edge, behavior fakeshop.Behavior, steps []Step) ([]Violation, error) {
	r := &run{
		now: time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC), people: map[string]*browser{}, states: map[string]state{},
		given: map[string]string{}, once: map[int64]string{}, wanted: map[string]int{}, owned: map[string][]string{},
	}
	clock := func() time.Time { return r.now }
	r.shop = fakeshop.New(behavior, clock)
	made, err := edge(r.shop, clock)
	if err != nil {
		return nil, err
	}
	r.edge = made
	for _, s := range steps {
		r.step++
		r.play(s)
	}
	r.then = "a look at what is kept"
	r.lookAtKept()
	r.newVisitors()
	r.then = "a count of what was done"
	for _, name := range slices.Sorted(maps.Keys(r.wanted)) {
		if got, want := r.shop.Done(name), r.wanted[name]; got != want {
			r.note(NotOnce, "%s was done %d times, not %d", name, got, want)
		}
	}
	return r.found, nil
}

func (r *run) note(rule, format string, arguments ...any) {
	r.found = append(r.found, Violation{rule, fmt.Sprintf(format, arguments...), r.step, r.then})
}

// own notes something that only a visitor has.
func (r *run) own(who, secret string) {
	if secret != "" {
		r.owned[who] = append(r.owned[who], secret)
	}
}

func (r *run) play(s Step) {
	switch {
	case s.Wait > 0:
		r.now = r.now.Add(s.Wait)
	case s.Fault != nil:
		r.fault = *s.Fault
		r.shop.SetFault(r.fault)
	default:
		r.asked = append(r.asked, s)
		r.send(s)
	}
}

// newVisitor begins the names of visitors without a session.
const newVisitor = "new-visitor-"

// newVisitors ask for everything that was asked for, while the shop is out of reach and while it is fine: what is kept for
// others must not reach them.
func (r *run) newVisitors() {
	asked := r.asked
	for i, fault := range []fakeshop.Fault{fakeshop.Unreachable, fakeshop.NoFault} {
		r.play(Step{Fault: &fault})
		for _, s := range asked {
			if s.Method == http.MethodPost {
				continue
			}
			ask := Step{Who: fmt.Sprintf("%s%d", newVisitor, i+1), Method: http.MethodGet, Host: s.Host, Path: s.Path, Query: s.Query, Forged: true}
			r.then = ask.String()
			if fault == fakeshop.Unreachable {
				r.then += ", while the shop is out of reach"
			}
			r.send(ask)
		}
	}
}

// changing are paths, without what may stand before them, that change something.
var changing = []string{"/customer/account/loginPost", "/customer/account/logout", "/checkout/cart/add", "/directory/currency/switch", "/stores/store/switch", "/rest/V1/carts/mine/items"}

func (s Step) changes() bool {
	return !s.Forged && slices.ContainsFunc(changing, func(path string) bool { return strings.HasSuffix(s.Path, path) })
}

// send makes a request as a browser would, looks at the answer, and takes over its cookies.
func (r *run) send(s Step) {
	who := r.browser(s.Who)
	query := s.Query
	name := ""
	if s.changes() && !strings.HasPrefix(s.Who, newVisitor) {
		name = fmt.Sprintf("step-%d", r.step)
		query = strings.TrimPrefix(query+"&name="+name, "&")
		r.wanted[name] = 1
		if r.fault == fakeshop.Unreachable {
			r.wanted[name] = 0
		}
	}
	target := "https://" + s.Host + s.Path
	if query != "" {
		target += "?" + query
	}
	request, err := http.NewRequest(s.Method, target, nil)
	if err != nil {
		return // a path that no client can send
	}
	if s.Body != "" {
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(s.Body)), -1
	}
	request.RequestURI = request.URL.RequestURI()
	request.TLS, request.RemoteAddr = &tls.ConnectionState{}, who.ip+":40000"
	request.Header.Set("User-Agent", "the browser of "+s.Who)
	request.Header.Set("Accept-Language", "the language of "+s.Who)
	request.Header.Set("Accept-Encoding", "gzip, br")
	for header, value := range s.Headers {
		if header == "Authorization" {
			value = "Bearer " + who.cookie(s.Host, magento.SessionCookie, r.now)
		}
		request.Header.Set(header, value)
	}
	r.addCookies(request, who)
	before := r.expected(who, s.Host)
	recorder := httptest.NewRecorder()
	r.serve(recorder, request.WithContext(fakeshop.As(request.Context(), s.Who)))
	r.own(s.Who, recorder.Header().Get("X-Amz-Cf-Id"))
	r.look(s, who, query, before, recorder)
	r.takeOver(s, who, before, recorder)
}

// serve answers, also where no answer comes to its end.
func (r *run) serve(w *httptest.ResponseRecorder, request *http.Request) {
	defer func() {
		if problem := recover(); problem != nil {
			if problem != http.ErrAbortHandler {
				panic(problem)
			}
			w.Code = http.StatusBadGateway
		}
	}()
	r.edge.ServeHTTP(w, request)
}

func (r *run) addCookies(request *http.Request, who *browser) {
	for name := range who.jar[request.Host] {
		if value := who.cookie(request.Host, name, r.now); value != "" {
			request.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
}

// page reads the body of an answer; a part of one, or one of the edge's own, is none.
func page(w *httptest.ResponseRecorder) (fakeshop.Page, bool) {
	var p fakeshop.Page
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") || w.Header().Get("Content-Encoding") != "" {
		return p, false
	}
	return p, json.Unmarshal(w.Body.Bytes(), &p) == nil
}
