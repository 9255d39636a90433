package gitops_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
			"/database.php", magento + "setup:db:status --no-interaction", "/maintenance.php unfinished", "/maintenance.php on", magento + "setup:upgrade --keep-generated --no-interaction",
			"/maintenance.php off", magento + "app:config:status --no-interaction",
		}, "maintenance is lifted"},
		"configuration changed": {`case "$*" in *config:status*) exit 2;; esac`, "", 0, []string{
			"/database.php", magento + "setup:db:status --no-interaction", magento + "app:config:status --no-interaction", magento + "app:config:import --no-interaction",
		}, ""},
		"empty":            {`case "$*" in *database.php) exit 3;; esac`, "", 0, []string{"/database.php", "/maintenance.php on", "/install.php", "/maintenance.php off"}, "setup:install"},
		"installing fails": {`case "$*" in *database.php) exit 3;; *install.php) exit 1;; esac`, "", 1, []string{"/database.php", "/maintenance.php on", "/install.php"}, "setup:install failed"},
		"change fails": {`case "$*" in *db:status*) exit 2;; *upgrade*) exit 1;; esac`, "", 1, []string{
			"/database.php", magento + "setup:db:status --no-interaction", "/maintenance.php unfinished", "/maintenance.php on", magento + "setup:upgrade --keep-generated --no-interaction",
		}, "the shop stays in maintenance"},
		"change failed before": {`case "$*" in *db:status*) exit 2;; *unfinished*) exit 3;; esac`, "", 1, []string{
			"/database.php", magento + "setup:db:status --no-interaction", "/maintenance.php unfinished",
		}, "it is not begun again"},
		"unknown whether one failed before": {`case "$*" in *db:status*) exit 2;; *unfinished*) exit 1;; esac`, "", 1, []string{
			"/database.php", magento + "setup:db:status --no-interaction", "/maintenance.php unfinished",
		}, "nothing was changed"},
		"no maintenance": {`case "$*" in *db:status*) exit 2;; *maintenance.php\ on*) exit 1;; esac`, "", 1, []string{
			"/database.php", magento + "setup:db:status --no-interaction", "/maintenance.php unfinished", "/maintenance.php on",
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
