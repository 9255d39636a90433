package proxysql

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// bench is a folder with the scripts, stand-ins for what they call, and the files of a pod as kubelet lays them out: what
// is mounted belongs to root and to the pod's group, which may read it; run, data and log take what the pod writes.
type bench struct {
	t      *testing.T
	folder string

	rounds  map[int]func() // what happens while the script sleeps, by how often it has slept
	endless bool           // whether the script is told to stop in the first round that is not there
}

const (
	// client stands in for the client of MySQL. It notes what it is asked and by which options, and answers with what is in
	// the file of the statement's first words, or fails where there is none. It takes as many seconds as the test says. Where there is a
	// password of the administration, options that are another are refused, and statements of a file are the next one.
	client = `#!/bin/sh
options=$1 statement=$5
[ "$2" != --defaults-group-suffix=_clone ] || { group=$2; statement=$6; }
[ "$*" != "$options --batch --skip-column-names" ] || statement="those of $(cat)"
printf '%s %s\n' "$(basename "${options#--defaults-file=}")${group#--defaults-group-suffix=}" "$statement" >>"$BENCH/log/asked"
case "$* " in *" --batch --skip-column-names --execute $statement "*|*" --batch --skip-column-names ") ;; *) exit 2 ;; esac
[ -r "${options#--defaults-file=}" ] || exit 3
case $options in
*/admin.cnf)
	[ ! -e "$BENCH/log/password" ] || [ "$(cat "${options#--defaults-file=}")" = "$(cat "$BENCH/log/password")" ] || exit 4
	case $statement in "those of "*) echo "${statement#those of }" >"$BENCH/log/password" ;; esac ;;
esac
seconds=$(cat "$BENCH/slow") && echo $(($(cat "$BENCH/log/now") + seconds)) >"$BENCH/log/now"
for answer in "$BENCH"/answers/*; do
	[ -e "$answer" ] || break
	case $statement in "$(sed -n 1p "$answer")"*) sed 1d "$answer"; exit 0 ;; esac
done
exit 1
`

	// sleep stands in for time: the test hears how long, does what belongs to that round, and answers whether the script is
	// told to stop.
	sleep = `#!/bin/sh
echo "$1" >>"$BENCH/log/slept"
echo $(($(cat "$BENCH/log/now") + $1)) >"$BENCH/log/now"
echo slept >"$BENCH/log/round"
read -r then <"$BENCH/log/then"
[ "$then" != stop ] || kill -TERM "$PPID"
`

	date = `#!/bin/sh
[ "$*" = +%s ] && cat "$BENCH/log/now"
`

	server = `#!/bin/sh
echo "$@" >>"$BENCH/log/started"
`

	// asPod leaves root's rights as the container's security context does: another user and group, no capabilities and no
	// way to new ones, and a root file system that is read alone but for what is mounted to be written.
	asPod = `set -eu
if [ "$READ_ONLY_ROOT" = true ]; then
	for folder in run data log; do mount --bind "$BENCH/$folder" "$BENCH/$folder"; done
	mount -o remount,bind,ro /
fi
exec setpriv --reuid "$POD_USER" --regid "$POD_USER" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
`
)

// tools says whether this machine can do what asPod does, and whether it can mount.
var tools = sync.OnceValues(func() (mounts bool, err error) {
	const nobody = "--reuid 999 --regid 999 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all true"
	if err := exec.Command("setpriv", strings.Fields(nobody)...).Run(); err != nil {
		return false, fmt.Errorf("setpriv: %w", err)
	}
	return exec.Command("unshare", "--mount", "mount", "-o", "remount,bind,ro", "/").Run() == nil, nil
})

func newBench(t *testing.T) *bench {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the scripts run in a container of Linux, and the stand-ins wait for each other by named pipes as Linux has them")
	}
	b := &bench{t: t, folder: t.TempDir(), rounds: map[int]func(){}}
	require.NoError(t, os.Chmod(filepath.Dir(b.folder), 0o755)) // the pod's user must get through
	for folder, mode := range map[string]os.FileMode{
		"bin": 0o755, "answers": 0o755, "log": 0o777,
		"scripts": 0o750, "config": 0o750, "template": 0o750, // Secrets and ConfigMaps
		"run": 0o777 | os.ModeSetgid, "data": 0o777 | os.ModeSetgid, // emptyDirs
	} {
		require.NoError(t, os.Mkdir(b.path(folder), 0o700))
		b.own(folder, mode)
	}
	files, err := scriptFiles()
	require.NoError(t, err)
	for name, text := range files {
		b.mounted("scripts/"+name, text)
	}
	for name, text := range map[string]string{"mariadb": client, "sleep": sleep, "date": date, "proxysql": server} {
		require.NoError(t, os.WriteFile(b.path("bin/"+name), []byte(text), 0o755))
		b.own("bin/"+name, 0o755)
	}
	b.mounted("config/proxysql.cnf", "users")
	b.mounted("config/admin.cnf", "admin")
	b.mounted("config/client.cnf", "client")
	b.mounted("config/credentials.sql", "first")
	b.mounted("slow", "0")
	require.NoError(t, os.WriteFile(b.path("log/now"), []byte("1000\n"), 0o666))
	b.own("log/now", 0o666)
	for _, pipe := range []string{"log/round", "log/then"} {
		require.NoError(t, syscall.Mkfifo(b.path(pipe), 0o600))
		b.own(pipe, 0o666)
	}
	return b
}

func (b *bench) path(name string) string { return filepath.Join(b.folder, name) }

// own gives a file the mode, and to root and the pod's group where the test may.
func (b *bench) own(name string, mode os.FileMode) {
	b.t.Helper()
	if os.Geteuid() == 0 {
		require.NoError(b.t, os.Chown(b.path(name), 0, user))
	}
	require.NoError(b.t, os.Chmod(b.path(name), mode))
}

// mounted puts a file in the place of another as kubelet does, readable as the volumes say.
func (b *bench) mounted(name, text string) {
	b.t.Helper()
	require.NoError(b.t, os.WriteFile(b.path("coming"), []byte(text), 0o600))
	b.own("coming", readableByGroup)
	require.NoError(b.t, os.Rename(b.path("coming"), b.path(name)))
}

func (b *bench) read(name string) string {
	b.t.Helper()
	text, err := os.ReadFile(b.path(name))
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(b.t, err)
	return string(text)
}

func (b *bench) lines(name string) []string {
	return strings.FieldsFunc(b.read(name), func(r rune) bool { return r == '\n' })
}

// answer is what the client says to statements that begin so.
func (b *bench) answer(statement, text string) {
	b.t.Helper()
	name := strings.NewReplacer("/", "-", " ", "-").Replace(statement[:min(len(statement), 60)])
	b.mounted("answers/"+name, statement+"\n"+text)
}

// unanswered has the client fail for every statement.
func (b *bench) unanswered() {
	b.t.Helper()
	require.NoError(b.t, os.RemoveAll(b.path("answers")))
	require.NoError(b.t, os.Mkdir(b.path("answers"), 0o700))
	b.own("answers", 0o755)
}

// forget empties what the stand-ins have noted.
func (b *bench) forget() {
	for _, name := range []string{"asked", "slept", "started"} {
		require.NoError(b.t, os.RemoveAll(b.path("log/"+name)))
	}
}

// command is a script, run by the shell that /bin/sh is, as the pod runs it. Whoever is not root has no rights to leave.
func (b *bench) command(script string) *exec.Cmd {
	b.t.Helper()
	words := []string{"/bin/sh", b.path("scripts/" + script + ".sh")}
	mounts := false
	if os.Geteuid() == 0 {
		var err error
		if mounts, err = tools(); err != nil {
			b.t.Skipf("root cannot become the pod's user on this machine: %v", err)
		}
		words = append([]string{"/bin/sh", "-c", asPod, "as-pod"}, words...)
		if mounts {
			words = append([]string{"unshare", "--mount"}, words...)
		}
	}
	command := exec.Command(words[0], words[1:]...)
	command.Env = []string{
		"PATH=" + b.path("bin") + ":" + os.Getenv("PATH"), "BENCH=" + b.folder, "HOME=" + b.path("run"),
		"POD_USER=" + strconv.Itoa(user), "READ_ONLY_ROOT=" + strconv.FormatBool(mounts),
		"CONFIG=" + b.path("config"), "TEMPLATE=" + b.path("template"), "RUN=" + b.path("run"), "DATA=" + b.path("data"),
		"ANOTHER_GROUP=_clone", "WRITER_HOSTGROUP=10", "POLL_SECONDS=5", "PREDECESSOR_SECONDS=60", "SETTLE_SECONDS=20", "ENDPOINT_SECONDS=10", "DRAIN_SECONDS=3",
	}
	return command
}

// run runs a script to its end, and gives what it says.
func (b *bench) run(script string) (string, error) {
	b.t.Helper()
	command := b.command(script)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	open := func(name string) *os.File {
		pipe, err := os.OpenFile(b.path(name), os.O_RDWR, 0)
		require.NoError(b.t, err)
		return pipe
	}
	rounds, then := open("log/round"), open("log/then")
	defer then.Close()
	served := make(chan struct{})
	go func() {
		defer close(served)
		b.serve(rounds, then)
	}()
	err := command.Run()
	require.NoError(b.t, rounds.Close())
	<-served
	return said.String(), err
}

// serve answers whoever sleeps, until the pipe is closed.
func (b *bench) serve(rounds, then *os.File) {
	asked := bufio.NewScanner(rounds)
	for round := 1; asked.Scan(); round++ {
		answer := "on"
		if happens, ok := b.rounds[round]; ok {
			happens()
		} else if b.endless {
			answer = "stop"
		}
		if _, err := fmt.Fprintln(then, answer); err != nil {
			return
		}
	}
}
