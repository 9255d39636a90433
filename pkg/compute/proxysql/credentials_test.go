package proxysql

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	loadUsers  = "admin.cnf LOAD MYSQL USERS FROM CONFIG; LOAD MYSQL USERS TO RUNTIME"
	monitorOff = "admin.cnf UPDATE global_variables SET variable_value = 'false' WHERE variable_name = 'mysql-monitor_enabled'; LOAD MYSQL VARIABLES TO RUNTIME"
	monitorOn  = "admin.cnf UPDATE global_variables SET variable_value = 'true' WHERE variable_name = 'mysql-monitor_enabled'; LOAD MYSQL VARIABLES TO RUNTIME"
)

// rotates exchanges the credentials of the administration for others. The file of statements stands for what they set.
func (b *bench) rotates(password string) {
	b.mounted("config/admin.cnf", password)
	b.mounted("config/credentials.sql", password)
}

// answersAll has the client answer whatever reload asks.
func (b *bench) answersAll() {
	b.answer("LOAD MYSQL USERS FROM CONFIG", "")
	b.answer("those of ", "")
	b.answer("UPDATE global_variables", "")
	b.answer("SELECT 1", "1\n")
}

// started is a pod whose ProxySQL has started with a password of the administration, and knows no other.
func started(t *testing.T, password string) *bench {
	t.Helper()
	b := newBench(t)
	b.rotates(password)
	said, err := b.run("start")
	require.NoError(t, err, said)
	b.answersAll()
	require.NoError(t, os.WriteFile(b.path("log/password"), []byte(password), 0o666))
	b.own("log/password", 0o666)
	return b
}

// alive asks what the liveness probe asks.
func (b *bench) alive(when string) {
	b.t.Helper()
	said, err := b.run("live")
	assert.NoError(b.t, err, "%s: %s", when, said)
}

// TestReloadRenewsCredentials has them taken once when they change, with the monitor off for a moment, and neither at a start nor again.
func TestReloadRenewsCredentials(t *testing.T) {
	b := started(t, "first")
	b.endless = true
	b.rounds = map[int]func(){
		1: func() {}, // what it has started with is there
		2: func() { b.rotates("second") },
		3: func() { assert.Equal(t, "second", b.read("run/admin.cnf"), "while the monitor is off probes get in") },
		4: func() {},
	}
	said, err := b.run("reload")
	require.NoError(t, err, said)
	assert.Equal(t, []string{loadUsers, "admin.cnf those of second", monitorOff, monitorOn}, b.lines("log/asked"))
	assert.Equal(t, 1, strings.Count(said, "the credentials of monitor and administration are loaded"), said)
	assert.NotContains(t, said, "second")
	b.alive("after the rotation")

	// The container of the script is started anew: there is nothing to do but the users.
	b.forget()
	b.rounds = map[int]func(){1: func() {}}
	said, err = b.run("reload")
	require.NoError(t, err, said)
	assert.Equal(t, []string{loadUsers}, b.lines("log/asked"))
}

// TestReloadGoesOn where it was stopped, or ProxySQL did not answer: until then each password gets in that ProxySQL may have.
func TestReloadGoesOn(t *testing.T) {
	for name, c := range map[string]struct {
		before func(*bench)
		want   []string
	}{
		"before ProxySQL had them": {func(*bench) {}, []string{loadUsers, "admin.cnf those of second", monitorOff, monitorOn}},
		"when ProxySQL had them": {
			func(b *bench) { require.NoError(b.t, os.WriteFile(b.path("log/password"), []byte("second"), 0o600)) },
			// The file's password is asked where the one of before is refused.
			[]string{loadUsers, loadUsers, "admin.cnf those of second", "admin.cnf those of second", monitorOff, monitorOn},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := started(t, "first")
			b.rotates("second")
			c.before(b)
			b.alive("in between")
			b.forget()
			b.endless = true
			b.rounds = map[int]func(){1: func() {}, 2: func() {}}
			said, err := b.run("reload")
			require.NoError(t, err, said)
			assert.Equal(t, c.want, b.lines("log/asked"))
			b.alive("afterwards")
		})
	}

	b := started(t, "first")
	b.unanswered()
	b.rotates("second")
	b.endless = true
	b.rounds = map[int]func(){1: b.answersAll, 2: func() {}, 3: func() {}}
	said, err := b.run("reload")
	require.NoError(t, err, said)
	assert.Contains(t, said, "the credentials of monitor and administration are not loaded; trying again in 5 s")
	assert.Contains(t, said, "the credentials of monitor and administration are loaded")
	b.alive("afterwards")
}

// TestCredentialsAreOfOneMoment exchanges the files as kubelet does, by a link, while they are copied.
func TestCredentialsAreOfOneMoment(t *testing.T) {
	b := newBench(t)
	for _, directory := range []string{"..1", "..2"} {
		require.NoError(t, os.Mkdir(b.path("config/"+directory), 0o700))
		b.own("config/"+directory, 0o750)
		b.mounted("config/"+directory+"/admin.cnf", "password of "+directory+"\n")
		b.mounted("config/"+directory+"/credentials.sql", "statements of "+directory+"\n")
	}
	points := func(directory string) {
		require.NoError(t, os.Symlink(directory, b.path("config/..data_tmp")))
		require.NoError(t, os.Rename(b.path("config/..data_tmp"), b.path("config/..data")))
	}
	points("..1")
	pipe := b.path("config/..1/credentials.sql")
	require.NoError(t, os.Remove(pipe))
	require.NoError(t, syscall.Mkfifo(pipe, 0o600)) // is read no sooner than it is written
	b.own("config/..1/credentials.sql", readableByGroup)
	done := make(chan struct{})
	go func() {
		defer close(done)
		writer, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		if assert.NoError(t, err) {
			points("..2")
			_, err = writer.WriteString("statements of ..1\n")
			assert.NoError(t, err)
			assert.NoError(t, writer.Close())
		}
	}()
	b.mounted("scripts/taking.sh", `set -eu
. "${0%/*}/lib.sh"
take && echo torn
take && cat "$taken/admin.cnf" "$taken/credentials.sql"
`)
	said, err := b.run("taking")
	if reader, err := os.OpenFile(pipe, os.O_RDWR|syscall.O_NONBLOCK, 0); err == nil {
		defer reader.Close() //nolint:errcheck // lets go of who waits for a reader that never came
	}
	<-done
	require.NoError(t, err, said)
	assert.Equal(t, "password of ..2\nstatements of ..2\n", said)
}

// TestTheOtherUserOfThePairIsAskedToo wants a pod to become ready while the password of one of the pair is not known yet.
func TestTheOtherUserOfThePairIsAskedToo(t *testing.T) {
	b := started(t, "first")
	b.mounted("scripts/asking.sh", "set -eu\n. \"${0%/*}/lib.sh\"\nshop 'SELECT 2'\n")
	_, err := b.run("asking")
	require.Error(t, err)
	assert.Equal(t, []string{"client.cnf SELECT 2", "client.cnf_clone SELECT 2"}, b.lines("log/asked"))
}
