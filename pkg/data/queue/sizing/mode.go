package sizing

import "fmt"

// Mode is over how many nodes and zones a broker runs. A change of it replaces the broker, and the messages
// that are still in it are lost.
type Mode string

const (
	// ModeSingle is one node in one zone, whose disk survives the node. The loss of the zone, and every
	// maintenance, stops the queues: for environments that may stop for a while.
	ModeSingle Mode = "single"

	// ModeCluster is three nodes in three zones with replicated queues; maintenance takes one node at a time.
	ModeCluster Mode = "cluster"

	// minClusterSubnets is ours: AWS takes one subnet for a private cluster (API, CreateBroker, SubnetIds), but
	// the endpoint through which Magento reaches the three nodes would be gone with that one zone.
	minClusterSubnets = 2
)

// Allowed lists the modes.
func (Mode) Allowed() string { return fmt.Sprintf("%s or %s", ModeSingle, ModeCluster) }

// Validate refuses other modes, the empty one among them.
func (m Mode) Validate() error {
	if m != ModeSingle && m != ModeCluster {
		return fmt.Errorf("mode %q: must be %s", string(m), m.Allowed())
	}
	return nil
}

// UnmarshalText reads a setting.
func (m *Mode) UnmarshalText(text []byte) error {
	if err := Mode(text).Validate(); err != nil {
		return err
	}
	*m = Mode(text)
	return nil
}

// AWS is the mode as Amazon MQ names it.
func (m Mode) AWS() string {
	if m == ModeCluster {
		return "CLUSTER_MULTI_AZ"
	}
	return "SINGLE_INSTANCE"
}

// Subnets are those, of one in each zone, that the broker is reached through: exactly one for a single node
// (API, CreateBroker, SubnetIds), the first two for a cluster: it has its nodes in three zones whatever it is reached
// through, and other subnets would replace it when a zone is added.
func (m Mode) Subnets(zones []string) ([]string, error) {
	needed := 1
	if m == ModeCluster {
		needed = minClusterSubnets
	}
	if len(zones) < needed {
		return nil, fmt.Errorf("%d subnets: a broker of mode %s needs %d or more in different zones", len(zones), m, needed)
	}
	return zones[:needed], nil
}
