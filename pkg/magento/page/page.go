// Package page holds what visitors see when there is no shop to see.
package page

import _ "embed" // the page itself

// Unavailable is what visitors see when no origin answers, and while the shop is being worked on: a page in HTML that needs
// nothing else of the shop, and is short enough for the firewall to answer with (WAF Developer Guide, "AWS WAF quotas":
// 4 KB).
//
//go:embed unavailable.html
var Unavailable string

// UnavailableKey is where the page lies in the media bucket, which answers when Magento does not, and UnavailablePath what
// the shop has it under.
const (
	UnavailableKey  = "media/errors/unavailable.html"
	UnavailablePath = "/" + UnavailableKey
)

// UnavailableCacheControl has the edge keep the page while an outage lasts, and no browser, which would go on to show it in
// the place of a page that is there again (RFC 9111, 4.2.1: s-maxage is for shared caches).
const UnavailableCacheControl = "max-age=0, s-maxage=300"
