package cluster

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// desiredState is the folder that Argo CD is pointed at.
const desiredState = "../../gitops"

// repository is a bare repository with the desired state as the working tree has it, and a clone to change it in.
type repository struct {
	bare, clone string
}

// newRepository copies the desired state without its tests.
func newRepository(t *testing.T) *repository {
	t.Helper()
	r := &repository{bare: filepath.Join(t.TempDir(), "shop.git"), clone: t.TempDir()}
	err := filepath.WalkDir(desiredState, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "testdata":
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(path) == ".go":
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(filepath.Dir(desiredState), path)
		if err != nil {
			return err
		}
		target := filepath.Join(r.clone, relative)
		if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	r.git(t, "init", "--quiet", "--initial-branch", "main")
	r.git(t, "init", "--quiet", "--bare", r.bare)
	r.push(t, "The desired state")
	return r
}

// edit puts one text in the place of another in a file of the desired state.
func (r *repository) edit(t *testing.T, file, from, to string) {
	t.Helper()
	name := filepath.Join(r.clone, "gitops", file)
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
	r.git(t, "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", message)
	r.git(t, "push", "--quiet", r.bare, "main")
	return strings.TrimSpace(r.git(t, "rev-parse", "HEAD"))
}

func (r *repository) git(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.Command("git", arguments...)
	command.Dir = r.clone
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output)
}
