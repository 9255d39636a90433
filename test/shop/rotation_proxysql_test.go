package main

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// proxySQLVariable names a ProxySQL to put in front of the database, which no Debian has. Without it clients log in to the
// database itself.
const proxySQLVariable = "PROXYSQL"

// startProxySQL starts a ProxySQL where there is one, and keeps its users as the secret says, some time late. The function and
// the clients of the database's users go through it.
func (r *rotating) startProxySQL(t *testing.T) {
	t.Helper()
	path := os.Getenv(proxySQLVariable)
	if path == "" {
		return
	}
	folder := filepath.Join(t.TempDir(), "proxysql")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, openTo(folder))
	ports, err := freePorts(2)
	require.NoError(t, err)
	configuration := fmt.Sprintf(`datadir="%[1]s/data"
admin_variables={ admin_credentials="admin:admin" mysql_ifaces="127.0.0.1:%[2]s" pgsql_ifaces="127.0.0.1:0" restapi_enabled=false }
pgsql_variables={ interfaces="127.0.0.1:0" }
mysql_variables={ interfaces="127.0.0.1:%[3]s" have_ssl=true max_connections=2000 default_authentication_plugin="mysql_native_password"
  monitor_username="monitor" monitor_password="%[5]s" connect_timeout_server=3000 connection_max_age_ms=5000 server_version="8.0.39" }
mysql_servers=( { address="127.0.0.1" port=%[4]s hostgroup=0 max_connections=150 use_ssl=1 } )
`, folder, ports[0], ports[1], r.stores.database, r.stores.password("monitor"))
	require.NoError(t, write(filepath.Join(folder, "proxysql.cnf"), configuration))
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "data"), 0o700))
	require.NoError(t, owned(folder))
	process, err := launch{
		name: "proxysql", what: "ProxySQL", path: path, folder: folder, environment: environmentOf(folder), address: "127.0.0.1:" + ports[0],
		arguments: []string{"-f", "--idle-threads", "--initial", "-c", filepath.Join(folder, "proxysql.cnf"), "-D", filepath.Join(folder, "data")},
	}.start(t.Context())
	require.NoError(t, err)
	t.Cleanup(process.stop)
	r.call.ProxySQL, err = strconv.Atoi(ports[1])
	require.NoError(t, err)
	r.followUsers(t, "127.0.0.1:"+ports[0])
}

// followUsers loads the users of the secret whenever it has changed, as the script reload.sh does, and waits for the first time.
func (r *rotating) followUsers(t *testing.T, administration string) {
	t.Helper()
	config := mysql.NewConfig()
	config.User, config.Passwd, config.Net, config.Addr, config.InterpolateParams = "admin", "admin", "tcp", administration, true
	connector, err := mysql.NewConnector(config)
	require.NoError(t, err)
	admin := sql.OpenDB(connector)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	t.Cleanup(func() { cancel(); <-ended; _ = admin.Close() })
	loaded := rotator.Document{}
	load := func() error {
		value, err := rotator.Parse(r.secrets.Text(secretsPrefix+"proxysql", rotator.StageCurrent))
		if err != nil || maps.Equal(value, loaded) {
			return err
		}
		for user, key := range map[string]string{"magento": "webPassword", "magento_clone": "webClonePassword"} {
			statement := fmt.Sprintf("REPLACE INTO mysql_users (username, password, default_hostgroup, max_connections) VALUES ('%s', '%s', 0, 2000)", user, value[key])
			if _, err := admin.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		if _, err := admin.ExecContext(ctx, "LOAD MYSQL USERS TO RUNTIME"); err != nil {
			return err
		}
		loaded = value
		return nil
	}
	require.NoError(t, load())
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			rest(ctx, time.Second) // what External Secrets and kubelet take, at the tests' scale
			_ = load()
		}
	}()
}
