package aurora

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aurora/capacity"
)

// How a changed parameter takes effect. A static parameter accepts no other way than a restart.
const (
	immediate   = "immediate"
	atNextStart = "pending-reboot"
)

// parameter is one parameter that departs from Aurora's default.
type parameter struct{ name, value, apply string }

// clusterParameters are the same for every instance of the cluster.
func clusterParameters() []parameter {
	return []parameter{
		// Aurora's default accepts unencrypted connections.
		{"require_secure_transport", "ON", immediate},
		// The audit log that control RDS.45 asks for: who connected, and what changed users, rights and tables.
		{"server_audit_logging", "1", immediate},
		{"server_audit_events", "CONNECT,QUERY_DCL,QUERY_DDL", immediate},
		// Magento's tables are utf8mb4; the default collation of the server decides joins on temporary tables.
		{"character_set_server", "utf8mb4", immediate},
		{"collation_server", "utf8mb4_general_ci", immediate},
	}
}

// instanceParameters are those of every instance. Serverless v2 resizes the buffer pool and the caches itself
// and ignores what a group says of them (Aurora User Guide, "Parameter groups for Aurora Serverless v2").
func instanceParameters(r capacity.Range) []parameter {
	return []parameter{
		// The default follows the maximum capacity and stays when memory has gone: see capacity.MaxConnections.
		{"max_connections", strconv.Itoa(capacity.MaxConnections(r)), atNextStart},
		// Magento's materialised views are triggers, made by a user without SUPER.
		{"log_bin_trust_function_creators", "1", immediate},
		{"slow_query_log", "1", immediate},
		{"long_query_time", "2", immediate}, // seconds
	}
}

func (b *builder) parameters() (err error) {
	b.clusterParameters, err = rds.NewClusterParameterGroup(b.ctx, b.name+"-cluster-parameters", &rds.ClusterParameterGroupArgs{
		Family:      pulumi.String(capacity.ParameterGroupFamily),
		Description: pulumi.String("Magento on Aurora MySQL, " + b.args.Environment),
		Parameters:  forCluster(clusterParameters()),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("cluster parameter group: %w", err)
	}
	b.instanceParameters, err = rds.NewParameterGroup(b.ctx, b.name+"-instance-parameters", &rds.ParameterGroupArgs{
		Family:      pulumi.String(capacity.ParameterGroupFamily),
		Description: pulumi.String("Magento on Aurora MySQL, " + b.args.Environment),
		Parameters:  forInstance(instanceParameters(b.args.Capacity)),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("instance parameter group: %w", err)
	}
	return nil
}

func forCluster(parameters []parameter) rds.ClusterParameterGroupParameterArray {
	var array rds.ClusterParameterGroupParameterArray
	for _, p := range parameters {
		array = append(array, rds.ClusterParameterGroupParameterArgs{
			Name: pulumi.String(p.name), Value: pulumi.String(p.value), ApplyMethod: pulumi.String(p.apply),
		})
	}
	return array
}

func forInstance(parameters []parameter) rds.ParameterGroupParameterArray {
	var array rds.ParameterGroupParameterArray
	for _, p := range parameters {
		array = append(array, rds.ParameterGroupParameterArgs{
			Name: pulumi.String(p.name), Value: pulumi.String(p.value), ApplyMethod: pulumi.String(p.apply),
		})
	}
	return array
}
