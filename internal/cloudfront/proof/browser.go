package proof

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/pkg/magento"
)

// state is what a session ought to be at the shop.
type state struct {
	group, currency string
	cart            int
}

// browser is a visitor with his cookies, which are of one host each.
type browser struct {
	name string
	ip   string
	jar  map[string]map[string]cookie
}

type cookie struct {
	value   string
	expires time.Time
}

func (r *run) browser(name string) *browser {
	if r.people[name] == nil {
		r.people[name] = &browser{name: name, ip: fmt.Sprintf("198.51.100.%d", 1+len(r.people)), jar: map[string]map[string]cookie{}}
	}
	return r.people[name]
}

// cookie is one that the browser still has.
func (b *browser) cookie(host, name string, now time.Time) string {
	if c, ok := b.jar[host][name]; ok && now.Before(c.expires) {
		return c.value
	}
	return ""
}

// expected is what the visitor's session ought to be; a new one where he has none.
func (r *run) expected(who *browser, host string) state {
	if s, ok := r.states[who.cookie(host, magento.SessionCookie, r.now)]; ok {
		return s
	}
	return state{group: fakeshop.DefaultGroup, currency: fakeshop.DefaultCurrency}
}

// takeOver keeps the cookies of an answer, and what became of the session. A visitor whose change failed does not know
// what became of it, and begins anew.
func (r *run) takeOver(s Step, who *browser, before state, w *httptest.ResponseRecorder) {
	if s.changes() && w.Code >= http.StatusBadRequest {
		delete(who.jar, s.Host)
		return
	}
	for _, c := range w.Result().Cookies() {
		if who.jar[s.Host] == nil {
			who.jar[s.Host] = map[string]cookie{}
		}
		who.jar[s.Host][c.Name] = cookie{c.Value, r.now.Add(time.Duration(c.MaxAge) * time.Second)}
	}
	session := who.cookie(s.Host, magento.SessionCookie, r.now)
	if session == "" {
		if s.changes() && !strings.HasSuffix(s.Path, "/store/switch") && !strings.HasSuffix(s.Path, "/logout") {
			r.note(LostCart, "%s changes something and has no session afterwards", s.Who)
		}
		return
	}
	if s.changes() {
		before = before.after(s)
	}
	r.states[session] = before
}

// after is what a change makes of a session.
func (s state) after(step Step) state {
	switch {
	case strings.HasSuffix(step.Path, "/loginPost"):
		if group, known := fakeshop.Customers[step.Who]; known {
			s.group = group
		}
	case strings.HasSuffix(step.Path, "/logout"):
		s = state{group: fakeshop.DefaultGroup, currency: fakeshop.DefaultCurrency}
	case strings.HasSuffix(step.Path, "/cart/add"), strings.HasSuffix(step.Path, "/carts/mine/items"):
		s.cart++
	case strings.HasSuffix(step.Path, "/currency/switch"):
		s.currency = strings.TrimPrefix(step.Query, "currency=")
	}
	return s
}
