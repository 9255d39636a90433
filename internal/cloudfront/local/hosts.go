package local

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// hosts lets a browser at localhost:8443 visit the shop as if under its own name: the distribution sees the name that its
// key, its functions and Magento know, and what comes back leads to the address that is visited.
type hosts struct {
	shop    []string // names of the distribution
	host    string   // the one that stands for localhost
	backend []string // other names that Magento may give itself
	tls     bool
}

// scheme is what the URLs of visitors begin with.
func (h hosts) scheme() string {
	if h.tls {
		return "https"
	}
	return "http"
}

// shopHost is the shop's name that a visited host stands for: itself where it is one, with or without a port.
func (h hosts) shopHost(visited string) string {
	name := strings.ToLower(hostname(visited))
	if slices.Contains(h.shop, name) {
		return name
	}
	return h.host
}

// standsForShop says whether a host is one of the shop's, or an address that a browser reaches the local edge at.
func (h hosts) standsForShop(visited string) bool {
	name := strings.ToLower(hostname(visited))
	return slices.Contains(h.shop, name) || name == "localhost" || strings.HasSuffix(name, ".localhost") || net.ParseIP(name) != nil
}

// hostname is a Host header's without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// request gives a copy of a visitor's request under the shop's name. Origin and Referer, too, come from the address that is
// visited, and Magento compares them with its own.
func (h hosts) request(r *http.Request) *http.Request {
	shop := h.shopHost(r.Host)
	if shop == r.Host {
		return r
	}
	renamed := r.Clone(r.Context())
	renamed.Host = shop
	for _, name := range []string{"Origin", "Referer"} {
		value, err := url.Parse(r.Header.Get(name))
		if err == nil && value.Host == r.Host {
			value.Scheme, value.Host = "https", shop
			renamed.Header.Set(name, value.String())
		}
	}
	return renamed
}

// response rewrites the header of an answer for the host that was visited.
func (h hosts) response(header http.Header, visited string) {
	for _, name := range []string{"Location", "Content-Location", "Refresh", "Access-Control-Allow-Origin"} {
		for i, value := range header[name] {
			header[name][i] = h.visitedURL(value, visited)
		}
	}
	for i, line := range header["Set-Cookie"] {
		header["Set-Cookie"][i] = h.visitedCookie(line, visited)
	}
	if !h.tls {
		// A browser that has once seen it never comes back to localhost without TLS.
		header.Del("Strict-Transport-Security")
	}
}

// visitedURL leads a URL of the shop to the address that is visited, in a header that may have text before it, as
// Refresh has.
func (h hosts) visitedURL(value, visited string) string {
	start := strings.Index(value, "http")
	if start < 0 {
		return value
	}
	target, err := url.Parse(value[start:])
	if err != nil || target.Host == "" || !h.isShop(target.Host, visited) {
		return value
	}
	target.Scheme, target.Host = h.scheme(), visited
	return value[:start] + target.String()
}

// isShop reports whether a URL's host is the shop's that is visited: other names of the shop stay what they are, so that a
// redirect between its websites can be seen.
func (h hosts) isShop(host, visited string) bool {
	name := strings.ToLower(hostname(host))
	return name == h.shopHost(visited) || slices.Contains(h.backend, strings.ToLower(host)) || slices.Contains(h.backend, name)
}

// visitedCookie takes from a Set-Cookie line what would make a browser drop it at the address that is visited: a domain that
// is not its own, and Secure where there is no TLS (RFC 6265, 5.3). SameSite=None needs Secure.
func (h hosts) visitedCookie(line, visited string) string {
	parts := strings.Split(line, ";")
	kept := parts[:1]
	for _, part := range parts[1:] {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case strings.EqualFold(name, "domain") && !withinDomain(hostname(visited), value):
		case strings.EqualFold(name, "secure") && !h.tls:
		case strings.EqualFold(name, "samesite") && strings.EqualFold(value, "none") && !h.tls:
		default:
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ";")
}

func withinDomain(host, domain string) bool {
	host, domain = strings.ToLower(host), strings.ToLower(strings.TrimPrefix(domain, "."))
	return host == domain || strings.HasSuffix(host, "."+domain)
}
