package proxysql

const (
	// ClientPort is where Magento connects, by the MySQL protocol. Magento wants it within the host: "proxysql:6033".
	ClientPort = 6033

	// adminPort is the admin interface, on localhost only.
	adminPort = 6032

	// MetricsPort serves /metrics to Prometheus. ProxySQL cannot bind it to an address, and it asks for no password:
	// a network policy must keep all but Prometheus away.
	MetricsPort = 6070

	// MaxClients bounds the clients of a pod. Clients are cheap; they wait here for one of the few connections.
	MaxClients = 10000

	// MaxAllowedPacket is in bytes, for ProxySQL and for the instance parameter group alike: product imports send large
	// statements, and whichever of the two is smaller cuts them off.
	MaxAllowedPacket = 64 << 20

	// DataDirectory must be empty when a pod starts, such as an emptyDir: ProxySQL reads the file only when it finds no
	// database there.
	DataDirectory = "/var/lib/proxysql"

	// The largest values that ProxySQL accepts (PXS, MySQL_Thread.cpp, VariablesPointers_int); anything above is refused,
	// and the default stays.
	maxConnectRetries = 1000
	maxShunOnFailures = 10000000

	seconds = 1000
	minutes = 60 * seconds
	hours   = 60 * minutes
)

// adminVariables are about ProxySQL itself. Both admin interfaces are bound to localhost; the second speaks the
// PostgreSQL protocol, exists since 3.0 and would listen on every address. Before 3.0 the variable is unknown, which
// ProxySQL notes in its log and passes over.
type adminVariables struct {
	AdminCredentials secret `cnf:"admin_credentials"`
	StatsCredentials secret `cnf:"stats_credentials"`
	MySQLInterfaces  string `cnf:"mysql_ifaces"`
	PgSQLInterfaces  string `cnf:"pgsql_ifaces"`
	RestAPIEnabled   bool   `cnf:"restapi_enabled"`
	RestAPIPort      int    `cnf:"restapi_port"`
	WebEnabled       bool   `cnf:"web_enabled"`
}

// pgsqlVariables close the PostgreSQL side of 3.0, which would listen on every address. Before 3.0 the group is
// passed over.
type pgsqlVariables struct {
	Interfaces string `cnf:"interfaces"`
}

// mysqlVariables are the variables that differ from ProxySQL's defaults, or whose default matters to us. Times are in
// milliseconds unless the name says otherwise.
type mysqlVariables struct {
	// Clients. The version is what PHP is told at the handshake, before the database has been asked. Clients may use
	// TLS and need not. Their authentication is the one that works without it; it is not the database's.
	Threads                     int    `cnf:"threads"`
	Interfaces                  string `cnf:"interfaces"`
	DefaultSchema               string `cnf:"default_schema"`
	ServerVersion               string `cnf:"server_version"`
	DefaultAuthenticationPlugin string `cnf:"default_authentication_plugin"`
	HaveSSL                     bool   `cnf:"have_ssl"`
	MaxConnections              int    `cnf:"max_connections"`
	MaxAllowedPacket            int    `cnf:"max_allowed_packet"`

	// Waiting for a connection. An attempt may take three seconds, because an instance at its minimum is slow to greet;
	// a client waits for a minute in all, which is as long as a failover takes ("typically less than 60 seconds", AUG).
	// Retries are a second apart and as many as ProxySQL allows, so that it is the minute that ends them: by default ten
	// of them are over after ten milliseconds.
	ConnectTimeoutServer    int `cnf:"connect_timeout_server"`
	ConnectTimeoutServerMax int `cnf:"connect_timeout_server_max"`
	ConnectRetries          int `cnf:"connect_retries_on_failure"`
	ConnectRetriesDelay     int `cnf:"connect_retries_delay"`
	QueryRetries            int `cnf:"query_retries_on_failure"`

	// An instance that refuses new connections (error 1040) still answers those that it has. By default five refusals
	// within a second shun it, and what works on it is dropped: an outage of the only writer, made by ProxySQL. It shuns at
	// the smaller of this and connect_retries_on_failure + 1 (PXS, MySrvC.cpp, connect_error; sysown/proxysql#2879), so that
	// both are as large as they may be. Who is the writer is for the topology to say, and whether a host answers for the
	// pings of the monitor.
	ShunOnFailures int `cnf:"shun_on_failures"`

	// An instance that answers a ping slowly, as while it scales up, is still the only writer there is: by default it would
	// be passed over after a second.
	DefaultMaxLatency int `cnf:"default_max_latency_ms"`

	// Limits. A transaction that nobody continues holds its locks and its connection; one that works may take hours
	// (reindexing, upgrades), and so may a statement.
	MaxTransactionIdleTime int `cnf:"max_transaction_idle_time"`
	MaxTransactionTime     int `cnf:"max_transaction_time"`
	DefaultQueryTimeout    int `cnf:"default_query_timeout"`

	// The pool. Connections are renewed every ten minutes, so that they spread out again after a failover and that
	// those with an old password go away. Keepalive finds connections whose instance has vanished.
	ConnectionMaxAge    int  `cnf:"connection_max_age_ms"`
	FreeConnections     int  `cnf:"free_connections_pct"`
	PingIntervalServer  int  `cnf:"ping_interval_server_msec"`
	PingTimeoutServer   int  `cnf:"ping_timeout_server"`
	UseTCPKeepalive     bool `cnf:"use_tcp_keepalive"`
	TCPKeepaliveSeconds int  `cnf:"tcp_keepalive_time"`

	// A connection that a session has used up (a lock, a temporary table, an insert a moment ago) is reset by a session of
	// its own and used again. With 1 and 0 it would be closed, and 58 of 60 requests that end after an insert would open a
	// connection with TLS anew. The price is that a server's pool may be more than max_connections says: see pool.go.
	ResetConnectionAlgorithm int `cnf:"reset_connection_algorithm"`
	ResetQueueLength         int `cnf:"connpoll_reset_queue_length"`

	// Multiplexing, by which thousands of clients share few connections. After an insert a session keeps its connection
	// for five statements or ten seconds, in case an extension asks for LAST_INSERT_ID() within another statement: with one
	// second 3 of 5 such statements got the id of another row, and PHP is gone in less than ten. Never 0: a plain SELECT
	// LAST_INSERT_ID() AS id was wrong 12 times of 12. A SET that ProxySQL cannot parse ties the session to its hostgroup,
	// rather than being lost. A statement that raises a warning would keep its connection until the next one, for a SHOW
	// WARNINGS that PDO never sends: by default ProxySQL handles warnings, and Magento's statements raise many.
	Multiplexing              bool   `cnf:"multiplexing"`
	ConnectionDelayMultiplex  int    `cnf:"connection_delay_multiplex_ms"`
	AutoIncrementDelay        int    `cnf:"auto_increment_delay_multiplex"`
	AutoIncrementDelayTimeout int    `cnf:"auto_increment_delay_multiplex_timeout_ms"`
	SetQueryLockOnHostgroup   int    `cnf:"set_query_lock_on_hostgroup"`
	KeepMultiplexingVariables string `cnf:"keep_multiplexing_variables"`
	HandleWarnings            int    `cnf:"handle_warnings"`

	// TLS to the database.
	CAFile *string `cnf:"ssl_p2s_ca"`

	// The monitor, with the patience that an instance at its minimum needs.
	MonitorUsername        secret `cnf:"monitor_username"`
	MonitorPassword        secret `cnf:"monitor_password"`
	MonitorConnectInterval int    `cnf:"monitor_connect_interval"`
	MonitorConnectTimeout  int    `cnf:"monitor_connect_timeout"`
	MonitorPingInterval    int    `cnf:"monitor_ping_interval"`
	MonitorPingTimeout     int    `cnf:"monitor_ping_timeout"`
	MonitorPingMaxFailures int    `cnf:"monitor_ping_max_failures"`
}

// keptVariables are read with @@ by Magento's indexers (BatchSizeManagement) and connections; without being named here
// each of them would tie the session to its connection. The first three are ProxySQL's default.
const keptVariables = "tx_isolation,transaction_isolation,version,max_heap_table_size,tmp_table_size,innodb_buffer_pool_size,sql_mode"

func (s Settings) adminVariables() adminVariables {
	return adminVariables{
		AdminCredentials: fillLogin(adminUser, adminKey),
		StatsCredentials: fillLogin(statsUser, statsKey),
		MySQLInterfaces:  listen("127.0.0.1", adminPort),
		PgSQLInterfaces:  listen("127.0.0.1", adminPort+100),
		RestAPIEnabled:   true,
		RestAPIPort:      MetricsPort,
		WebEnabled:       false,
	}
}

func (s Settings) pgsqlVariables() pgsqlVariables {
	return pgsqlVariables{Interfaces: listen("127.0.0.1", ClientPort+100)}
}

func (s Settings) mysqlVariables() mysqlVariables {
	variables := mysqlVariables{
		Threads:                     4,
		Interfaces:                  listen("0.0.0.0", ClientPort),
		DefaultSchema:               s.Schema,
		ServerVersion:               s.ServerVersion,
		DefaultAuthenticationPlugin: "mysql_native_password",
		HaveSSL:                     true,
		MaxConnections:              MaxClients,
		MaxAllowedPacket:            MaxAllowedPacket,
		ConnectTimeoutServer:        3 * seconds,
		ConnectTimeoutServerMax:     1 * minutes,
		ConnectRetries:              maxConnectRetries,
		ConnectRetriesDelay:         1 * seconds,
		QueryRetries:                1,
		ShunOnFailures:              maxShunOnFailures,
		DefaultMaxLatency:           20 * seconds,
		MaxTransactionIdleTime:      15 * minutes,
		MaxTransactionTime:          4 * hours,
		DefaultQueryTimeout:         4 * hours,
		ConnectionMaxAge:            10 * minutes,
		FreeConnections:             keepFreePercent,
		PingIntervalServer:          10 * seconds,
		PingTimeoutServer:           1 * seconds,
		UseTCPKeepalive:             true,
		TCPKeepaliveSeconds:         60,
		ResetConnectionAlgorithm:    2,
		ResetQueueLength:            50,
		Multiplexing:                true,
		ConnectionDelayMultiplex:    0,
		AutoIncrementDelay:          5,
		AutoIncrementDelayTimeout:   10 * seconds,
		SetQueryLockOnHostgroup:     1,
		KeepMultiplexingVariables:   keptVariables,
		HandleWarnings:              0,
		MonitorUsername:             fillMonitorUser(),
		MonitorPassword:             fill(monitorKey),
		MonitorConnectInterval:      1 * minutes,
		MonitorConnectTimeout:       3 * seconds,
		MonitorPingInterval:         8 * seconds,
		MonitorPingTimeout:          3 * seconds,
		MonitorPingMaxFailures:      3,
	}
	if s.BackendTLS == BackendTLSVerify {
		variables.CAFile = &s.CAFile
	}
	return variables
}
