package proxysql

// What ProxySQL knows, read from its source at versions 2.7 and 3.0: the columns that it reads from a file
// (ProxySQL_Config.cpp) with the ranges that its tables check (ProxySQL_Admin_Tables_Definitions.h), and its variables
// with the ranges that they accept (MySQL_Thread.cpp, ProxySQL_Admin.cpp). A name that is not here is one that
// ProxySQL would silently pass over.

// limits are the smallest and the largest value of a number; of anything else they are zero.
type limits struct{ low, high int }

const unlimited = 1<<31 - 1

var (
	anyText  = limits{}
	boolean  = limits{0, 1}
	port     = limits{0, 65535}
	unlimint = limits{0, unlimited}
)

var knownColumns = map[string]map[string]limits{
	"mysql_servers": {
		"address": anyText, "hostname": anyText, "port": port, "gtid_port": port, "hostgroup": unlimint, "hostgroup_id": unlimint,
		"status": anyText, "weight": {0, 10000000}, "compression": boolean, "max_connections": unlimint,
		"max_replication_lag": {0, 126144000}, "use_ssl": boolean, "max_latency_ms": unlimint, "comment": anyText,
	},
	"mysql_users": {
		"username": anyText, "password": anyText, "active": boolean, "use_ssl": boolean, "default_hostgroup": unlimint,
		"default_schema": anyText, "schema_locked": boolean, "transaction_persistent": boolean, "fast_forward": boolean,
		"max_connections": unlimint, "attributes": anyText, "comment": anyText,
	},
	"mysql_query_rules": {
		"rule_id": {1, unlimited}, "active": boolean, "username": anyText, "schemaname": anyText, "flagIN": unlimint,
		"client_addr": anyText, "proxy_addr": anyText, "proxy_port": port, "digest": anyText, "match_digest": anyText,
		"match_pattern": anyText, "negate_match_pattern": boolean, "re_modifiers": anyText, "flagOUT": unlimint,
		"replace_pattern": anyText, "destination_hostgroup": unlimint, "cache_ttl": {1, unlimited}, "cache_empty_result": boolean,
		"cache_timeout": unlimint, "reconnect": boolean, "timeout": unlimint, "retries": {0, 1000}, "delay": unlimint,
		"next_query_flagIN": unlimint, "mirror_flagOUT": unlimint, "mirror_hostgroup": unlimint, "error_msg": anyText,
		"OK_msg": anyText, "sticky_conn": boolean, "multiplex": {0, 2}, "gtid_from_hostgroup": unlimint, "log": boolean,
		"apply": boolean, "comment": anyText,
	},
	"mysql_aws_aurora_hostgroups": {
		"writer_hostgroup": unlimint, "reader_hostgroup": {1, unlimited}, "aurora_port": port, "domain_name": anyText,
		"max_lag_ms": {10, 600000}, "check_interval_ms": {100, 600000}, "check_timeout_ms": {80, 3000},
		"writer_is_also_reader": boolean, "new_reader_weight": {0, 10000000}, "add_lag_ms": {0, 600000},
		"min_lag_ms": {0, 600000}, "lag_num_checks": {1, 16}, "comment": anyText,
	},
	"mysql_hostgroup_attributes": {
		"hostgroup_id": unlimint, "max_num_online_servers": {0, 1000000}, "autocommit": {-1, 1}, "free_connections_pct": {0, 100},
		"init_connect": anyText, "multiplex": boolean, "connection_warming": boolean, "throttle_connections_per_sec": {1, 1000000},
		"ignore_session_variables": anyText, "hostgroup_settings": anyText, "servers_defaults": anyText, "comment": anyText,
	},
}

var knownVariables = map[string]map[string]limits{
	"admin_variables": {
		"admin_credentials": anyText, "stats_credentials": anyText, "mysql_ifaces": anyText, "telnet_admin_ifaces": anyText,
		"telnet_stats_ifaces": anyText, "refresh_interval": {100, 100000}, "read_only": anyText, "hash_passwords": anyText,
		"vacuum_stats": anyText, "version": anyText, "cluster_username": anyText, "cluster_password": anyText,
		"restapi_enabled": anyText, "restapi_port": {1, 65535}, "web_enabled": anyText, "web_port": {1, 65535},
		"web_verbosity": {0, 10}, "prometheus_memory_metrics_interval": {1, 60 * 60 * 24},
		"coredump_generation_interval_ms": unlimint, "coredump_generation_threshold": {1, 500}, "ssl_keylog_file": anyText,
		"pgsql_ifaces": anyText, // since 3.0
	},
	"mysql_variables": {
		"threads": {1, 255}, "stacksize": unlimint, "interfaces": anyText, "default_schema": anyText, "server_version": anyText,
		"default_authentication_plugin": anyText, "have_ssl": anyText, "have_compress": anyText,
		"max_connections": {1, 1000 * 1000}, "max_allowed_packet": {8192, 1024 * 1024 * 1024},
		"connect_timeout_client": {500, 3600 * 1000}, "connect_timeout_server": {10, 120 * 1000},
		"connect_timeout_server_max": {10, 3600 * 1000}, "connect_retries_on_failure": {0, 1000},
		"connect_retries_delay": {0, 10000}, "query_retries_on_failure": {0, 1000},
		"default_max_latency_ms": {0, 20 * 24 * 3600 * 1000}, "default_query_delay": {0, 3600 * 1000},
		"default_query_timeout": {1000, 20 * 24 * 3600 * 1000}, "max_transaction_idle_time": {1000, 20 * 24 * 3600 * 1000},
		"max_transaction_time": {1000, 20 * 24 * 3600 * 1000}, "wait_timeout": {0, 20 * 24 * 3600 * 1000},
		"connection_max_age_ms": {0, 3600 * 24 * 1000}, "free_connections_pct": {0, 100}, "connection_warming": anyText,
		"ping_interval_server_msec": {1000, 7 * 24 * 3600 * 1000}, "ping_timeout_server": {10, 600 * 1000},
		"use_tcp_keepalive": anyText, "tcp_keepalive_time": {0, 7200}, "shun_on_failures": {0, 10000000},
		"shun_recovery_time_sec": {0, 3600 * 24 * 365}, "unshun_algorithm": {0, 1},
		"reset_connection_algorithm": {1, 2}, "connpoll_reset_queue_length": {0, 10000},
		"kill_backend_connection_when_disconnect": anyText, "multiplexing": anyText,
		"connection_delay_multiplex_ms": {0, 300 * 1000}, "auto_increment_delay_multiplex": {0, 1000000},
		"auto_increment_delay_multiplex_timeout_ms": {0, 3600 * 1000}, "set_query_lock_on_hostgroup": {0, 1},
		"set_parser_algorithm": {1, 2}, "keep_multiplexing_variables": anyText, "handle_warnings": {0, 1},
		"query_digests": anyText, "query_digests_max_digest_length": {16, 1024 * 1024}, "query_processor_regex": {1, 2},
		"poll_timeout": {10, 20000}, "throttle_connections_per_sec_to_hostgroup": {1, 100 * 1000 * 1000},
		"ssl_p2s_ca": anyText, "ssl_p2s_capath": anyText, "ssl_p2s_cert": anyText, "ssl_p2s_key": anyText,
		"ssl_p2s_cipher": anyText, "ssl_p2s_crl": anyText, "ssl_p2s_crlpath": anyText,
		"monitor_enabled": anyText, "monitor_username": anyText, "monitor_password": anyText,
		"monitor_history": {1000, 7 * 24 * 3600 * 1000}, "monitor_connect_interval": {100, 7 * 24 * 3600 * 1000},
		"monitor_connect_timeout": {100, 600 * 1000}, "monitor_ping_interval": {100, 7 * 24 * 3600 * 1000},
		"monitor_ping_timeout": {100, 600 * 1000}, "monitor_ping_max_failures": {1, 1000 * 1000},
	},
	"pgsql_variables": {"interfaces": anyText}, // since 3.0
}
