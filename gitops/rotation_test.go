package gitops_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUsersWhileOneRotates wants the job to leave a rotation alone that is under way: the database has the new password, and the files
// get it while the job waits. Afterwards the other one of the pair still has its own.
func TestUsersWhileOneRotates(t *testing.T) {
	j := newDatabaseJob(t)
	j.runs(each("made"))
	j.admin("ALTER USER magento_clone IDENTIFIED BY 'rotated-secret'")

	// The job is let go on from where it waits when the files have followed.
	j.write("bin/settle", "#!/bin/sh\necho rotated-secret | tr -d '\\n' >\"$STORES_SECRETS/passwords/webClonePassword\"\n")
	output, status := j.run("php", "-d", "disable_functions=sleep", "-d", "auto_prepend_file="+j.prepended(), script(t, "stores/database-users.php"))
	require.Zero(t, status, output)
	assert.Contains(t, output, "magento_clone is there\n")
	assert.NotContains(t, output, gotPassword)
	j.logsIn("magento_clone", "rotated-secret")
	j.logsIn("magento", first("web"))
}

// prepended defines a sleep in which the files follow their secret.
func (j databaseJob) prepended() string {
	j.t.Helper()
	j.write("sleep.php", `<?php function sleep(int $seconds): int { passthru("settle"); return 0; }`)
	return j.folder + "/sleep.php"
}

// TestTheMonitorsTakeTurns rotates the monitor there and back. The one that rests keeps what the database has, which is nobody's in the
// beginning.
func TestTheMonitorsTakeTurns(t *testing.T) {
	j := newDatabaseJob(t)
	j.runs(each("made"))
	const hash = "SELECT authentication_string FROM mysql.user WHERE User = 'monitor_clone'"
	drawn := j.admin(hash)
	assert.NotEmpty(t, strings.TrimSpace(drawn), "it has a password")
	j.runs(nil)
	assert.Equal(t, drawn, j.admin(hash), "and keeps it")

	j.admin("ALTER USER monitor_clone IDENTIFIED BY 'second-secret'")
	j.write("passwords/monitorUsername", restingMonitor)
	j.write("passwords/monitorPassword", "second-secret")
	j.runs(nil)
	j.logsIn(restingMonitor, "second-secret")
	j.logsIn("monitor", first("monitor"))

	j.admin("ALTER USER monitor IDENTIFIED BY 'third-secret'")
	j.write("passwords/monitorUsername", "monitor")
	j.write("passwords/monitorPassword", "third-secret")
	j.runs(nil)
	j.logsIn("monitor", "third-secret")
	j.logsIn(restingMonitor, "second-secret")

	// A database without its monitors, after they have rotated: each has what the secret says, or nobody's.
	j.write("passwords/monitorUsername", restingMonitor)
	j.admin("DROP USER monitor, monitor_clone")
	j.runs(map[string]string{"monitor": "made", restingMonitor: "made"})
	j.logsIn(restingMonitor, "third-secret")
	_, status := j.as("monitor", "third-secret", "SELECT 1")
	assert.NotZero(t, status, "the one that rests has a password that nobody knows")

	j.write("passwords/monitorUsername", "root")
	output, status := j.run("php", script(t, "stores/database-users.php"))
	assert.Equal(t, 1, status)
	assert.Contains(t, output, `monitorUsername is "root" in the secret proxysql: allowed are monitor and monitor_clone`)
	j.write("passwords/monitorUsername", "")
	j.write("passwords/readPassword", "")
	output, status = j.run("php", script(t, "stores/database-users.php"))
	assert.Equal(t, 1, status)
	assert.Contains(t, output, "the secret passwords has no readPassword: see the ExternalSecret magento-stores-passwords")
}
