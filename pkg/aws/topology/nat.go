package topology

import "github.com/magestack/magestack/pkg/enum"

// NAT says through what the private subnets reach the internet. A NAT gateway costs about $0.045 an hour
// and as much again per GB that it carries (us-east-1; the price depends on the region: Amazon VPC
// pricing, "NAT gateway pricing"), and lives in one zone.
type NAT string

const (
	// NATPerZone is a gateway in every zone: the loss of a zone takes no other zone's way out, and no
	// traffic pays for crossing zones. For production; the hourly price is paid once per zone.
	NATPerZone NAT = "zone"
	// NATSingle is one gateway, in the first zone, for all: the cheapest way out, but the loss of that
	// zone cuts every zone off from the internet (payment providers, image registries), and the other
	// zones' traffic is also charged for crossing zones. For environments that may stop for a while.
	NATSingle NAT = "single"
	// NATNone is no way out at all: nothing to pay, nothing to exfiltrate through, but everything must
	// come through the VPC's endpoints. Images can then be pulled from this region's ECR only, and
	// Magento reaches no payment provider.
	NATNone NAT = "none"
)

func nats() []NAT { return []NAT{NATPerZone, NATSingle, NATNone} }

// Allowed lists the values, for messages and reference pages.
func (NAT) Allowed() string { return enum.Alternatives(nats()) }

// Validate refuses values other than the allowed ones, the empty one among them.
func (n NAT) Validate() error { return enum.Check(n, nats()) }

// UnmarshalText reads a setting.
func (n *NAT) UnmarshalText(text []byte) error {
	*n = NAT(text)
	return n.Validate()
}
