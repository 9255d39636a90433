package topology_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// TestTimeoutsOutlastEachOther holds the order, without which requests end in resets and 504.
func TestTimeoutsOutlastEachOther(t *testing.T) {
	assert.Less(t, topology.OriginKeepaliveSeconds, topology.OriginReadTimeoutSeconds)
	assert.Less(t, topology.OriginReadTimeoutSeconds, topology.LoadBalancerIdleSeconds)
}
