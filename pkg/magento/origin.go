package magento

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
	Seen string // which answer breaks it, for Broken; empty where no answer tells
}

// OriginContract lists the requirements.
func OriginContract() []Requirement {
	return []Requirement{
		{"varnish-mode", "the page cache is set to Varnish", "system/full_page_cache/caching_application = 2",
			"the built-in cache sends no-store with every page, so that nothing would be kept",
			"a page for everybody without public and without X-Magento-Tags"},
		{"no-esi", "no block has a ttl of its own, where no Varnish is behind the edge", "gitops/base/web/magento/default.xml",
			"CloudFront does not know ESI: the menu would be missing", "a page with an <esi:include>"},
		{"public-is-public", "only pages that are the same for every guest say public", "Magento's page cache; nginx for what is not Magento's",
			"max-age and s-maxage are what a page is kept by", "an error or a redirect that says public"},
		{"private-is-not-kept", "everything else says no-store and stale-if-error=0", "nginx, on answers without public",
			"CloudFront may show what it has when Magento is out of reach, unless it is told not to", "one for everybody that says neither"},
		{"no-cookies-when-shared", "no Set-Cookie on answers whose request says " + ScopeHeader + ": " + SharedScope, "nginx: an internal location with fastcgi_hide_header",
			"the edge takes it off anyhow; it is what a cache without this edge's rules would hand to all", "one that has it"},
		{"content-length", "answers have a Content-Length, or are compressed by nginx", "nginx: gzip on, gzip_proxied any, gzip_vary on",
			"CloudFront compresses only what it knows the length of, and never what is compressed already", "text without either, to who takes gzip"},
		{"client-address", "the visitor's address is taken from " + ClientIPHeader, "nginx: real_ip_header, from the load balancer alone",
			"nothing else has it: the load balancer takes X-Forwarded-For off, so that no page for everybody depends on where one visitor is", ""},
		{"scheme", "HTTPS is what X-Forwarded-Proto of the load balancer says", "web/secure/offloader_header = X-Forwarded-Proto",
			"CloudFront speaks HTTPS to the load balancer, which says so; anything else redirects forever", "a redirect of HTTPS to itself, or to HTTP"},
		{"cookie-lifetime", "the session lives for a day or longer", "web/cookie/cookie_lifetime = 86400",
			"pages that are kept cannot renew its cookie", "a " + SessionCookie + " that ends sooner"},
		{"short-tags", "X-Magento-Tags stays below 24 KiB", "nginx: fastcgi_buffers; a module that shortens tags",
			"CloudFront refuses answers with more than 32 KiB of headers", "one with more"},
		{"stores-by-host", "a further host name is a store view's: MAGE_RUN_TYPE is store, and MAGE_RUN_CODE its code", "nginx: gitops/base/web/nginx/stores.map",
			"base URLs choose no store view, and a run type of website gives every guest beyond the first website an " + VaryCookie + ", so that no page of his is kept",
			"an " + VaryCookie + " on a page for everybody"},
		{"no-purge-hosts", "Magento purges nobody, where no Varnish is behind the edge", "env.php: http_cache_hosts = []",
			"without it Magento sends each purge to port 80 of the shop's name, and waits ten seconds for nobody: a product saved sends six", ""},
		{"no-merged-files", "styles and scripts are neither merged nor bundled when they are asked for", "dev/css/merge_css_files and dev/js/merge_files = 0",
			"one pod writes the merged file to its own disk, and another is asked for it", "a file below _cache/merged that is missing"},
		{"sitemap-in-media", "the sitemap is written below /media/", "Marketing, Site Map: the path /media/",
			"one pod writes it to its own disk; what is below /media/ is in the bucket", ""},
		{"static-version", "a pod answers for the files of its own deployment alone, and 404 with no-store for those of another", "nginx: the folder of a version is a link that the image makes",
			"nginx.conf.sample answers any version with the file that it has: during a roll-out an old pod's file would be kept for a year under the new path", ""},
		{"resized-pictures", "every size of a picture is made before it is asked for", "bin/magento catalog:images:resize after imports and changes of a theme",
			"pictures come from the bucket, which says 403 of what it does not have, and get.php is closed", "a picture below catalog/product/cache that is missing"},
		{"no-local-captcha", "reCAPTCHA, or a folder pub/media/captcha that all pods share", "recaptcha_frontend/type_for/*; a volume",
			"Magento writes the pictures to the disk of one pod, and another may be asked for them", "a picture of a CAPTCHA that is missing"},
		{"no-design-exceptions", "one theme for every browser", "design/theme/ua_regexp is empty, or magento-cdn:pageCaching is false",
			"a page for everybody is asked for in nobody's name: no User-Agent reaches Magento", ""},
	}
}
