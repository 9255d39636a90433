package aurora_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/proxysql"
)

// ignored are the parameters that Serverless v2 passes over or that Aurora owns (AUG, "Parameter groups for Aurora
// Serverless v2" and "Aurora MySQL configuration parameters"): in a group they would promise what does not happen.
var ignored = []string{
	"innodb_buffer_pool_size", "innodb_buffer_pool_instances", "innodb_purge_threads", "innodb_log_file_size",
	"table_definition_cache", "table_open_cache", "innodb_flush_log_at_trx_commit", "innodb_thread_concurrency",
	"innodb_read_io_threads", "innodb_buffer_pool_dump_at_shutdown", "innodb_buffer_pool_load_at_startup",
	"thread_handling", "default_time_zone",
}

func parameters(group plan.Resource) map[string]string {
	found := map[string]string{}
	for _, item := range group.Inputs["parameters"].([]any) {
		p := item.(map[string]any)
		found[p["name"].(string)] = p["value"].(string)
	}
	return found
}

func TestParameters(t *testing.T) {
	args := large()
	g := deployed(t, args)
	cluster, instance := g.one(typeClusterParameter), g.one(typeParameter)
	assert.Equal(t, map[string]string{
		"require_secure_transport": "ON", "server_audit_logging": "1", "server_audit_events": "CONNECT,QUERY_DCL,QUERY_DDL",
		"character_set_server": "utf8mb4", "collation_server": "utf8mb4_general_ci",
	}, parameters(cluster))
	assert.Equal(t, map[string]string{
		"max_connections":                 strconv.Itoa(capacity.MaxConnections(args.Capacity)),
		"max_allowed_packet":              strconv.Itoa(proxysql.MaxAllowedPacket),
		"log_bin_trust_function_creators": "1", "slow_query_log": "1", "long_query_time": "2",
		"tmp_table_size": "67108864", "max_heap_table_size": "67108864",
		"innodb_lock_wait_timeout": "60", "max_connect_errors": "10000",
	}, parameters(instance))
	for _, group := range []plan.Resource{cluster, instance} {
		assert.Equal(t, "aurora-mysql8.0", group.Inputs["family"])
		for _, name := range ignored {
			assert.NotContains(t, parameters(group), name, "Aurora ignores it")
		}
		assert.NotContains(t, parameters(group), "performance_schema", "Performance Insights would no longer manage it")
	}
}

func TestOnlyMaxConnectionsWaitsForARestart(t *testing.T) {
	for _, item := range deployed(t, arguments()).one(typeParameter).Inputs["parameters"].([]any) {
		p := item.(map[string]any)
		want := "immediate"
		if p["name"] == "max_connections" {
			want = "pending-reboot"
		}
		assert.Equal(t, want, p["applyMethod"], p["name"])
	}
}
