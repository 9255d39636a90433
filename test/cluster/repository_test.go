package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is a Git repository that Argo CD reads, and a clone of it with gitops/ as the working tree has it, to change.
type repository struct {
	bare, clone string
}

// newRepository copies the desired state.
func newRepository(t *testing.T) *repository {
	t.Helper()
	r := &repository{bare: filepath.Join(t.TempDir(), "shop.git"), clone: t.TempDir()}
	if err := os.CopyFS(filepath.Join(r.clone, desiredState), os.DirFS("../../"+desiredState)); err != nil {
		t.Fatal(err)
	}
	r.git(t, "init", "--quiet", "--initial-branch", branch)
	r.git(t, "init", "--quiet", "--bare", r.bare)
	return r
}

// Where the desired state is.
const (
	desiredState = "gitops"
	branch       = "main"
)

func (r *repository) url() string { return "file://" + r.bare }

// edit puts one text in the place of another in a file of the desired state.
func (r *repository) edit(t *testing.T, file, from, to string) {
	t.Helper()
	name := filepath.Join(r.clone, desiredState, file)
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(before), from) {
		t.Fatalf("%s has no %q", file, from)
	}
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(before), from, to)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// push commits what is there, and returns the commit.
func (r *repository) push(t *testing.T, message string) string {
	t.Helper()
	r.git(t, "add", "--all")
	r.git(t, "commit", "--quiet", "--message", message)
	r.git(t, "push", "--quiet", r.bare, branch)
	return r.head(t)
}

// takeBack undoes the last commit by another.
func (r *repository) takeBack(t *testing.T) {
	t.Helper()
	r.git(t, "revert", "--no-edit", "HEAD")
	r.git(t, "push", "--quiet", r.bare, branch)
}

func (r *repository) head(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(r.git(t, "rev-parse", "HEAD"))
}

func (r *repository) git(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.Command("git", append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com"}, arguments...)...)
	command.Dir = r.clone
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output)
}
