package topology

import (
	"errors"
	"fmt"
	"net/netip"
)

// ServiceCIDR is the range of the addresses that Kubernetes gives to services in our clusters. It exists
// inside a cluster only, but a VPC that overlapped it could not be reached from pods (EKS User Guide,
// "View Amazon EKS networking requirements for VPC and subnets").
func ServiceCIDR() netip.Prefix { return netip.MustParsePrefix("172.20.0.0/16") }

// privateRanges are what a VPC may be cut from: private addresses (RFC 1918) and those shared by carriers
// (RFC 6598), which AWS takes too (VPC User Guide, "VPC CIDR blocks").
func privateRanges() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"),
		netip.MustParsePrefix("100.64.0.0/10"),
	}
}

// CheckOverlap reports every reserved range that a VPC's range overlaps: those of peers, of the standby
// region, of an office behind a VPN.
func CheckOverlap(vpc netip.Prefix, reserved []netip.Prefix) error {
	var problems []error
	for _, r := range reserved {
		if vpc.Overlaps(r) {
			problems = append(problems, fmt.Errorf("vpc %s: must not overlap %s", vpc, r))
		}
	}
	return errors.Join(problems...)
}

// within reports whether all of inner lies in outer.
func within(inner, outer netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}
