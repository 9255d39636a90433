package fakeshop

import (
	"net/http"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// Forgeable are headers by which whoever stands in front of a shop tells it what a request was, and by which an attacker
// lies about it where nothing takes them off: another host in links and redirects, another path behind the firewall,
// another method.
var Forgeable = []string{
	"X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Server", "Forwarded", "X-Original-Url", "X-Rewrite-Url", "X-Host",
	"X-Http-Method-Override",
}

// believed are the forgeable headers that reached the shop, and what X-Forwarded-For says beside the address that
// CloudFront added.
func believed(header http.Header) map[string]string {
	found := map[string]string{}
	for _, name := range Forgeable {
		if value := header.Get(name); value != "" {
			found[name] = value
		}
	}
	if before, _, more := cutLast(header.Get("X-Forwarded-For"), ","); more {
		found["X-Forwarded-For"] = before
	}
	return found
}

// personal says what of the visitor is in an answer: anything of his that reached the shop.
func personal(v *visit, echoes bool) string {
	for _, cookie := range v.r.Cookies() {
		if !slices.Contains(magento.ContentCookies(), cookie.Name) {
			return "the cookie " + cookie.Name
		}
	}
	if v.r.Header.Get("Authorization") != "" {
		return "the token"
	}
	if before, _, found := cutLast(v.r.Header.Get("X-Forwarded-For"), ","); found {
		return "X-Forwarded-For: " + before
	}
	if first := make([]byte, 1); v.r.Method == http.MethodGet && v.r.Body != nil {
		if n, _ := v.r.Body.Read(first); n > 0 {
			return "the body of a GET"
		}
	}
	if !echoes {
		return ""
	}
	if agent := v.r.UserAgent(); agent != "Amazon CloudFront" && agent != "" {
		return "User-Agent: " + agent
	}
	for name := range v.r.Header {
		if !slices.Contains(harmless, name) {
			return name + ": " + v.r.Header.Get(name)
		}
	}
	return ""
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+1:], true
}
