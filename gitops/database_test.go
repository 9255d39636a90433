package gitops_test

import (
	"context"
	"maps"
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

// shopUsers are the users that log in through ProxySQL by their names, with the beginning of their key in the secret.
var shopUsers = map[string]string{
	"monitor": "monitor", "magento": "web", "magento_clone": "webClone", "mage_cli": "cli", "mage_cli_clone": "cliClone",
	"mage_bi": "reporting", "mage_bi_clone": "reportingClone", "mage_read": "read", "mage_read_clone": "readClone",
}

// restingMonitor is of no key of the secret until the monitor rotates.
const restingMonitor = "monitor_clone"

// databaseJob is a pod of the job that makes the database's users, and the database.
type databaseJob struct {
	pod
	host, port string
}

func newDatabaseJob(t *testing.T) databaseJob {
	t.Helper()
	php(t, "pdo_mysql")
	host, port := database(t)
	files := map[string]string{
		"database/host": host, "database/port": port, "database/username": "magento_admin", "database/password": "admin-secret",
		"passwords/monitorUsername": "", // what External Secrets makes of a secret without it
	}
	for _, key := range shopUsers {
		files["passwords/"+key+"Password"] = first(key)
	}
	p := newPod(t, files, "MAGENTO_READ_SPLIT=slave-connection", "STORES_SETTLE_SECONDS=1")
	p.environment = append(p.environment, "STORES_SECRETS="+p.folder)
	return databaseJob{p, host, port}
}

// first is the password that a secret begins with.
func first(key string) string { return key + `-'"\%secret` }

// runs runs the job, and wants its word on each user, "is there" unless another is given.
func (j databaseJob) runs(others map[string]string) {
	j.t.Helper()
	output, status := j.run("php", script(j.t, "stores/database-users.php"))
	require.Zero(j.t, status, output)
	assert.NotContains(j.t, output, "%secret")
	want := map[string]string{restingMonitor: "is there"}
	for user := range shopUsers {
		want[user] = "is there"
	}
	maps.Copy(want, others)
	got := map[string]string{}
	for line := range strings.Lines(output) {
		user, word, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "database-users: "), " ")
		got[user] = word
	}
	assert.Equal(j.t, want, got)
}

// as runs a statement as a user.
func (j databaseJob) as(user, password, statement string) (string, int) {
	j.t.Helper()
	return j.run("php", "-r", `try { $d = new PDO("mysql:host=$argv[1];port=$argv[2]", $argv[3], $argv[4], [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
		foreach ($d->query($argv[5]) as $r) echo $r[0], "\n"; } catch (PDOException $e) { echo $e->getMessage(); exit(1); }`, j.host, j.port, user, password, statement)
}

func (j databaseJob) admin(statement string) string {
	j.t.Helper()
	output, status := j.as("magento_admin", "admin-secret", statement)
	require.Zero(j.t, status, output)
	return output
}

func (j databaseJob) logsIn(user, password string) {
	j.t.Helper()
	output, status := j.as(user, password, "SELECT 1")
	assert.Zero(j.t, status, "%s: %s", user, output)
}

// each is one word for every user.
func each(word string) map[string]string {
	words := map[string]string{restingMonitor: word}
	for user := range shopUsers {
		words[user] = word
	}
	return words
}

const gotPassword = "got the password of the secret"

// TestUsersOfTheDatabase runs the job against a MariaDB: from nothing, again, after a password was lost, and with the wrong one of the
// administrator.
func TestUsersOfTheDatabase(t *testing.T) {
	j := newDatabaseJob(t)
	j.runs(each("made"))
	j.runs(nil)
	for user, key := range shopUsers {
		j.logsIn(user, first(key))
	}

	// A password that the database does not have, as after a restore: it is set once the secret has settled.
	j.write("passwords/cliClonePassword", "rotated-secret")
	j.runs(map[string]string{"mage_cli_clone": gotPassword})
	j.logsIn("mage_cli_clone", "rotated-secret")

	// The administrator is refused: nothing is told but the server's code.
	j.write("database/password", "wrong-secret")
	output, status := j.run("php", script(t, "stores/database-users.php"))
	assert.Equal(t, 1, status)
	assert.Contains(t, output, "the database answers 1045")
	assert.NotContains(t, output, "secret")
}

// TestWhatUsersOfTheDatabaseMay tries a table and its trigger, which either of a pair may have made; rows; reading; and what both
// monitors ask the database.
func TestWhatUsersOfTheDatabaseMay(t *testing.T) {
	j := newDatabaseJob(t)
	j.runs(each("made"))
	j.admin("ALTER USER monitor_clone IDENTIFIED BY 'rotated-secret'")
	for _, user := range []string{"mage_cli", "mage_cli_clone"} {
		for _, statement := range []string{"CREATE TABLE magento.a_" + user + " (id INT)", "CREATE TRIGGER magento.t_" + user + " AFTER INSERT ON magento.a_" + user + " FOR EACH ROW SET @x = 1"} {
			output, status := j.as(user, first(shopUsers[user]), statement)
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
		{"mage_cli", "CREATE USER x", false}, {"monitor", "SELECT 1 FROM magento.a_mage_cli", false}, {restingMonitor, "SELECT 1 FROM magento.a_mage_cli", false},
		{"monitor", "SHOW MASTER STATUS", true}, {restingMonitor, "SHOW MASTER STATUS", true}, {"mage_bi", "SHOW MASTER STATUS", false},
	} {
		password := "rotated-secret"
		if key, there := shopUsers[c.user]; there {
			password = first(key)
		}
		output, status := j.as(c.user, password, c.statement)
		assert.Equal(t, c.allowed, status == 0, "%s: %s: %s", c.user, c.statement, output)
	}
}
