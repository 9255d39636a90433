package model

import (
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// userAgent is what an origin sees where the viewer's own is not forwarded.
const userAgent = "Amazon CloudFront"

// removedBefore are headers that no origin gets from a viewer, whatever the policies say (CloudFront Developer Guide, "HTTP
// request headers and CloudFront behavior (custom and Amazon S3 origins)").
var removedBefore = []string{
	"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Upgrade", "Transfer-Encoding",
	"X-Forwarded-Proto", "X-Real-Ip",
}

// conditions are headers that an origin always gets: its answer to one visitor's condition is kept like any other (same
// page; "How CloudFront processes partial requests for an object").
var conditions = []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"}

// forward is the request that an origin gets: what the key has, and what the request policy adds.
func forward(b Behavior, origin Origin, m *message, accept encoding, id string) (query string, header http.Header, host string) {
	chosen := func(key, request Selection) func(string) bool {
		return func(name string) bool { return key.includes(name) || request.includes(name) }
	}
	request := RequestPolicy{Headers: Selection{Mode: None}, Cookies: Selection{Mode: None}, Queries: Selection{Mode: None}}
	if b.Request != nil {
		request = *b.Request
	}
	header = http.Header{}
	wants := chosen(b.Cache.Headers, request.Headers)
	for name, values := range m.header {
		always := name == "Authorization" || slices.Contains(conditions, name) || strings.HasPrefix(name, "Content-") && m.method != http.MethodGet
		if always || wants(strings.ToLower(name)) {
			header[name] = values
		}
	}
	for _, name := range removedBefore {
		header.Del(name)
	}
	for name := range header {
		if strings.HasPrefix(name, "X-Amz-Cf-") || strings.HasPrefix(name, "X-Edge-") {
			header.Del(name)
		}
	}
	if !authorizes(b, m.method, request) {
		header.Del("Authorization")
	}
	if header.Get("User-Agent") == "" {
		header.Set("User-Agent", userAgent)
	}
	switch {
	case accept == identity:
		header.Del("Accept-Encoding")
	case accept != "":
		header.Set("Accept-Encoding", string(accept))
	}
	if cookies := m.cookieLine(chosen(b.Cache.Cookies, request.Cookies)); cookies != "" {
		header.Set("Cookie", cookies)
	}
	setForwarded(header, m, id, request.Headers.Mode)
	host = origin.DomainName
	if wants("host") {
		host = m.host
	}
	all := chosen(b.Cache.Queries, request.Queries)
	query = m.query(all)
	if !m.changed && (b.Cache.Queries.Mode == All || request.Queries.Mode == All) {
		query = m.raw
	}
	return query, header, host
}

// setForwarded adds what CloudFront tells origins of the viewer. It appends to X-Forwarded-For, so that the beginning is
// what the viewer said.
func setForwarded(header http.Header, m *message, id string, mode Mode) {
	forwardedFor := m.ip
	if said := m.header.Get("X-Forwarded-For"); said != "" {
		forwardedFor = said + ", " + m.ip
	}
	header.Set("X-Forwarded-For", forwardedFor)
	header.Set("Via", "2.0 edge.cloudfront.net (CloudFront)")
	header.Set("X-Amz-Cf-Id", id)
	if mode == AllViewerAndCloudFront {
		header.Set("Cloudfront-Viewer-Address", m.ip+":1024")
		header.Set("Cloudfront-Forwarded-Proto", "https")
	}
}

// authorizes reports whether Authorization reaches the origin: with what may be kept only as part of the key, or with all
// headers of the viewer; with the rest always (same page, "Authorization").
func authorizes(b Behavior, method string, request RequestPolicy) bool {
	if method != http.MethodGet && method != http.MethodHead {
		return true
	}
	all := request.Headers.Mode == AllViewer || request.Headers.Mode == AllViewerAndCloudFront || request.Headers.Mode == AllExcept
	return all || b.Cache.Headers.includes("authorization")
}

// stripped lists what the origin does not get of what the viewer sent, and what it gets beside.
func stripped(before *message, query string, after http.Header) (taken, added []string) {
	sent, got := newSet(before.queries), newSet(parseQuery(query))
	for _, name := range sent.missing(got) {
		taken = append(taken, "query "+name)
	}
	cookies := newSet(before.cookies)
	for _, name := range cookies.missing(newSet(parseCookies(after.Get("Cookie")))) {
		taken = append(taken, "cookie "+name)
	}
	for name := range before.header {
		if _, kept := after[textproto.CanonicalMIMEHeaderKey(name)]; !kept {
			taken = append(taken, "header "+strings.ToLower(name))
		}
	}
	for name, values := range after {
		if said := before.header.Values(name); strings.Join(said, ",") != strings.Join(values, ",") && name != "Cookie" && !plumbing[name] {
			added = append(added, "header "+strings.ToLower(name)+": "+strings.Join(values, ","))
		}
	}
	return taken, added
}

// plumbing are headers that CloudFront puts on every request.
var plumbing = map[string]bool{"Via": true, "X-Amz-Cf-Id": true, "X-Forwarded-For": true, "User-Agent": true, "Accept-Encoding": true}

// set is the names of pairs in their order.
type set []string

func newSet(pairs []pair) set {
	var names set
	for _, p := range pairs {
		names = append(names, p.name)
	}
	return names
}

func (s set) missing(in set) []string {
	has := map[string]bool{}
	for _, name := range in {
		has[name] = true
	}
	var gone []string
	for _, name := range s {
		if !has[name] {
			has[name] = true
			gone = append(gone, name)
		}
	}
	return gone
}
