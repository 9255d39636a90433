package proxysql

import (
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// What the scripts ask.
const (
	writers        = "SELECT COUNT(*) FROM runtime_mysql_servers WHERE hostgroup_id = 10 AND status = 'ONLINE'"
	topologyChecks = "SELECT COALESCE(SUM(checks_ok), 0) FROM monitor.mysql_server_aws_aurora_check_status"
	clients        = "SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name = 'Client_Connections_connected'"
)

// What External Secrets is given, and what it should make of it.
const (
	unfilled = "{{- range $key := list \"a\" }}{{- end -}}\n# by magestack\nuser = \"web\"\npassword = {{ .web | toRawJson }}\nport = 3306;\n"
	filledIn = "# by magestack\nuser = \"web\"\npassword = \"hunter2\"\nport = 3306;\n"
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

// TestTheBenchIsThePod holds that the scripts are tried with the rights that the containers have, and no more.
func TestTheBenchIsThePod(t *testing.T) {
	b := newBench(t)
	b.mounted("scripts/look.sh", `grep -E '^(Uid|Gid|Groups|CapEff|CapBnd|NoNewPrivs):' /proc/self/status | tr -s '\t ' ' '
for file in "$CONFIG/admin.cnf" "$CONFIG/new" "$BENCH/new"; do (: >>"$file") 2>/dev/null && echo "$file is written"; done
: >"$RUN/new" && : >"$DATA/new" && echo run and data are written
`)
	said, err := b.run("look")
	require.NoError(t, err, said)
	assert.Contains(t, said, "run and data are written\n")
	if os.Geteuid() != 0 {
		t.Skip("whoever is not root owns the files, and has no rights to leave")
	}
	assert.NotContains(t, said, " is written\n")
	assert.Contains(t, said, "Uid: 999 999 999 999\nGid: 999 999 999 999\nGroups: \n", said)
	assert.Contains(t, said, "CapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\n", said)
}

// TestEveryScriptRunsTwice runs every script of the pod twice in the same pod, as when a container is restarted: what the
// first run has left must not be in the way of the second.
func TestEveryScriptRunsTwice(t *testing.T) {
	prepare := map[string]func(*bench){
		"live": func(b *bench) { b.answer("SELECT 1", "1\n") },
		"ready": func(b *bench) {
			b.answer(writers, "1\n")
			b.answer(topologyChecks, "2\n")
			b.answer("SELECT 1", "1\n")
			b.answer("SELECT LAST_INSERT_ID()", "0\n")
		},
		"reload": func(b *bench) {
			b.endless = true
			b.answer("LOAD MYSQL USERS FROM CONFIG", "")
		},
		"settle": func(b *bench) {
			b.mounted("template/proxysql.cnf", unfilled)
			b.mounted("config/proxysql.cnf", filledIn)
		},
		"start": func(*bench) {},
		"stop": func(b *bench) {
			b.answer("PROXYSQL PAUSE", "")
			b.answer(clients, "0\n")
		},
	}
	for script, do := range prepare {
		t.Run(script, func(t *testing.T) {
			b := newBench(t)
			said, err := b.run("start")
			require.NoError(t, err, said)
			do(b)
			for _, which := range []string{"the first", "the second"} {
				said, err := b.run(script)
				assert.NoError(t, err, "%s: %s", which, said)
			}
		})
	}

	// The table is complete: it has what the pod runs, and the pod runs what there is.
	plan, err := planned(t, arguments(t))
	require.NoError(t, err)
	pod := decodedObject[*appsv1.Deployment](t, plan, "proxysql-pods").Spec.Template.Spec
	running := map[string]bool{}
	note := func(command []string) { running[strings.TrimSuffix(path.Base(command[len(command)-1]), ".sh")] = true }
	for _, c := range append(slices.Clone(pod.InitContainers), pod.Containers...) {
		note(c.Command)
		for _, p := range []*corev1.Probe{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe} {
			if p != nil {
				note(p.Exec.Command)
			}
		}
		if c.Lifecycle != nil {
			note(c.Lifecycle.PreStop.Exec.Command)
		}
	}
	files, err := scriptFiles()
	require.NoError(t, err)
	delete(files, "lib.sh")
	assert.ElementsMatch(t, slices.Collect(maps.Keys(prepare)), slices.Collect(maps.Keys(running)))
	assert.Len(t, files, len(prepare), "a script that the pod does not run")
}

func TestLive(t *testing.T) {
	b := newBench(t)
	said, err := b.run("start")
	require.NoError(t, err, said)
	_, err = b.run("live")
	assert.Error(t, err, "nobody answers")
	b.answer("SELECT 1", "1\n")
	said, err = b.run("live")
	require.NoError(t, err, said)
	assert.Equal(t, "admin.cnf SELECT 1", b.lines("log/asked")[1], "liveness asks the administration, and nobody else")
}

func TestStart(t *testing.T) {
	b := newBench(t)
	said, err := b.run("start")
	require.NoError(t, err, said)
	assert.Equal(t, "-f --idle-threads --initial -c "+b.folder+"/config/proxysql.cnf -D "+b.folder+"/data\n", b.read("log/started"))
	assert.Equal(t, "admin", b.read("run/admin.cnf"), "probes must know what ProxySQL has started with")

	// The container is killed and started again, after the credentials have changed.
	require.NoError(t, os.WriteFile(b.path("run/ready"), nil, 0o600))
	b.mounted("config/admin.cnf", "changed")
	said, err = b.run("start")
	require.NoError(t, err, said)
	assert.Equal(t, "changed", b.read("run/admin.cnf"))
	assert.NoFileExists(t, b.path("run/ready"), "a new process has read no topology yet")
	assert.Len(t, b.lines("log/started"), 2)
	info, err := os.Stat(b.path("run/admin.cnf"))
	require.NoError(t, err)
	assert.Zero(t, info.Mode()&0o077)
}

// TestReady goes through the states of a start one after the other, and then through a busy pool.
func TestReady(t *testing.T) {
	b := newBench(t)
	said, err := b.run("start")
	require.NoError(t, err, said)
	refused := func(because string) {
		t.Helper()
		said, err := b.run("ready")
		assert.Error(t, err)
		assert.Contains(t, said, because)
		assert.NoFileExists(t, b.path("run/ready"))
	}
	refused("")
	b.answer(writers, "0\n")
	refused("there is no writer")
	b.answer(writers, "1\n")
	b.answer(topologyChecks, "0\n")
	refused("the topology has not been read yet")
	b.answer(topologyChecks, "2\n")
	refused("the database does not answer")
	b.answer("SELECT 1", "1\n")
	refused("") // the port of the clients does not answer
	b.answer("SELECT LAST_INSERT_ID()", "0\n")
	said, err = b.run("ready")
	require.NoError(t, err, said)
	assert.Contains(t, b.lines("log/asked"), "client.cnf SELECT 1", "a statement has not gone through the data path")

	// From now on the database is not asked: whoever waits for a connection of a busy pool stays ready.
	b.unanswered()
	b.answer(writers, "1\n")
	b.answer("SELECT LAST_INSERT_ID()", "0\n")
	b.forget()
	said, err = b.run("ready")
	require.NoError(t, err, said)
	assert.Equal(t, []string{"admin.cnf " + writers, "client.cnf SELECT LAST_INSERT_ID()"}, b.lines("log/asked"))
	b.answer(writers, "0\n")
	_, err = b.run("ready")
	assert.Error(t, err, "a writer is wanted always")
}

// TestReload follows the file: it loads once at the beginning, once for a change, and again when it did not work.
func TestReload(t *testing.T) {
	const load = "admin.cnf LOAD MYSQL USERS FROM CONFIG; LOAD MYSQL USERS TO RUNTIME"
	b := newBench(t)
	said, err := b.run("start")
	require.NoError(t, err, said)
	answers := func() { b.answer("LOAD MYSQL USERS FROM CONFIG", "") }
	answers()
	b.endless = true
	b.rounds = map[int]func(){
		1: func() {}, // nothing has changed
		2: func() { b.mounted("config/proxysql.cnf", "rotated"); b.unanswered() },
		3: answers,
		4: func() {},
	}
	said, err = b.run("reload")
	require.NoError(t, err, "it is told to stop, and does: %s", said)
	assert.Equal(t, []string{load, load, load, load}, b.lines("log/asked"), "what is refused is asked with both passwords")
	assert.Equal(t, 2, strings.Count(said, "the users are loaded"), said)
	assert.Equal(t, 1, strings.Count(said, "the users are not loaded; trying again in 5 s"), said)
	assert.Equal(t, []string{"5", "5", "5", "5", "5"}, b.lines("log/slept"))
}

// TestSettle compares what External Secrets has filled in with what it should have.
func TestSettle(t *testing.T) {
	for name, c := range map[string]struct {
		filled string
		comes  int // the round in which it is filled in
		slept  []string
		warns  bool
	}{
		"at once":                    {filledIn, 0, []string{"60"}, false},
		"another line":               {strings.Replace(filledIn, "3306", "3307", 1), 0, []string{"60", "5", "5", "5", "5"}, true},
		"a line less":                {strings.Replace(filledIn, "port = 3306;\n", "", 1), 0, []string{"60", "5", "5", "5", "5"}, true},
		"a line more":                {filledIn + "more = 1;\n", 0, []string{"60", "5", "5", "5", "5"}, true},
		"after a while":              {"old\n", 3, []string{"60", "5", "5"}, false},
		"while its predecessor goes": {"old\n", 1, []string{"60"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.mounted("template/proxysql.cnf", unfilled)
			b.mounted("config/proxysql.cnf", c.filled)
			b.rounds[c.comes] = func() { b.mounted("config/proxysql.cnf", filledIn) }
			said, err := b.run("settle")
			require.NoError(t, err, said)
			assert.Equal(t, c.slept, b.lines("log/slept"))
			assert.Equal(t, c.warns, strings.Contains(said, "Starting with the last good one"), said)
			assert.NotContains(t, said, "hunter2")
		})
	}
}

// TestStop drains: it waits for the nodes, takes no more clients, and goes when all are gone or the time is up.
func TestStop(t *testing.T) {
	started := func(t *testing.T) *bench {
		b := newBench(t)
		said, err := b.run("start")
		require.NoError(t, err, said)
		b.answer("PROXYSQL PAUSE", "")
		return b
	}
	t.Run("all go", func(t *testing.T) {
		b := started(t)
		b.answer(clients, "2\n")
		b.rounds[2] = func() { b.answer(clients, "0\n") }
		said, err := b.run("stop")
		require.NoError(t, err, said)
		assert.Equal(t, []string{"10", "1"}, b.lines("log/slept"))
		assert.Equal(t, "admin.cnf PROXYSQL PAUSE", b.lines("log/asked")[0])
		assert.Empty(t, said)
	})
	// The time is up when it is up, however long asking takes: 10 and 3 seconds after the beginning.
	for _, c := range []struct {
		seconds string
		slept   []string
	}{
		{"0", []string{"10", "1", "1", "1"}},
		{"1", []string{"10", "1"}},
		{"2", []string{"10", "1"}},
		{"3", []string{"10"}},
	} {
		t.Run("a client stays and asking takes "+c.seconds, func(t *testing.T) {
			b := started(t)
			b.answer(clients, "7\n")
			b.mounted("slow", c.seconds)
			said, err := b.run("stop")
			require.NoError(t, err, said)
			assert.Equal(t, c.slept, b.lines("log/slept"))
			assert.Contains(t, said, "clients are still connected")
		})
	}
	t.Run("ProxySQL is gone", func(t *testing.T) {
		b := started(t)
		b.unanswered()
		said, err := b.run("stop")
		require.NoError(t, err, said)
		assert.Contains(t, said, "ProxySQL does not pause")
		assert.Equal(t, []string{"10"}, b.lines("log/slept"))
	})
}

// TestScriptsAreFromTheShell refuses what only some shells know.
func TestScriptsAreFromTheShell(t *testing.T) {
	files, err := scriptFiles()
	require.NoError(t, err)
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
