package gitops_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/proxysql"
	queue "github.com/magestack/magestack/pkg/data/queue/access"
	search "github.com/magestack/magestack/pkg/data/search/access"
)

// podUser is as whom the pods' containers run: somebody who owns nothing.
const podUser = 10001

// pod is a folder that its user may write to, with the files that a container has.
type pod struct {
	t           *testing.T
	folder      string
	environment []string
}

func newPod(t *testing.T, files map[string]string, environment ...string) pod {
	t.Helper()
	folder, err := os.MkdirTemp("", "pod")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(folder)) })
	p := pod{t, folder, append([]string{"PATH=" + folder + "/bin:" + os.Getenv("PATH")}, environment...)}
	for name, text := range files {
		p.write(name, text)
	}
	require.NoError(t, filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		if err != nil || os.Geteuid() != 0 {
			return err
		}
		return os.Chown(path, podUser, podUser)
	}))
	return p
}

func (p pod) write(name, text string) {
	p.t.Helper()
	file := filepath.Join(p.folder, name)
	require.NoError(p.t, os.MkdirAll(filepath.Dir(file), 0o755))  //nolint:gosec // the pod's user is another
	require.NoError(p.t, os.WriteFile(file, []byte(text), 0o755)) //nolint:gosec // stand-ins are programs
	for path := file; os.Geteuid() == 0 && path != p.folder; path = filepath.Dir(path) {
		require.NoError(p.t, os.Chown(path, podUser, podUser))
	}
}

func (p pod) command(program string, arguments ...string) *exec.Cmd {
	p.t.Helper()
	command := exec.CommandContext(p.t.Context(), installed(p.t, program), arguments...)
	command.Env, command.Dir = p.environment, p.folder
	if os.Geteuid() == 0 {
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: podUser, Gid: podUser, NoSetGroups: true}}
	}
	return command
}

// run gives what a program wrote and how it ended.
func (p pod) run(program string, arguments ...string) (output string, status int) {
	p.t.Helper()
	command := p.command(program, arguments...)
	text, err := command.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil {
		require.ErrorAs(p.t, err, &exit)
	}
	return string(text), command.ProcessState.ExitCode()
}

func script(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("base", name))
	require.NoError(t, err)
	return path
}

// php skips the test where PHP lacks one of the extensions that Magento itself asks for.
func php(t *testing.T, extensions ...string) {
	t.Helper()
	modules, err := exec.CommandContext(t.Context(), installed(t, "php"), "-m").Output()
	require.NoError(t, err)
	for _, extension := range extensions {
		if !slices.Contains(strings.Fields(string(modules)), extension) {
			t.Skip("PHP has no " + extension)
		}
	}
}

// answered is a request that an API was sent.
type answered struct{ method, path, user, password, body string }

// api answers everything with 200, and keeps it.
func api(t *testing.T, status int) (*httptest.Server, func() []answered) {
	t.Helper()
	var mutex sync.Mutex
	var all []answered
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		mutex.Lock()
		defer mutex.Unlock()
		all = append(all, answered{r.Method, r.URL.EscapedPath(), user, password, string(body)})
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server, func() []answered { mutex.Lock(); defer mutex.Unlock(); return slices.Clone(all) }
}

var storeSecrets = map[string]string{
	"secrets/search/username": "master", "secrets/search/password": "m'\"%$s",
	"secrets/search-shop/username": search.User, "secrets/search-shop/password": "shop-secret-1",
	"secrets/queue/username": "administrator", "secrets/queue/password": "adm",
	"secrets/queue-shop/username": queue.User, "secrets/queue-shop/password": "shop-secret-2",
}

// TestUsersOfTheStores runs each job twice, and wants the same requests both times: each says all of what it makes.
func TestUsersOfTheStores(t *testing.T) {
	php(t, "curl")
	role, err := json.Marshal(search.Shop())
	require.NoError(t, err)
	permissions, err := json.Marshal(queue.Shop())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		script, variable string
		want             []answered
	}{
		"search": {"stores/search-users.php", "STORES_SEARCH_URL", []answered{
			{"PUT", "/_plugins/_security/api/roles/" + search.Role, "master", "m'\"%$s", string(role)},
			{"PUT", "/_plugins/_security/api/internalusers/" + search.User, "master", "m'\"%$s", `{"password":"shop-secret-1"}`},
			{"PUT", "/_plugins/_security/api/rolesmapping/" + search.Role, "master", "m'\"%$s", `{"users":["` + search.User + `"]}`},
		}},
		"queue": {"stores/queue-users.php", "STORES_QUEUE_URL", []answered{
			{"PUT", "/api/users/" + queue.User, "administrator", "adm", `{"password":"shop-secret-2","tags":"` + queue.Tags + `"}`},
			{"PUT", "/api/permissions/%2F/" + queue.User, "administrator", "adm", string(permissions)},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			server, all := api(t, http.StatusOK)
			p := newPod(t, storeSecrets, c.variable+"="+server.URL)
			p.environment = append(p.environment, "STORES_SECRETS="+p.folder+"/secrets")
			for range 2 {
				output, status := p.run("php", script(t, c.script))
				require.Zero(t, status, output)
				assert.NotContains(t, output, "secret-")
			}
			require.Len(t, all(), 2*len(c.want))
			for i, want := range slices.Concat(c.want, c.want) {
				got := all()[i]
				assert.JSONEq(t, want.body, got.body)
				got.body, want.body = "", ""
				assert.Equal(t, want, got)
			}

			refusing, _ := api(t, http.StatusForbidden)
			p.environment = append(p.environment, c.variable+"="+refusing.URL)
			output, status := p.run("php", script(t, c.script))
			assert.Equal(t, 1, status)
			assert.Contains(t, output, "the answer is 403")
			assert.NotContains(t, output, "secret-")
			require.NoError(t, os.RemoveAll(p.folder+"/secrets"))
			output, status = p.run("php", script(t, c.script))
			assert.Equal(t, 1, status)
			assert.Contains(t, output, "see the ExternalSecrets magento-stores-*")
		})
	}
}

// TestNamesOfTheDatabasesUsers holds the script's names and files to those that ProxySQL has.
func TestNamesOfTheDatabasesUsers(t *testing.T) {
	text, err := os.ReadFile("base/stores/database-users.php")
	require.NoError(t, err)
	names := proxysql.DefaultNames()
	assert.Contains(t, string(text), fmt.Sprintf("$users = ['monitor' => '%s', 'web' => '%s', 'cli' => '%s', 'reporting' => '%s'];", proxysql.MonitorUser, names.Web, names.CLI, names.Reporting))
	assert.Contains(t, string(text), fmt.Sprintf("$users['read'] = '%s';", names.Read))
	assert.Contains(t, string(text), fmt.Sprintf("$name . '%s'", proxysql.CloneSuffix))
	secrets, err := os.ReadFile("base/stores/externalsecrets.yaml")
	require.NoError(t, err)
	settings := proxysql.DefaultSettings()
	settings.ReadSplit = proxysql.ReadSplitSlaveConnection
	var wanted []string
	for _, key := range settings.SecretKeys() {
		if key != "adminPassword" && key != "statsPassword" { // ProxySQL's own
			wanted = append(wanted, key)
		}
	}
	var has []string
	for _, found := range regexp.MustCompile(`(?m)^        (\w+Password): `).FindAllStringSubmatch(string(secrets), -1) {
		has = append(has, found[1])
	}
	assert.ElementsMatch(t, wanted, has)
}

// TestLocksOfAnEarlierCron deletes what a killed pod left, and nothing else.
func TestLocksOfAnEarlierCron(t *testing.T) {
	php(t)
	store := newStore(t, "zc:k:locks_LOCKED_RECORD_INFO_CRON_GROUP_index", "zc:k:locks_LOCKED_RECORD_INFO_INDEXERcatalog_product_price", "zc:k:locks_LOCKED_RECORD_INFO_cart_1", "sess_1")
	host, port, err := net.SplitHostPort(store.address)
	require.NoError(t, err)
	p := newPod(t, map[string]string{"env.php": fmt.Sprintf(`<?php return ['cache' => ['frontend' => ['locks' => ['backend_options' => [
		'server' => '%s', 'port' => '%s', 'database' => '1', 'password' => 'store-secret']]]]];`, host, port)})
	p.environment = append(p.environment, "MAGENTO_ENV="+p.folder+"/env.php")
	for _, deleted := range []int{2, 0} {
		output, status := p.run("php", script(t, "cron/unlock-cron.php"))
		assert.Zero(t, status, output)
		assert.Equal(t, fmt.Sprintf("unlock-cron: %d locks of an earlier pod deleted\n", deleted), output)
	}
	assert.Equal(t, []string{"sess_1", "zc:k:locks_LOCKED_RECORD_INFO_cart_1"}, store.keys())
	assert.Equal(t, []string{"AUTH store-secret", "SELECT 1"}, store.first(2))
	store.close()
	output, status := p.run("php", script(t, "cron/unlock-cron.php"))
	assert.Equal(t, 1, status)
	assert.Contains(t, output, "cannot connect to the store of sessions")
}

// store speaks as much of Valkey's protocol as the script does.
type store struct {
	address  string
	close    func()
	mutex    sync.Mutex
	all      map[string]bool
	commands []string
}

func newStore(t *testing.T, keys ...string) *store {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &store{address: listener.Addr().String(), close: sync.OnceFunc(func() { _ = listener.Close() }), all: map[string]bool{}}
	for _, key := range keys {
		s.all[key] = true
	}
	t.Cleanup(s.close)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(connection)
		}
	}()
	return s
}

func (s *store) serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReader(connection)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		count, _ := strconv.Atoi(strings.TrimSpace(line[1:]))
		words := make([]string, count)
		for i := range words {
			_, _ = reader.ReadString('\n')
			word, _ := reader.ReadString('\n')
			words[i] = strings.TrimRight(word, "\r\n")
		}
		_, _ = io.WriteString(connection, s.answer(words))
	}
}

func (s *store) answer(words []string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.commands = append(s.commands, strings.Join(words, " "))
	switch words[0] {
	case "SCAN": // one key at a time, so that a cursor has to be followed
		pattern := strings.ReplaceAll(regexp.QuoteMeta(words[3]), `\*`, ".*")
		var found []string
		for key := range s.all {
			if regexp.MustCompile("^" + pattern + "$").MatchString(key) {
				found = append(found, key)
			}
		}
		slices.Sort(found)
		if len(found) == 0 {
			return "*2\r\n$1\r\n0\r\n*0\r\n"
		}
		return fmt.Sprintf("*2\r\n$1\r\n7\r\n*1\r\n$%d\r\n%s\r\n", len(found[0]), found[0])
	case "DEL":
		delete(s.all, words[1])
		return ":1\r\n"
	}
	return "+OK\r\n"
}

func (s *store) keys() (keys []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for key := range s.all {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (s *store) first(n int) []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.commands[:n]
}

// stub is a php that keeps what it is asked, and answers by the rules of a test.
func stub(rules string) map[string]string {
	return map[string]string{"bin/php": "#!/bin/sh\necho \"$*\" >> \"$CALLS\"\n" + rules + "\nexit 0\n", "calls": ""}
}

func (p pod) calls() []string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.folder, "calls"))
	require.NoError(p.t, err)
	lines := strings.ReplaceAll(string(text), p.folder, "")
	return strings.Split(strings.TrimSuffix(lines, "\n"), "\n")
}

func stubbed(t *testing.T, rules string, environment ...string) pod {
	t.Helper()
	p := newPod(t, stub(rules), environment...)
	p.environment = append(p.environment, "CALLS="+p.folder+"/calls", "MAGENTO_ROOT="+p.folder, "SCRIPTS="+p.folder, "MAINTENANCE="+p.folder+"/on", "CRON_STATE="+p.folder, "PROC="+p.folder+"/proc", "MAINTENANCE_SECONDS=0", "CONSUMER_PAUSE=1")
	return p
}

// TestTheSchemaChangesOnlyWhenItMust runs the job against each answer of Magento.
func TestTheSchemaChangesOnlyWhenItMust(t *testing.T) {
	const magento = "/bin/magento "
	for name, c := range map[string]struct {
		rules, environment string
		status             int
		calls              []string
		says               string
	}{
		"up to date": {"", "", 0, []string{"/database.php", magento + "setup:db:status --no-interaction", magento + "app:config:status --no-interaction"}, "the schema is what the release wants"},
		"must change": {`case "$*" in *db:status*) exit 2;; esac`, "", 0, []string{
			"/database.php", magento + "setup:db:status --no-interaction", "/maintenance.php on", magento + "setup:upgrade --keep-generated --no-interaction",
			"/maintenance.php off", magento + "app:config:status --no-interaction",
		}, "maintenance is lifted"},
		"configuration changed": {`case "$*" in *config:status*) exit 2;; esac`, "", 0, []string{
			"/database.php", magento + "setup:db:status --no-interaction", magento + "app:config:status --no-interaction", magento + "app:config:import --no-interaction",
		}, ""},
		"empty": {`case "$*" in *database.php) exit 3;; esac`, "", 0, []string{"/database.php", "/install.php"}, "setup:install"},
		"change fails": {`case "$*" in *db:status*) exit 2;; *upgrade*) exit 1;; esac`, "", 1, []string{
			"/database.php", magento + "setup:db:status --no-interaction", "/maintenance.php on", magento + "setup:upgrade --keep-generated --no-interaction",
		}, "the shop stays in maintenance"},
		"no maintenance": {`case "$*" in *db:status*) exit 2;; *maintenance*) exit 1;; esac`, "", 1, []string{
			"/database.php", magento + "setup:db:status --no-interaction", "/maintenance.php on",
		}, "nothing was changed"},
		"status fails": {`case "$*" in *db:status*) exit 1;; esac`, "", 1, []string{"/database.php", magento + "setup:db:status --no-interaction"}, "setup:db:status ended with 1; nothing was changed"},
		"no database":  {`case "$*" in *database.php) exit 1;; esac`, "", 1, []string{"/database.php"}, "are its users made"},
		"secondary":    {"", "MAGENTO_ROLE=secondary", 0, []string{""}, "nothing to do"},
	} {
		t.Run(name, func(t *testing.T) {
			p := stubbed(t, c.rules, c.environment)
			output, status := p.run("sh", script(t, "jobs/schema.sh"))
			assert.Equal(t, c.status, status, output)
			assert.Equal(t, c.calls, p.calls())
			assert.Contains(t, output, c.says)
		})
	}
}

// until waits for a call that a stub keeps.
func (p pod) until(call string) {
	p.t.Helper()
	const patience, pause = time.Minute, 10 * time.Millisecond
	require.Eventually(p.t, func() bool {
		return slices.ContainsFunc(p.calls(), func(c string) bool { return strings.Contains(c, call) })
	}, patience, pause, call)
}

// TestConsumersDrain ends the loop in the middle of a batch, which is finished, and no other begins.
func TestConsumersDrain(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGQUIT} {
		p := stubbed(t, `case "$*" in *second*) while [ ! -e "$MAGENTO_ROOT/go" ]; do sleep 0.02; done; echo ended >> "$CALLS";; esac`)
		command := p.command("sh", script(t, "consumers/consumers.sh"), "first", "second", "third")
		require.NoError(t, command.Start())
		p.until("second")
		require.NoError(t, command.Process.Signal(signal))
		p.write("go", "")
		require.NoError(t, command.Wait(), "a drained pod ends with 0")
		assert.Equal(t, []string{
			"/bin/magento queue:consumers:start first --max-messages=100", "/bin/magento queue:consumers:start second --max-messages=100", "ended",
		}, p.calls())
	}
	p := stubbed(t, "")
	output, status := p.run("sh", script(t, "consumers/consumers.sh"))
	assert.Equal(t, 2, status, output)
}

// TestConsumersGoOn asks a consumer that fails again, and begins nothing in maintenance.
func TestConsumersGoOn(t *testing.T) {
	p := stubbed(t, `case "$*" in *first*) exit 1;; esac`)
	command := p.command("sh", script(t, "consumers/consumers.sh"), "first", "second")
	var output strings.Builder
	command.Stderr = &output
	require.NoError(t, command.Start())
	const patience, pause = time.Minute, 10 * time.Millisecond
	require.Eventually(t, func() bool { return len(p.calls()) >= 3 }, patience, pause, "the round begins anew")
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, command.Wait())
	assert.Contains(t, output.String(), "consumers: failed and tried again: first\n")
}

// TestCronWaitsForWhatRuns ends the pod's loop during a run, which is finished; and begins with the locks of an earlier pod.
func TestCronWaitsForWhatRuns(t *testing.T) {
	p := stubbed(t, `case "$*" in *cron:run*) while [ ! -e "$MAGENTO_ROOT/go" ]; do sleep 0.02; done; echo ended >> "$CALLS"; rm -r "$MAGENTO_ROOT/proc";; esac`)
	p.write("proc/8/cmdline", "php\x00/var/www/html/bin/magento\x00cron:run\x00--group=index\x00")
	command := p.command("sh", script(t, "cron/cron.sh"))
	require.NoError(t, command.Start())
	p.until("cron:run")
	output, status := p.run("sh", script(t, "cron/cron-alive.sh"))
	assert.Zero(t, status, output)
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	p.write("go", "")
	require.NoError(t, command.Wait())
	assert.Equal(t, []string{"/unlock-cron.php", "/bin/magento cron:run", "ended"}, p.calls())

	p.write("cron-round", "1")
	p.write("proc/7/cmdline", "sh\x00/etc/magento/scripts/cron.sh\x00")
	_, status = p.run("sh", script(t, "cron/cron-alive.sh"))
	assert.Equal(t, 1, status, "no round for long, and nothing that runs")
	p.write("proc/8/cmdline", "php\x00/var/www/html/bin/magento\x00cron:run\x00--group=index\x00")
	_, status = p.run("sh", script(t, "cron/cron-alive.sh"))
	assert.Zero(t, status, "a group that runs for long")
}

// TestCronBeginsNothing in a secondary, and when locks cannot be deleted.
func TestCronBeginsNothing(t *testing.T) {
	p := stubbed(t, "", "MAGENTO_ROLE=secondary")
	command := p.command("sh", script(t, "cron/cron.sh"))
	require.NoError(t, command.Start())
	p.until("unlock-cron.php")
	const patience, pause = time.Minute, 10 * time.Millisecond
	require.Eventually(t, func() bool { _, err := os.Stat(p.folder + "/cron-round"); return err == nil }, patience, pause)
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, command.Wait())
	assert.Equal(t, []string{"/unlock-cron.php"}, p.calls())

	p = stubbed(t, "exit 1")
	_, status := p.run("sh", script(t, "cron/cron.sh"))
	assert.Equal(t, 1, status)
}
