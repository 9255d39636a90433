package model

import (
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

func newMessage(r *http.Request) *message {
	m := &message{method: r.Method, host: r.Host, path: r.URL.EscapedPath(), raw: r.URL.RawQuery, header: r.Header.Clone(), ip: address(r.RemoteAddr)}
	if m.path == "" {
		m.path = "/"
	}
	if r.URL.RawPath != "" {
		m.path = r.URL.RawPath
	}
	m.queries = parseQuery(m.raw)
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
