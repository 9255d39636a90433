package magento

import (
	"fmt"
	"net/http"
	"strings"
)

// ScopeHeader tells Magento who an answer is for: SharedScope, or any other value for one visitor alone. The edge sets
// it, and overwrites what a visitor sent.
const ScopeHeader = "X-Cache-Scope"

// SharedScope is the value of ScopeHeader for requests whose answer every visitor may get.
const SharedScope = "shared"

// ClientIPHeader has the address of the visitor, on requests for one visitor alone: a page that depends on it could not
// be shared. The edge sets it, and overwrites what a visitor sent.
const ClientIPHeader = "True-Client-IP"

// Requirement is something that an origin behind a shared cache has to do. No visitor sees another's page where one is
// broken, since the edge takes off what could tell visitors apart; but pages are stale, slow or not kept.
type Requirement struct {
	Name string
	Is   string // what is to be done
	By   string // where it is done in Magento or nginx
	Why  string
}

// OriginContract lists the requirements.
func OriginContract() []Requirement {
	return []Requirement{
		{"varnish-mode", "the page cache is set to Varnish", "system/full_page_cache/caching_application = 2",
			"the built-in cache sends no-store with every page, so that nothing would be kept"},
		{"no-esi", "no block has a ttl of its own", "a layout that takes ttl off catalog.topnav",
			"CloudFront does not know ESI: the menu would be missing"},
		{"public-is-public", "only pages that are the same for every guest say public", "Magento's page cache; nginx for what is not Magento's",
			"max-age and s-maxage are what a page is kept by"},
		{"private-is-not-kept", "everything else says no-store and stale-if-error=0", "nginx, on answers without public",
			"CloudFront may show what it has when Magento is out of reach, unless it is told not to"},
		{"no-cookies-when-shared", "no Set-Cookie on answers whose request says " + ScopeHeader + ": " + SharedScope, "nginx",
			"the edge takes it off anyhow; a session less to keep"},
		{"content-length", "answers have a Content-Length, or are compressed by nginx", "nginx: gzip on, gzip_proxied any, gzip_vary on",
			"CloudFront compresses only what it knows the length of, and never what is compressed already"},
		{"client-address", "the visitor's address is taken from " + ClientIPHeader, "nginx: real_ip_header, from the load balancer alone",
			"nothing else has it: the load balancer takes X-Forwarded-For off, so that no page for everybody depends on where one visitor is"},
		{"scheme", "HTTPS is what X-Forwarded-Proto of the load balancer says", "web/secure/offloader_header = X-Forwarded-Proto",
			"CloudFront speaks HTTPS to the load balancer, which says so; anything else redirects forever"},
		{"cookie-lifetime", "the session lives for a day or longer", "web/cookie/cookie_lifetime = 86400",
			"pages that are kept cannot renew its cookie"},
		{"short-tags", "X-Magento-Tags stays below 24 KiB", "nginx: fastcgi_buffers; a module that shortens tags",
			"CloudFront refuses answers with more than 32 KiB of headers"},
		{"static-version", "a pod answers for the files of its own deployment alone, and 404 with no-store for those of another", "nginx: the version in /static/version…/ compared with pub/static/deployed_version.txt",
			"nginx.conf.sample answers any version with the file that it has: during a roll-out an old pod's file would be kept for a year under the new path"},
		{"resized-pictures", "every size of a picture is made before somebody asks for it", "bin/magento catalog:images:resize after imports and changes of a theme",
			"pictures come from the bucket, which says 403 of what it does not have, and get.php is closed"},
		{"no-local-captcha", "reCAPTCHA, or a folder pub/media/captcha that all pods share", "recaptcha_frontend/type_for/*; a volume",
			"Magento writes the pictures to the disk of one pod, and another may be asked for them"},
		{"no-design-exceptions", "one theme for every browser", "design/theme/ua_regexp is empty, or magento-cdn:pageCaching is false",
			"a page for everybody is asked for in nobody's name: no User-Agent reaches Magento"},
	}
}

// maxTagBytes leaves room for the other headers (CloudFront Developer Guide, "Quotas": 32,768 bytes of headers).
const maxTagBytes = 24 << 10

// Broken lists the requirements that an answer of the origin breaks, as far as an answer can tell.
func Broken(request *http.Request, status int, header http.Header, body []byte) []string {
	var broken []string
	control := strings.ToLower(strings.Join(header.Values("Cache-Control"), ","))
	public := strings.Contains(control, "public") || strings.Contains(control, "s-maxage")
	note := func(name, what string, arguments ...any) {
		broken = append(broken, name+": "+fmt.Sprintf(what, arguments...))
	}
	if request.Header.Get(ScopeHeader) == SharedScope && len(header.Values("Set-Cookie")) > 0 {
		note("no-cookies-when-shared", "%d cookies on an answer that is shared", len(header.Values("Set-Cookie")))
	}
	if request.Header.Get(ScopeHeader) == SharedScope && !public && !strings.Contains(control, "stale-if-error=0") {
		note("private-is-not-kept", "Cache-Control %q has no stale-if-error=0", control)
	}
	if public && status >= http.StatusInternalServerError {
		note("public-is-public", "status %d says %q", status, control)
	}
	if strings.Contains(string(body), "<esi:include") {
		note("no-esi", "the page has an <esi:include>")
	}
	if tags := header.Get("X-Magento-Tags"); len(tags) > maxTagBytes {
		note("short-tags", "X-Magento-Tags has %d bytes", len(tags))
	}
	return broken
}
