package model

import (
	"io"
	"net"
	"net/http"
	"strings"
)

// message is a request as it passes through the edge: what functions may change, apart from what they may not.
type message struct {
	method  string
	host    string
	path    string // as it was sent
	queries []pair
	raw     string // the query as it was sent; used while nobody changed queries
	changed bool   // whether a function changed queries
	header  http.Header
	cookies []pair
	ip      string
}

// pair is a cookie or a query parameter. Neither is decoded: CloudFront compares what was sent.
type pair struct {
	name, value string
	bare        bool // a parameter without =
}

// withoutBody is a request for reading, and whether it has a body: CloudFront refuses one that has, however its length is told
// (CloudFront Developer Guide, "GET requests that include a body"). Of a length that is not told, a byte decides. Whether a body
// of nothing is one is not documented; that it is none lets more through.
func withoutBody(r *http.Request) (bodiless *http.Request, has bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return r, false
	}
	var first [1]byte
	if n, _ := io.ReadFull(r.Body, first[:]); r.ContentLength > 0 || n > 0 {
		return r, true
	}
	r = r.WithContext(r.Context())
	r.Body, r.ContentLength = http.NoBody, 0
	return r, false
}

func newMessage(r *http.Request) *message {
	m := &message{method: r.Method, host: r.Host, path: r.URL.EscapedPath(), raw: r.URL.RawQuery, header: r.Header.Clone(), ip: address(r.RemoteAddr)}
	if m.path == "" {
		m.path = "/"
	}
	if r.URL.RawPath != "" {
		m.path = r.URL.RawPath
	}
	m.queries = parseQuery(m.raw)
	if len(r.TransferEncoding) > 0 {
		m.header.Set("Transfer-Encoding", strings.Join(r.TransferEncoding, ", ")) // which net/http keeps to itself
	}
	for _, line := range m.header.Values("Cookie") {
		m.cookies = append(m.cookies, parseCookies(line)...)
	}
	m.header.Del("Cookie")
	return m
}

func address(remote string) string {
	if host, _, err := net.SplitHostPort(remote); err == nil {
		return host
	}
	return remote
}

func parseQuery(raw string) []pair {
	var pairs []pair
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, found := strings.Cut(part, "=")
		pairs = append(pairs, pair{name, value, !found})
	}
	return pairs
}

func parseCookies(line string) []pair {
	var pairs []pair
	for part := range strings.SplitSeq(line, ";") {
		name, value, found := strings.Cut(strings.TrimSpace(part), "=")
		if found && name != "" {
			pairs = append(pairs, pair{name: name, value: value})
		}
	}
	return pairs
}

// query writes the chosen parameters in their order.
func (m *message) query(chosen func(name string) bool) string {
	var out strings.Builder
	for _, q := range m.queries {
		if !chosen(q.name) {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('&')
		}
		out.WriteString(q.name)
		if !q.bare {
			out.WriteByte('=')
			out.WriteString(q.value)
		}
	}
	return out.String()
}

// cookieLine writes the chosen cookies in their order.
func (m *message) cookieLine(chosen func(name string) bool) string {
	var out strings.Builder
	for _, c := range m.cookies {
		if !chosen(c.name) {
			continue
		}
		if out.Len() > 0 {
			out.WriteString("; ")
		}
		out.WriteString(c.name + "=" + c.value)
	}
	return out.String()
}
