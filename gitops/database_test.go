package gitops_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func copyFile(from, to string, p pod) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(p.folder, to)
	if err != nil {
		return err
	}
	p.write(name, string(text))
	return nil
}

// database starts a MariaDB with an administrator, as the pod's user, and gives its address.
func database(t *testing.T) (host, port string) {
	t.Helper()
	server, install := installed(t, "mariadbd"), installed(t, "mariadb-install-db")
	p := newPod(t, map[string]string{"data/.keep": "", "init.sql": "CREATE USER 'magento_admin'@'%' IDENTIFIED BY 'admin-secret';\nGRANT ALL PRIVILEGES ON *.* TO 'magento_admin'@'%' WITH GRANT OPTION;\n"})
	require.NoError(t, os.Remove(p.folder+"/data/.keep"))
	made := p.command(filepath.Base(install), "--no-defaults", "--datadir="+p.folder+"/data", "--auth-root-authentication-method=normal", "--skip-test-db")
	output, err := made.CombinedOutput()
	require.NoError(t, err, string(output))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	host, port, err = net.SplitHostPort(address)
	require.NoError(t, err)
	command := p.command(filepath.Base(server), "--no-defaults", "--datadir="+p.folder+"/data", "--bind-address="+host, "--port="+port, "--socket="+p.folder+"/s", "--pid-file="+p.folder+"/pid", "--init-file="+p.folder+"/init.sql", "--innodb-buffer-pool-size=16M")
	ctx, stop := context.WithCancel(context.Background())
	started := exec.CommandContext(ctx, command.Path, command.Args[1:]...)
	started.SysProcAttr, started.Env = command.SysProcAttr, command.Env
	require.NoError(t, started.Start())
	t.Cleanup(func() { stop(); _ = started.Wait() })
	waitFor(t, "tcp", address)
	return host, port
}

// TestUsersOfTheDatabase runs the job against a MariaDB: from nothing, again, after a rotation and after a password was lost.
func TestUsersOfTheDatabase(t *testing.T) {
	php(t, "pdo_mysql")
	host, port := database(t)
	files := map[string]string{
		"database/host": host, "database/port": port, "database/username": "magento_admin", "database/password": "admin-secret",
	}
	for _, key := range []string{"monitor", "web", "webClone", "cli", "cliClone", "reporting", "reportingClone", "read", "readClone"} {
		files["passwords/"+key+"Password"] = key + `-'"\%secret`
	}
	p := newPod(t, files, "MAGENTO_READ_SPLIT=slave-connection", "STORES_SETTLE_SECONDS=1")
	p.environment = append(p.environment, "STORES_SECRETS="+p.folder)
	as := func(user, password, statement string) (string, int) {
		return p.run("php", "-r", fmt.Sprintf(`try { $d = new PDO("mysql:host=%s;port=%s", $argv[1], $argv[2], [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]); foreach ($d->query($argv[3]) as $r) echo $r[0], "\n"; } catch (PDOException $e) { echo $e->getMessage(); exit(1); }`, host, port), user, password, statement)
	}
	users := map[string]string{"monitor": "monitor", "magento": "web", "magento_clone": "webClone", "mage_cli": "cli", "mage_cli_clone": "cliClone", "mage_bi": "reporting", "mage_bi_clone": "reportingClone", "mage_read": "read", "mage_read_clone": "readClone"}
	for _, word := range []string{"made", "is there"} {
		output, status := p.run("php", script(t, "stores/database-users.php"))
		require.Zero(t, status, output)
		assert.Equal(t, len(users), strings.Count(output, word+"\n"), output)
		assert.NotContains(t, output, "secret")
	}
	for user, key := range users {
		output, status := as(user, files["passwords/"+key+"Password"], "SELECT 1")
		assert.Zero(t, status, "%s: %s", user, output)
	}

	// What each may do: a table and its trigger, which either of a pair may have made; rows; reading.
	for _, user := range []string{"mage_cli", "mage_cli_clone"} {
		for _, statement := range []string{"CREATE TABLE magento.a_" + user + " (id INT)", "CREATE TRIGGER magento.t_" + user + " AFTER INSERT ON magento.a_" + user + " FOR EACH ROW SET @x = 1"} {
			output, status := as(user, files["passwords/"+users[user]+"Password"], statement)
			assert.Zero(t, status, "%s: %s", user, output)
		}
	}
	for _, c := range []struct {
		user, statement string
		allowed         bool
	}{
		{"magento", "INSERT INTO magento.a_mage_cli VALUES (1)", true}, {"magento_clone", "CREATE TEMPORARY TABLE magento.x (id INT)", true},
		{"magento", "DROP TABLE magento.a_mage_cli", false}, {"magento", "SELECT 1 FROM mysql.user", false},
		{"mage_bi", "SELECT 1 FROM magento.a_mage_cli", true}, {"mage_bi", "DELETE FROM magento.a_mage_cli", false}, {"mage_read", "UPDATE magento.a_mage_cli SET id = 2", false},
		{"mage_cli", "CREATE USER x", false}, {"monitor", "SELECT 1 FROM magento.a_mage_cli", false},
	} {
		output, status := as(c.user, files["passwords/"+users[c.user]+"Password"], c.statement)
		assert.Equal(t, c.allowed, status == 0, "%s: %s: %s", c.user, c.statement, output)
	}

	// A password that the database does not have, as after a restore: it is set once the secret has settled.
	p.write("passwords/cliClonePassword", "rotated-secret")
	output, status := p.run("php", script(t, "stores/database-users.php"))
	require.Zero(t, status, output)
	assert.Contains(t, output, "mage_cli_clone got the password of the secret\n")
	assert.Equal(t, len(users)-1, strings.Count(output, "is there\n"))
	_, status = as("mage_cli_clone", "rotated-secret", "SELECT 1")
	assert.Zero(t, status)

	// The administrator is refused: nothing is told but the server's code.
	p.write("database/password", "wrong-secret")
	output, status = p.run("php", script(t, "stores/database-users.php"))
	assert.Equal(t, 1, status)
	assert.Contains(t, output, "the database answers 1045")
	assert.NotContains(t, output, "secret")
}
