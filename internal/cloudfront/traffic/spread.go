package traffic

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

// SecondHost is another website of the shop, whose guests have an X-Magento-Vary (MAGE_RUN_TYPE=website).
const SecondHost = "www.shop.example.com"

// Spread is a trace with what the standard one lacks: a third of the visitors on a second website, scripts that ask for reviews and
// swatches, and a purge every half minute. The same options make the same trace.
func Spread(o Options) []Request {
	var trace []Request
	next := purgeEvery
	for i, r := range Generate(o) {
		for ; r.At >= next; next += purgeEvery {
			trace = append(trace, Request{At: next, Purge: fmt.Sprintf("cat_p_%d", int(next/purgeEvery)%purgedProducts)})
		}
		if hashed(r.Visitor)%3 == 0 {
			r.Host = SecondHost
			if r.Cookies != "" {
				r.Cookies = withVary(r.Cookies, varyOf(r.Visitor, SecondHost))
			}
		}
		trace = append(trace, r)
		if id, product := strings.CutPrefix(r.Path, "/product-"); product && r.Kind != Crawler && i%2 == 0 {
			script := r
			script.Query, script.Script = "", true
			script.Path = "/review/product/listAjax/id/" + strings.TrimSuffix(id, ".html") + "/"
			trace = append(trace, script)
		}
	}
	return trace
}

const (
	purgeEvery     = 30 * time.Second
	purgedProducts = 40 // the shop's best known change most
)

func hashed(text string) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(text)) // which never fails
	return hash.Sum32()
}

// varyOf is the X-Magento-Vary of a visitor once he has a session; empty for a default one.
func varyOf(visitor, host string) string {
	vary := ""
	switch kind, _, _ := strings.Cut(visitor, "-"); Kind(kind) {
	case Customer:
		vary = "group-general"
	case Foreign:
		vary = "currency-chf"
	}
	if host == SecondHost {
		vary += "-website-2"
	}
	return strings.TrimPrefix(vary, "-")
}

func withVary(line, vary string) string {
	line, _, _ = strings.Cut(line, "; "+magento.VaryCookie+"=")
	return line + "; " + magento.VaryCookie + "=" + vary
}

// varies answers as Magento does: the session decides, and the answer's cookie says so.
func varies(header http.Header, r *http.Request) {
	header.Set("Cache-Control", "public, max-age=86400, s-maxage=86400")
	tag := strings.Trim(strings.NewReplacer("/product-", "cat_p_", "/review/product/listAjax/id/", "cat_p_", "/category-", "cat_c_", ".html", "").Replace(r.URL.Path), "/")
	header.Set(magento.TagsHeader, "store,"+tag)
	session := ""
	if cookie, err := r.Cookie(magento.SessionCookie); err == nil {
		session = cookie.Value
	}
	vary := varyOf(session, r.Host)
	header.Set(contextHeader, "context "+r.Host+" "+vary)
	if r.Header.Get(magento.ScopeHeader) == magento.SharedScope {
		return // nginx takes the cookies off
	}
	header.Add("Set-Cookie", magento.SessionCookie+"="+session+"; Path=/")
	if vary != "" {
		header.Add("Set-Cookie", magento.VaryCookie+"="+vary+"; Path=/")
	}
}

// context is what a page for the request must say: of the visitor's group where he has a session, and of a default visitor where
// he has none, or where only the browser's first request tells.
func (r Request) context() string {
	host := r.Host
	if host == "" {
		host = FirstHost
	}
	if r.Cookies == "" {
		return "context " + host + " " + varyOf("", host)
	}
	return "context " + host + " " + varyOf(r.Visitor, host)
}

// FirstHost is the name that traces are replayed under.
const FirstHost = "shop.example.com"
