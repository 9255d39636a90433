package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// desiredState is a copy of gitops/ as the working tree has it, to change.
type desiredState struct{ folder string }

// newDesiredState copies the desired state.
func newDesiredState(t *testing.T) *desiredState {
	t.Helper()
	d := &desiredState{folder: filepath.Join(t.TempDir(), "gitops")}
	if err := os.CopyFS(d.folder, os.DirFS("../../gitops")); err != nil {
		t.Fatal(err)
	}
	return d
}

// edit puts one text in the place of another in a file of the desired state.
func (d *desiredState) edit(t *testing.T, file, from, to string) {
	t.Helper()
	name := filepath.Join(d.folder, file)
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
