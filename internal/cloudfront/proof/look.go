package proof

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/pkg/magento"
)

// look compares an answer with everything that it must be, and notes what it is not.
func (r *run) look(s Step, who *browser, query string, before state, w *httptest.ResponseRecorder) {
	if owner := w.Header().Get("X-Shop-Owner"); owner != "" && owner != s.Who {
		r.note(OthersPage, "%s gets an answer of %s's by its headers", s.Who, owner)
	}
	r.lookAtCookies(s, w)
	p, whole := page(w)
	if !whole {
		if s.Known && r.fault == fakeshop.NoFault {
			r.note(Unknown, "%s is not answered by the shop at %s", s.Who, s.Path)
		}
		return
	}
	if p.Owner != "" && p.Owner != s.Who {
		r.note(OthersPage, "%s gets a page with something of %s's in it: %s", s.Who, p.Owner, p.Because)
	}
	if p.Once != 0 {
		if first, known := r.once[p.Once]; known && first != s.Who && r.fault == fakeshop.NoFault {
			r.note(KeptAnyway, "%s gets what was made for %s", s.Who, first)
		} else if !known {
			r.once[p.Once] = s.Who
		}
	}
	if p.ClientIP != "" && p.ClientIP != who.ip {
		r.note(Believed, "%s: %s, and %s is at %s", magento.ClientIPHeader, p.ClientIP, s.Who, who.ip)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Believed)) {
		r.note(Believed, "%s: %s", name, p.Believed[name])
	}
	r.lookAtPage(s, who, query, before, p, w.Code)
}

// lookAtCookies holds that what stands for one visitor is never given to another.
func (r *run) lookAtCookies(s Step, w *httptest.ResponseRecorder) {
	for _, c := range w.Result().Cookies() {
		if c.Name != magento.SessionCookie && c.Name != "form_key" || c.MaxAge <= 0 {
			continue
		}
		if first, known := r.given[c.Value]; known && first != s.Who {
			r.note(OthersSession, "%s gets %s=%s, which %s has", s.Who, c.Name, c.Value, first)
		} else if !known {
			r.given[c.Value] = s.Who
			r.own(s.Who, c.Value)
		}
	}
}

// lookAtPage holds that a visitor sees the page that he asked for, in his own context.
func (r *run) lookAtPage(s Step, who *browser, query string, before state, p fakeshop.Page, status int) {
	if honest(s.Path) && p.Path != fakeshop.Path(s.Path) {
		r.note(WrongPage, "%s asks for %s and gets %s", s.Who, s.Path, p.Path)
	}
	if s.Forged || s.changes() || status != http.StatusOK {
		return
	}
	if want := fakeshop.Meaningful(query); p.Query != want {
		r.note(WrongPage, "%s asks for %s?%s and gets it for the query %q", s.Who, s.Path, want, p.Query)
	}
	want := fakeshop.Context{Host: s.Host, Store: fakeshop.DefaultStore, Group: before.group, Currency: before.currency, Script: s.Headers["X-Requested-With"] != ""}
	if store := who.cookie(s.Host, magento.StoreCookie, r.now); store != "" {
		want.Store = store
	}
	if token := who.cookie(s.Host, magento.SessionCookie, r.now); s.Headers["Authorization"] != "" && token != "" && p.Owner != s.Who {
		r.note(WrongContext, "%s is not known by the token", s.Who)
	}
	if p.Context != want {
		r.note(WrongContext, "%s gets %s for %s, and not for %s", s.Who, s.Path, p.Context, want)
	}
	r.lookAtSession(s, who, before, p)
}

// lookAtSession holds that a visitor with a session is known wherever sessions decide, with all that is in his cart.
func (r *run) lookAtSession(s Step, who *browser, before state, p fakeshop.Page) {
	decided := s.Known || fakeshop.Decided(fakeshop.Path(s.Path))
	if !decided || r.fault != fakeshop.NoFault || who.cookie(s.Host, magento.SessionCookie, r.now) == "" {
		return
	}
	switch {
	case p.Owner != s.Who:
		r.note(Unknown, "%s is not recognized at %s", s.Who, s.Path)
	case p.Cart != before.cart && s.Headers["Authorization"] == "":
		r.note(LostCart, "%s has %d products in the cart, and sees %d", s.Who, before.cart, p.Cart)
	}
}

// honest reports whether a path can be read in one way only.
func honest(path string) bool {
	return !strings.ContainsAny(path, "%;") && !strings.Contains(path, "..") && !strings.Contains(path, "/./")
}
