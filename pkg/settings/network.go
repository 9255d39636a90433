package settings

import (
	"fmt"
	"net/netip"
)

// Network is a block of IPv4 or IPv6 addresses.
type Network struct{ netip.Prefix }

// Allowed says what a Network may be.
func (Network) Allowed() string {
	return "a block of IPv4 or IPv6 addresses that starts at its own first address, such as 198.51.100.0/24 or 2001:db8::/48"
}

// UnmarshalText refuses what is no block, and blocks with bits set behind the prefix.
func (n *Network) UnmarshalText(text []byte) error {
	block, err := netip.ParsePrefix(string(text))
	if err != nil || block != block.Masked() {
		return fmt.Errorf("must be %s", n.Allowed())
	}
	n.Prefix = block
	return nil
}

func prefixes(networks []Network) []netip.Prefix {
	var found []netip.Prefix
	for _, n := range networks {
		found = append(found, n.Prefix)
	}
	return found
}
