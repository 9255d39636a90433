package aurora

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/proxysql"
)

// How a changed parameter takes effect. A static parameter accepts no other way than a restart.
const (
	immediate   = "immediate"
	atNextStart = "pending-reboot"
)

// parameter is one parameter that departs from Aurora's default. What Magento needs and is the default stays out:
// explicit_defaults_for_timestamp ON, time_zone UTC, GTID and binary log off, internal temporary tables by TempTable,
// REPEATABLE READ. So does performance_schema, which RDS turns on by itself with Performance Insights as long as no
// group says anything of it (AUG, "Overview of the Performance Schema for Performance Insights").
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

const (
	// temporaryTableBytes is what a temporary table may have in memory: indexers raise it for their session when it is
	// less (BatchSizeManagement), at the price of a statement each time.
	temporaryTableBytes = 64 << 20

	// lockWaitSeconds is how long a statement waits for a row, ten seconds more than by default: stock and orders queue
	// for the same rows in a sale.
	lockWaitSeconds = 60

	// connectErrors is how many broken attempts in a row block a host. All of ProxySQL's connections come from a few
	// addresses, and a blocked one is a shop without a database; 100 is the default.
	connectErrors = 10000

	// slowSeconds is from where a statement is in the slow log.
	slowSeconds = 2
)

// instanceParameters are those of every instance. Serverless v2 resizes the buffer pool and the caches itself
// and ignores what a group says of them (AUG, "Parameter groups for Aurora Serverless v2").
func instanceParameters(r capacity.Range) []parameter {
	return []parameter{
		// The default follows the maximum capacity and stays when memory has gone: see capacity.MaxConnections.
		{"max_connections", strconv.Itoa(capacity.MaxConnections(r)), atNextStart},
		// Magento's materialised views are triggers, made by a user without SUPER.
		{"log_bin_trust_function_creators", "1", immediate},
		// Product imports send large statements. The same in ProxySQL: the smaller of the two cuts them off.
		{"max_allowed_packet", strconv.Itoa(proxysql.MaxAllowedPacket), immediate},
		{"tmp_table_size", strconv.Itoa(temporaryTableBytes), immediate},
		{"max_heap_table_size", strconv.Itoa(temporaryTableBytes), immediate},
		{"innodb_lock_wait_timeout", strconv.Itoa(lockWaitSeconds), immediate},
		{"max_connect_errors", strconv.Itoa(connectErrors), immediate},
		{"slow_query_log", "1", immediate},
		{"long_query_time", strconv.Itoa(slowSeconds), immediate},
	}
}

func (b *builder) parameters() (err error) {
	b.clusterParameters, err = rds.NewClusterParameterGroup(b.Ctx, b.Child("cluster-parameters"), &rds.ClusterParameterGroupArgs{
		Family:      pulumi.String(capacity.ParameterGroupFamily),
		Description: pulumi.String("Magento on Aurora MySQL, " + b.args.Environment),
		Parameters:  forCluster(clusterParameters()),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("cluster parameter group: %w", err)
	}
	b.instanceParameters, err = rds.NewParameterGroup(b.Ctx, b.Child("instance-parameters"), &rds.ParameterGroupArgs{
		Family:      pulumi.String(capacity.ParameterGroupFamily),
		Description: pulumi.String("Magento on Aurora MySQL, " + b.args.Environment),
		Parameters:  forInstance(instanceParameters(b.args.Capacity)),
	}, b.Parent)
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
