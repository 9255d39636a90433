package topology

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// Plan is how a VPC's addresses are divided. NewPlan makes it; a plan made by hand may overlap itself.
type Plan struct {
	VPC   netip.Prefix
	Zones []ZonePlan // in the order given to NewPlan
}

// ZonePlan is one availability zone's share of a plan.
type ZonePlan struct {
	Zone    string
	Public  netip.Prefix // NAT gateways
	Private netip.Prefix // nodes, pods, the internal load balancer, interface endpoints
	Data    netip.Prefix // databases, caches, search and queues
}

// The sizes of a VPC, in prefix bits.
const (
	// LargestVPC is AWS's limit (VPC User Guide, "VPC CIDR blocks").
	LargestVPC = 16
	// SmallestVPC leaves each zone a private subnet of /21.
	SmallestVPC = 18
)

// The number of zones that a plan may have. One is no high availability; a fifth would have no slot.
const (
	MinZones = 2
	MaxZones = 4
)

// How many bits longer than its parent each block is. There are always MaxZones slots, also where fewer
// zones are used, and a zone's slot depends on nothing but its position.
const (
	zoneBits    = 2 // a slot is a quarter of the VPC
	privateBits = 1 // private is the first half of a slot
	smallBits   = 3 // public and data are the first two eighths of the other half; six stay free
)

// prefixBlock is the size of the blocks of addresses that the VPC CNI takes for a node's pods in prefix
// mode. Each must be free as a whole, so a subnet runs out of blocks before it runs out of addresses
// (EKS Best Practices Guide, "Prefix mode for Linux").
const prefixBlock = 28

// NewPlan divides a VPC among zones. The list of zones is append-only: a zone keeps its addresses as
// long as it keeps its position, so that adding one at the end changes no subnet that exists. For a VPC
// of /16 a zone gets a private subnet of /19 and public and data subnets of /22.
func NewPlan(vpc netip.Prefix, zones []string) (Plan, error) {
	if err := errors.Join(CheckVPC(vpc), checkZoneList(zones)); err != nil {
		return Plan{}, err
	}
	plan := Plan{VPC: vpc}
	for i, zone := range zones {
		slot := block(vpc, zoneBits, i)
		private, rest := block(slot, privateBits, 0), block(slot, privateBits, 1)
		plan.Zones = append(plan.Zones, ZonePlan{
			Zone:    zone,
			Public:  block(rest, smallBits, 0),
			Private: private,
			Data:    block(rest, smallBits, 1),
		})
	}
	return plan, nil
}

// ZoneNames are the plan's zones, in order.
func (p Plan) ZoneNames() []string {
	names := make([]string, len(p.Zones))
	for i, zone := range p.Zones {
		names[i] = zone.Zone
	}
	return names
}

// Validate refuses a plan that NewPlan would not have made.
func (p Plan) Validate() error {
	made, err := NewPlan(p.VPC, p.ZoneNames())
	if err != nil {
		return err
	}
	if !slices.Equal(p.Zones, made.Zones) {
		return fmt.Errorf("plan of %s: must be what NewPlan makes for zones %q", p.VPC, p.ZoneNames())
	}
	return nil
}

// block is the index-th of the blocks that are bits longer than parent.
func block(parent netip.Prefix, bits, index int) netip.Prefix {
	length := parent.Bits() + bits
	first := parent.Addr().As4()
	address := binary.BigEndian.Uint32(first[:]) + uint32(index)<<(32-length)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, address))), length)
}

// CheckVPC refuses a VPC of a size that AWS or the plan does not have, outside the private ranges, or over the
// cluster's services.
func CheckVPC(vpc netip.Prefix) error {
	if !vpc.IsValid() || !vpc.Addr().Is4() {
		return fmt.Errorf("vpc %q: must be a range of IPv4 addresses, such as 10.20.0.0/16", vpc)
	}
	var problems []error
	if vpc != vpc.Masked() {
		problems = append(problems, fmt.Errorf("vpc %s: must be the first address of its range, %s", vpc, vpc.Masked()))
	}
	inRange := func(r netip.Prefix) bool { return within(vpc, r) }
	if !slices.ContainsFunc(privateRanges(), inRange) {
		problems = append(problems, fmt.Errorf("vpc %s: must lie within one of %s (RFC 1918, RFC 6598)", vpc, privateRanges()))
	}
	return errors.Join(append(problems, checkSize(vpc), CheckOverlap(vpc, []netip.Prefix{ServiceCIDR()}))...)
}

func checkSize(vpc netip.Prefix) error {
	switch {
	case vpc.Bits() < LargestVPC:
		return fmt.Errorf("vpc %s: larger than AWS allows; must be /%d to /%d", vpc, LargestVPC, SmallestVPC)
	case vpc.Bits() > SmallestVPC:
		got, least := privateLength(vpc.Bits()), privateLength(SmallestVPC)
		return fmt.Errorf("vpc %s: too small; must be /%d to /%d: a zone would get a private subnet of /%d, "+
			"%d blocks of /%d for its pods, and the least needed is /%d, %d blocks",
			vpc, LargestVPC, SmallestVPC, got, blocks(got), prefixBlock, least, blocks(least))
	}
	return nil
}

// privateLength is how long the prefix of a zone's private subnet is in a VPC of the given length.
func privateLength(vpc int) int { return min(vpc+zoneBits+privateBits, 32) }

// blocks is how many prefixes for pods a subnet of the given length holds.
func blocks(length int) int {
	if length > prefixBlock {
		return 0
	}
	return 1 << (prefixBlock - length)
}

func checkZoneList(zones []string) error {
	var problems []error
	if len(zones) < MinZones || len(zones) > MaxZones {
		problems = append(problems, fmt.Errorf("zones %q: there are %d; must be %d to %d", zones, len(zones), MinZones, MaxZones))
	}
	for i, zone := range zones {
		if slices.Contains(zones[:i], zone) {
			problems = append(problems, fmt.Errorf("zone %q: named twice; each zone must be named once", zone))
		}
	}
	return errors.Join(problems...)
}
