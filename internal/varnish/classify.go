package varnish

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// audience is who the answer to a request is for.
type audience int

const (
	visitor   audience = iota // passed on
	group                     // everybody with the same vary cookie
	everybody                 // asked for without a session
)

// classifier is vcl_recv and vcl_hash.
type classifier struct {
	shop                                  Shop
	decided, fragments, tracking, private *regexp.Regexp
}

var (
	strangePath = regexp.MustCompile(`(?i)//|/\.|;|%(2[def]|3[0-9bf]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9ae])`)
	filesPath   = regexp.MustCompile(`^/(pub/)?(static|media)/`)

	forgeable = []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "X-Host", "X-Original-Url", "X-Rewrite-Url", "X-Http-Method-Override", "Proxy"}
	personal  = []string{magento.ClientIPHeader, "User-Agent", "Accept", "Accept-Language", "Referer", "Origin"}
)

func newClassifier(s Shop) classifier {
	c := classifier{shop: s, decided: regexp.MustCompile(s.decided()), fragments: regexp.MustCompile(fragments()),
		tracking: regexp.MustCompile(`^(?:` + strings.Join(append(magento.TrackingParameters(), s.TrackingParameters...), "|") + `)$`)}
	if len(s.PrivateCookies) > 0 {
		c.private = regexp.MustCompile(`(?:^|;\s*)(?:` + quoted(s.PrivateCookies) + `)=`)
	}
	return c
}

// classify says who an answer is for and under which key it is kept, and changes the request as the VCL does.
func (c classifier) classify(r *http.Request) (audience, string) {
	for _, name := range forgeable {
		r.Header.Del(name)
	}
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	target, path := r.URL.RequestURI(), r.URL.EscapedPath()
	line := r.Header.Get("Cookie")
	switch {
	case !reading, r.Header.Get("Authorization") != "", r.ContentLength != 0, filesPath.MatchString(path), strangePath.MatchString(path), c.doubled(line):
		return visitor, ""
	case c.decided.MatchString(target), c.private != nil && c.private.MatchString(line):
		return visitor, ""
	}
	vary, has := cookieOf(line, magento.VaryCookie)
	scope := r.Header.Get(magento.ScopeHeader)
	switch fragment := c.fragments.MatchString(target); {
	case fragment && !has, !fragment && scope == magento.SharedScope:
		return everybody, c.withoutSession(r)
	case !has, !fragment && scope == "":
		return visitor, ""
	}
	c.simplify(r)
	return group, key(r, "group "+vary, c.content(line))
}

func (c classifier) withoutSession(r *http.Request) string {
	r.Header.Set(magento.ScopeHeader, magento.SharedScope)
	for _, name := range personal {
		r.Header.Del(name)
	}
	content := c.content(r.Header.Get("Cookie"))
	r.Header.Del("Cookie")
	if content != "" {
		r.Header.Set("Cookie", content)
	}
	c.simplify(r)
	return key(r, "everybody", content)
}

// simplify takes tracking parameters off, and sorts the others.
func (c classifier) simplify(r *http.Request) {
	parts := slices.DeleteFunc(strings.Split(r.URL.RawQuery, "&"), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return part == "" || c.tracking.MatchString(name)
	})
	slices.Sort(parts)
	r.URL.RawQuery, r.URL.ForceQuery = strings.Join(parts, "&"), false
	r.RequestURI = r.URL.RequestURI()
}

func key(r *http.Request, parts ...string) string {
	script := ""
	if r.Header.Get("X-Requested-With") != "" {
		script = "script"
	}
	return strings.Join(append([]string{r.URL.RequestURI(), r.Host, r.Header.Get("X-Forwarded-Proto"), script}, parts...), "\n")
}

// cookies are the names and values of a line.
func cookies(line string) [][2]string {
	var all [][2]string
	for part := range strings.SplitSeq(line, ";") {
		if name, value, found := strings.Cut(strings.TrimSpace(part), "="); found {
			all = append(all, [2]string{name, value})
		}
	}
	return all
}

func cookieOf(line, name string) (string, bool) {
	for _, c := range cookies(line) {
		if c[0] == name {
			return c[1], true
		}
	}
	return "", false
}

func (c classifier) content(line string) string {
	var kept []string
	for _, pair := range cookies(line) {
		if slices.Contains(c.shop.contentCookies(), pair[0]) && pair[1] != "" { // the VMOD has none without a value
			kept = append(kept, pair[0]+"="+pair[1])
		}
	}
	return strings.Join(kept, "; ")
}

func (c classifier) doubled(line string) bool {
	count := map[string]int{}
	for _, pair := range cookies(line) {
		count[pair[0]]++
	}
	for _, name := range append([]string{magento.VaryCookie}, c.shop.contentCookies()...) {
		if count[name] > 1 {
			return true
		}
	}
	return false
}

// ofGroup reports whether an answer's vary cookie is the one that the request had.
func ofGroup(line string, answer http.Header) bool {
	want, _ := cookieOf(line, magento.VaryCookie)
	got := ""
	for _, set := range answer.Values("Set-Cookie") {
		if value, found := strings.CutPrefix(set, magento.VaryCookie+"="); found {
			got, _, _ = strings.Cut(value, ";")
		}
	}
	return got == want
}
