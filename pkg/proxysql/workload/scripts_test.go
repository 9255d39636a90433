package workload

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// variable is a number that a container is told.
func variable(t *testing.T, c corev1.Container, name string) int {
	t.Helper()
	for _, v := range c.Env {
		if v.Name == name {
			number, err := strconv.Atoi(v.Value)
			require.NoError(t, err)
			return number
		}
	}
	require.Fail(t, "not set", name)
	return 0
}

// bench is a folder with the scripts, stand-ins for what they call, and the files of a pod.
type bench struct {
	t      *testing.T
	folder string
}

// client stands in for the client of MySQL. It notes what it is asked and by which options, and answers with what is in
// the file of the statement's first words, or fails where there is none.
const client = `#!/bin/sh
options=$1 statement=$5
printf '%s %s\n' "$(basename "${options#--defaults-file=}")" "$statement" >>"$BENCH/asked"
[ "$2 $3 $4" = "--batch --skip-column-names --execute" ] || exit 2
[ -r "${options#--defaults-file=}" ] || exit 3
for answer in "$BENCH"/answers/*; do
	[ -e "$answer" ] || break
	case $statement in "$(sed -n 1p "$answer")"*) sed 1d "$answer"; exit 0 ;; esac
done
exit 1
`

// sleep stands in for time: it notes how long, does what the test has put into the file of that round, and ends the
// script when there is none left.
const sleep = `#!/bin/sh
echo "$1" >>"$BENCH/slept"
round=$(wc -l <"$BENCH/slept" | tr -d ' ')
if [ -e "$BENCH/rounds/$round" ]; then . "$BENCH/rounds/$round"; elif [ -e "$BENCH/endless" ]; then kill -TERM "$PPID"; fi
`

func newBench(t *testing.T) bench {
	b := bench{t: t, folder: t.TempDir()}
	for _, folder := range []string{"bin", "scripts", "config", "template", "run", "data", "answers", "rounds"} {
		require.NoError(t, os.Mkdir(filepath.Join(b.folder, folder), 0o755))
	}
	files, err := scriptFiles()
	require.NoError(t, err)
	for name, text := range files {
		b.write("scripts/"+name, text)
	}
	for name, text := range map[string]string{
		"mariadb": client, "sleep": sleep,
		"proxysql": "#!/bin/sh\necho \"$@\" >\"$BENCH/started\"\n",
	} {
		b.write("bin/"+name, text)
		require.NoError(t, os.Chmod(filepath.Join(b.folder, "bin", name), 0o755))
	}
	b.write("config/proxysql.cnf", "users")
	b.write("config/admin.cnf", "new")
	b.write("config/client.cnf", "client")
	b.write("run/admin.cnf", "old")
	return b
}

func (b bench) write(name, text string) {
	b.t.Helper()
	require.NoError(b.t, os.WriteFile(filepath.Join(b.folder, name), []byte(text), 0o600))
}

func (b bench) read(name string) string {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join(b.folder, name))
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(b.t, err)
	return string(text)
}

func (b bench) lines(name string) []string {
	return strings.FieldsFunc(b.read(name), func(r rune) bool { return r == '\n' })
}

// answer is what the client says to statements that begin so.
func (b bench) answer(statement, text string) {
	b.write("answers/"+strings.Map(func(r rune) rune {
		if r == '/' || r == ' ' {
			return '-'
		}
		return r
	}, statement[:min(len(statement), 60)]), statement+"\n"+text)
}

// unanswered has the client fail for statements that begin so.
func (b bench) unanswered() {
	require.NoError(b.t, os.RemoveAll(filepath.Join(b.folder, "answers")))
	require.NoError(b.t, os.Mkdir(filepath.Join(b.folder, "answers"), 0o755))
}

// run runs a script with the shell that /bin/sh is, and gives what it says.
func (b bench) run(script string) (string, error) {
	command := exec.Command("/bin/sh", filepath.Join(b.folder, "scripts", script+".sh"))
	in := func(folder string) string { return filepath.Join(b.folder, folder) }
	command.Env = []string{
		"PATH=" + in("bin") + ":" + os.Getenv("PATH"), "BENCH=" + b.folder, "HOME=" + in("run"),
		"CONFIG=" + in("config"), "TEMPLATE=" + in("template"), "RUN=" + in("run"), "DATA=" + in("data"),
		"WRITER_HOSTGROUP=10", "POLL_SECONDS=5", "PREDECESSOR_SECONDS=60", "SETTLE_SECONDS=20", "ENDPOINT_SECONDS=10", "DRAIN_SECONDS=3",
	}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	return said.String(), err
}

func TestLive(t *testing.T) {
	b := newBench(t)
	_, err := b.run("live")
	assert.Error(t, err, "nobody answers")
	b.answer("SELECT 1", "1\n")
	said, err := b.run("live")
	require.NoError(t, err, said)
	assert.Equal(t, "admin.cnf SELECT 1", b.lines("asked")[1], "liveness asks the administration, and nobody else")
}

func TestStart(t *testing.T) {
	b := newBench(t)
	b.write("run/ready", "")
	said, err := b.run("start")
	require.NoError(t, err, said)
	assert.Equal(t, "-f --idle-threads --initial -c "+b.folder+"/config/proxysql.cnf -D "+b.folder+"/data\n", b.read("started"))
	assert.Equal(t, "new", b.read("run/admin.cnf"), "probes must know what ProxySQL has started with")
	assert.NoFileExists(t, filepath.Join(b.folder, "run/ready"), "a new process has read no topology yet")
	info, err := os.Stat(filepath.Join(b.folder, "run/admin.cnf"))
	require.NoError(t, err)
	assert.Zero(t, info.Mode()&0o077)
}

// TestReady goes through the states of a start one after the other, and then through a busy pool.
func TestReady(t *testing.T) {
	const (
		writers  = "SELECT COUNT(*) FROM runtime_mysql_servers WHERE hostgroup_id = 10 AND status = 'ONLINE'"
		topology = "SELECT COALESCE(SUM(checks_ok), 0) FROM monitor.mysql_server_aws_aurora_check_status"
	)
	b := newBench(t)
	refused := func(because string) {
		t.Helper()
		said, err := b.run("ready")
		assert.Error(t, err)
		assert.Contains(t, said, because)
		assert.NoFileExists(t, filepath.Join(b.folder, "run/ready"))
	}
	refused("")
	b.answer(writers, "0\n")
	refused("there is no writer")
	b.answer(writers, "1\n")
	b.answer(topology, "0\n")
	refused("the topology has not been read yet")
	b.answer(topology, "2\n")
	refused("the database does not answer")
	b.answer("SELECT 1", "1\n")
	refused("") // the port of the clients does not answer
	b.answer("SELECT LAST_INSERT_ID()", "0\n")
	said, err := b.run("ready")
	require.NoError(t, err, said)
	assert.Contains(t, b.lines("asked"), "client.cnf SELECT 1", "a statement has not gone through the data path")

	// From now on the database is not asked: whoever waits for a connection of a busy pool stays ready.
	b.unanswered()
	b.answer(writers, "1\n")
	b.answer("SELECT LAST_INSERT_ID()", "0\n")
	b.write("asked", "")
	said, err = b.run("ready")
	require.NoError(t, err, said)
	assert.Equal(t, []string{"admin.cnf " + writers, "client.cnf SELECT LAST_INSERT_ID()"}, b.lines("asked"))
	b.answer(writers, "0\n")
	_, err = b.run("ready")
	assert.Error(t, err, "a writer is wanted always")
}

// TestReload follows the file: it loads once at the beginning, once for a change, and again when it did not work.
func TestReload(t *testing.T) {
	const load = "admin.cnf LOAD MYSQL USERS FROM CONFIG; LOAD MYSQL USERS TO RUNTIME"
	b := newBench(t)
	b.write("endless", "")
	b.answer("LOAD MYSQL USERS FROM CONFIG", "")
	b.write("rounds/1", "")                                                                              // nothing has changed
	b.write("rounds/2", `echo rotated >"$BENCH/config/proxysql.cnf"; mv "$BENCH/answers" "$BENCH/away"`) // and ProxySQL does not answer
	b.write("rounds/3", `mv "$BENCH/away" "$BENCH/answers"`)
	b.write("rounds/4", "")
	said, err := b.run("reload")
	require.NoError(t, err, "it is told to stop, and does: %s", said)
	assert.Equal(t, []string{load, load, load}, b.lines("asked"))
	assert.Equal(t, 2, strings.Count(said, "the users are loaded"), said)
	assert.Equal(t, 1, strings.Count(said, "the users are not loaded; trying again in 5 s"), said)
	assert.Equal(t, []string{"5", "5", "5", "5", "5"}, b.lines("slept"))
}

// TestSettle compares what External Secrets has filled in with what it should have.
func TestSettle(t *testing.T) {
	const (
		template = "{{- range $key := list \"a\" }}{{- end -}}\n# by magestack\nuser = \"web\"\npassword = {{ .web | toRawJson }}\nport = 3306;\n"
		filled   = "# by magestack\nuser = \"web\"\npassword = \"hunter2\"\nport = 3306;\n"
	)
	for name, c := range map[string]struct {
		filled string
		rounds map[string]string
		slept  []string
		warns  bool
	}{
		"at once":      {filled, nil, []string{"60"}, false},
		"another line": {strings.Replace(filled, "3306", "3307", 1), nil, []string{"60", "5", "5", "5", "5"}, true},
		"a line less":  {strings.Replace(filled, "port = 3306;\n", "", 1), nil, []string{"60", "5", "5", "5", "5"}, true},
		"a line more":  {filled + "more = 1;\n", nil, []string{"60", "5", "5", "5", "5"}, true},
		"after a while": {"old\n", map[string]string{"3": `printf '%s' "` + strings.ReplaceAll(filled, `"`, `\"`) + `" >"$BENCH/config/proxysql.cnf"`},
			[]string{"60", "5", "5"}, false},
		"while its predecessor goes": {"old\n", map[string]string{"1": `printf '%s' "` + strings.ReplaceAll(filled, `"`, `\"`) + `" >"$BENCH/config/proxysql.cnf"`},
			[]string{"60"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.write("template/proxysql.cnf", template)
			b.write("config/proxysql.cnf", c.filled)
			for round, text := range c.rounds {
				b.write("rounds/"+round, text)
			}
			said, err := b.run("settle")
			require.NoError(t, err, said)
			assert.Equal(t, c.slept, b.lines("slept"))
			assert.Equal(t, c.warns, strings.Contains(said, "Starting with the last good one"), said)
			assert.NotContains(t, said, "hunter2")
		})
	}
}

// TestStop drains: it waits for the nodes, takes no more clients, and goes when all are gone or the time is up.
func TestStop(t *testing.T) {
	const clients = "SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name = 'Client_Connections_connected'"
	t.Run("all go", func(t *testing.T) {
		b := newBench(t)
		b.answer("PROXYSQL PAUSE", "")
		b.answer(clients, "2\n")
		b.write("rounds/1", "")
		b.write("rounds/2", `rm "$BENCH"/answers/SELECT*; printf '%s\n0\n' "`+clients+`" >"$BENCH/answers/none"`)
		said, err := b.run("stop")
		require.NoError(t, err, said)
		assert.Equal(t, []string{"10", "1"}, b.lines("slept"))
		assert.Equal(t, "admin.cnf PROXYSQL PAUSE", b.lines("asked")[0])
		assert.Empty(t, said)
	})
	t.Run("somebody stays", func(t *testing.T) {
		b := newBench(t)
		b.answer("PROXYSQL PAUSE", "")
		b.answer(clients, "7\n")
		said, err := b.run("stop")
		require.NoError(t, err, said)
		assert.Equal(t, []string{"10", "1", "1", "1"}, b.lines("slept"))
		assert.Contains(t, said, "7 clients are still connected")
	})
	t.Run("ProxySQL is gone", func(t *testing.T) {
		b := newBench(t)
		said, err := b.run("stop")
		require.NoError(t, err, said)
		assert.Contains(t, said, "ProxySQL does not pause")
		assert.Equal(t, []string{"10"}, b.lines("slept"))
	})
}

// TestScriptsAreFromTheShell refuses what only some shells know.
func TestScriptsAreFromTheShell(t *testing.T) {
	files, err := scriptFiles()
	require.NoError(t, err)
	require.Len(t, files, 7)
	for name, text := range files {
		for _, unwanted := range []string{"[[", "local ", "function ", "&>", "pipefail", "<(", "MYSQL_PWD", "--password"} {
			assert.NotContains(t, text, unwanted, name)
		}
		if name != "lib.sh" {
			assert.True(t, strings.HasPrefix(text, "#!/bin/sh\n"), name)
			assert.Contains(t, text, "\nset -eu\n", name)
		}
	}
}
