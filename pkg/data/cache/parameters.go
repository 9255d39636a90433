package cache

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/cache/sizing"
)

// keepaliveSeconds is how long a silent client is trusted before its host is asked whether it is still there.
const keepaliveSeconds = 60

// parameter is one parameter that must not be left to AWS's default.
type parameter struct{ name, value string }

// parameters are those of a replication group. timeout is not among them: its default of 0 never ends an idle
// connection, and consumers are idle for hours and do not expect to be cut off.
func parameters(purpose sizing.Purpose, node sizing.NodeType) []parameter {
	return []parameter{
		// The default, volatile-lru, would end sessions: see nodes.Eviction.
		{"maxmemory-policy", string(purpose.Eviction())},
		// The default is the same for all nodes, and too little for small ones.
		{"reserved-memory-percent", strconv.Itoa(node.ReservedMemoryPercent())},
		// A pod that is killed does not close its connections. The default of 300 lets them pile up while
		// deployments and scaling replace pods all the time; a node takes 65,000 (EUG, "maxclients").
		{"tcp-keepalive", strconv.Itoa(keepaliveSeconds)},
	}
}

func (b *builder) parameterGroup() (err error) {
	var array elasticache.ParameterGroupParameterArray
	for _, p := range parameters(b.args.Purpose, b.args.Group.NodeType) {
		array = append(array, elasticache.ParameterGroupParameterArgs{Name: pulumi.String(p.name), Value: pulumi.String(p.value)})
	}
	b.parameters, err = elasticache.NewParameterGroup(b.Ctx, b.Child("parameters"), &elasticache.ParameterGroupArgs{
		Family:      pulumi.String(sizing.ParameterGroupFamily),
		Description: pulumi.String(fmt.Sprintf("Magento's %s on Valkey, %s", b.args.Purpose, b.args.Environment)),
		Parameters:  array,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("parameter group: %w", err)
	}
	return nil
}
