package model

import (
	"slices"
	"strings"
)

// encoding is what a viewer can read: CloudFront makes four of all that browsers send (CloudFront Developer Guide, "Serve
// compressed files").
type encoding string

const (
	identity encoding = "identity"
	gzipOnly encoding = "gzip"
	brotli   encoding = "br"
	both     encoding = "br,gzip"
)

// encodingOf normalises Accept-Encoding for a policy. Where it takes neither, the viewer's header is no part of the key.
func encodingOf(p CachePolicy, accept string) encoding {
	if !p.AcceptGzip && !p.AcceptBro {
		return ""
	}
	gz := p.AcceptGzip && accepts(accept, "gzip")
	br := p.AcceptBro && accepts(accept, "br")
	switch {
	case gz && br:
		return both
	case br:
		return brotli
	case gz:
		return gzipOnly
	}
	return identity
}

func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		_, q, _ := strings.Cut(weight, "=")
		return strings.Trim(q, "0. ") != "" || !strings.Contains(weight, "=")
	}
	return false
}

// key is what an answer is kept under: the path and what the cache policy names. The distribution is part of it, the Host
// only where a policy says so (CloudFront Developer Guide, "Understand the cache key"). It does not say whether the path
// is compared as it was sent or normalised; normalised is the worse case, in which two paths share an answer.
func key(p CachePolicy, m *message, accept encoding) string {
	var out strings.Builder
	out.Grow(128)
	if m.method == "OPTIONS" {
		out.WriteString("OPTIONS ")
	}
	out.WriteString(normalize(m.path))
	if p.Queries.any() {
		if query := m.query(p.Queries.includes); query != "" {
			out.WriteByte('?')
			out.WriteString(query)
		}
	}
	for _, name := range p.Headers.Names {
		values := m.header.Values(name)
		if name == "host" {
			values = []string{m.host}
		}
		part(&out, name, strings.Join(values, ","))
	}
	if p.Cookies.any() {
		for _, c := range sortedCookies(m.cookies) {
			if p.Cookies.includes(c.name) {
				part(&out, "cookie "+c.name, c.value)
			}
		}
	}
	if accept != "" {
		part(&out, "accept-encoding", string(accept))
	}
	return out.String()
}

// part writes a value between characters that HTTP allows in none of them, so that no two keys look alike.
func part(out *strings.Builder, name, value string) {
	out.WriteString("\n")
	out.WriteString(name)
	out.WriteString(": ")
	out.WriteString(value)
}

func sortedCookies(cookies []pair) []pair {
	sorted := slices.Clone(cookies)
	slices.SortStableFunc(sorted, func(a, b pair) int { return strings.Compare(a.name, b.name) })
	return sorted
}
