package fakeshop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// answer writes the page and the headers.
func (s *Shop) answer(w http.ResponseWriter, v *visit, fault Fault) {
	switch {
	case fault == ServerError:
		v.status = http.StatusInternalServerError
	case fault == NotFound:
		v.status = http.StatusNotFound
	case v.to != "":
		v.status = http.StatusFound
		w.Header().Set("Location", v.to)
	}
	s.describe(v)
	header := w.Header()
	if s.Behavior.Tagged && v.status == http.StatusOK {
		header.Set("ETag", tag)
		if v.r.Header.Get("If-None-Match") == tag {
			v.status = http.StatusNotModified
		}
	}
	header.Set("Content-Type", "application/json")
	header.Set(magento.TagsHeader, "cat_p_1,cms_b_2")
	header.Set("Server", "nginx")
	if v.page.Owner != "" {
		header.Set("X-Shop-Owner", v.page.Owner)
	}
	s.cacheControl(header, v)
	if v.status < http.StatusBadRequest || s.Behavior.CookiesOnErrors {
		for _, cookie := range v.cookies {
			header.Add("Set-Cookie", cookie)
		}
	}
	if v.status == http.StatusNotModified {
		w.WriteHeader(v.status)
		return
	}
	body, err := json.Marshal(v.page)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if fault == TruncatedBody {
		if !s.Behavior.Chunked {
			header.Set("Content-Length", fmt.Sprint(len(body)))
		}
		w.WriteHeader(v.status)
		_, _ = w.Write(body[:len(body)/2]) // and then it breaks anyhow
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(v.status)
	_, _ = w.Write(body) // whoever asked may be gone
}

// tag is the ETag of a page that says nothing of whom the page is for.
const tag = `"1"`

// Cache-Control of Magento in Varnish mode, with the default lifetime of a page (system/full_page_cache/ttl).
const (
	publicPage  = "public, max-age=86400, s-maxage=86400"
	privatePage = "no-store, no-cache, must-revalidate, max-age=0"
)

// grace is what Fastly's module for Magento adds to Cache-Control (fastly-magento2, etc/vcl_snippets).
const grace = ", stale-while-revalidate=60, stale-if-error=86400"

// cacheControl is Magento's in Varnish mode for pages, and at its worst for everything.
func (s *Shop) cacheControl(header http.Header, v *visit) {
	public := !v.private && (v.status == http.StatusOK || v.status == http.StatusNotModified)
	later := ""
	if s.Behavior.Grace {
		later = grace
	}
	switch {
	case public || s.Behavior.EverythingPublic && !(s.Behavior.Varies && v.module):
		header.Set("Cache-Control", publicPage+later)
	default:
		s.mu.Lock()
		s.once++
		v.page.Once = s.once
		s.mu.Unlock()
		if !s.Behavior.NothingSaid {
			header.Set("Cache-Control", privatePage+later)
		}
	}
}

// describe fills the page: whose it is, and what it shows.
func (s *Shop) describe(v *visit) {
	v.page.Path, v.page.Query = v.path, meaningful(v.r.URL.RawQuery)
	v.page.Cart = v.session.cart
	v.page.ClientIP = v.r.Header.Get(magento.ClientIPHeader)
	v.page.Believed = believed(v.r.Header)
	v.page.Context = Context{Host: v.r.Host, Store: DefaultStore, Group: v.session.group, Currency: v.session.currency, Script: v.r.Header.Get("X-Requested-With") != ""}
	if cookie, err := v.r.Cookie(magento.StoreCookie); err == nil {
		v.page.Context.Store = cookie.Value
	}
	if s.Behavior.Varies && !v.private && !Decided(v.path) && v.r.Header.Get("Authorization") == "" {
		v.page.Cart, v.page.ClientIP = 0, "" // which scripts show
	} else if v.page.Because = personal(v, s.Behavior.Echoes); v.page.Because != "" {
		v.page.Owner, _ = v.r.Context().Value(visitorKey{}).(string)
	}
	v.cookies = append(v.cookies, fmt.Sprintf("%s=%s; Max-Age=3600; Path=/; HttpOnly; Secure", magento.SessionCookie, v.session.id), "form_key=key-of-"+v.session.id+"; Max-Age=3600; Path=/")
	if vary := v.session.vary(v.page.Context.Store); vary != "" {
		v.cookies = append(v.cookies, magento.VaryCookie+"="+vary+"; Max-Age=3600; Path=/; HttpOnly; Secure")
	} else if _, err := v.r.Cookie(magento.VaryCookie); err == nil {
		v.cookies = append(v.cookies, magento.VaryCookie+"=deleted; Max-Age=0; Path=/")
	}
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
