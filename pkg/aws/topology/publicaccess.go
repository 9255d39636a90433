package topology

import "github.com/magestack/magestack/pkg/enum"

// PublicAccess says what becomes of VPC Block Public Access, a switch that an account has once per
// region and that outranks routes and security groups (VPC User Guide, "Block public access to VPCs and
// subnets").
type PublicAccess string

const (
	// PublicAccessBlocked sets the account and region to block-ingress: no connection from the internet
	// enters any VPC, whatever a route or a security group says, and NAT gateways go on working. Exactly
	// one stack of an account and region may own the switch, because destroying it turns it off for all.
	PublicAccessBlocked PublicAccess = "blocked"
	// PublicAccessUnmanaged leaves the account's switch alone: for an account whose other VPCs serve the
	// internet, and for a stack beside the one that owns the switch.
	PublicAccessUnmanaged PublicAccess = "unmanaged"
)

func publicAccesses() []PublicAccess {
	return []PublicAccess{PublicAccessBlocked, PublicAccessUnmanaged}
}

// Allowed lists the values, for messages and reference pages.
func (PublicAccess) Allowed() string { return enum.Alternatives(publicAccesses()) }

// Validate refuses values other than the allowed ones, the empty one among them.
func (p PublicAccess) Validate() error { return enum.Check(p, publicAccesses()) }

// UnmarshalText reads a setting.
func (p *PublicAccess) UnmarshalText(text []byte) error {
	*p = PublicAccess(text)
	return p.Validate()
}
