package settings

import (
	"net/netip"
)

// notPublic are blocks that nobody is seen with on the internet (IANA IPv4 and IPv6 Special-Purpose Address Registries, not
// globally reachable; RFC 5771 and RFC 4291 for multicast). Those for documentation are not among them: they stand for
// a network of examples.
var notPublic = []struct{ block, what string }{
	{"0.0.0.0/8", "this host"},
	{"10.0.0.0/8", "private"},
	{"100.64.0.0/10", "a provider's own, behind its NAT"},
	{"127.0.0.0/8", "loopback"},
	{"169.254.0.0/16", "link-local"},
	{"172.16.0.0/12", "private"},
	{"192.0.0.0/24", "for protocols"},
	{"192.168.0.0/16", "private"},
	{"198.18.0.0/15", "for benchmarks"},
	{"224.0.0.0/4", "multicast"},
	{"240.0.0.0/4", "reserved"},
	{"::/127", "loopback"},
	{"::ffff:0:0/96", "an IPv4 address in another form"},
	{"64:ff9b:1::/48", "private"},
	{"100::/64", "discarded"},
	{"fc00::/7", "private"},
	{"fe80::/10", "link-local"},
	{"ff00::/8", "multicast"},
}

// unseen says why the internet never shows an address of a block, or nothing where it may.
func unseen(block netip.Prefix) string {
	for _, special := range notPublic {
		within := netip.MustParsePrefix(special.block)
		if within.Bits() <= block.Bits() && within.Contains(block.Addr()) {
			return "is " + special.what + " (" + special.block + "), and never seen on the internet; name the address that the network has there"
		}
	}
	return ""
}
