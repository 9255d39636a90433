package gitops_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// podUser is as whom the pods' containers run: a user who owns nothing.
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
