package main

import (
	"archive/zip"
	"context"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/functions"
)

// copied makes a copy of what the functions are built of, in a folder of its own.
func copied(t *testing.T) string {
	t.Helper()
	listed, err := exec.Command("git", "-C", "../..", "ls-files", "--cached", "--others", "--exclude-standard", "--", "go.mod", "go.sum", "functions", "pkg").Output()
	require.NoError(t, err)
	folder := t.TempDir()
	for _, name := range strings.Fields(string(listed)) {
		content, err := os.ReadFile(filepath.Join("../..", name))
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o644))
	}
	return folder
}

// TestArchivesAreTheSameEverywhere builds every function twice, in folders of other names, with other settings of the user's, and
// compares the bytes.
func TestArchivesAreTheSameEverywhere(t *testing.T) {
	for _, name := range functions.All() {
		one, other := functions.Function{Repository: copied(t), Name: name}, functions.Function{Repository: copied(t), Name: name}
		require.NoError(t, one.Build(context.Background()))
		t.Setenv("GOFLAGS", "-tags=other")
		t.Setenv("GOARCH", "amd64")
		t.Setenv("CGO_ENABLED", "1")
		require.NoError(t, other.Build(context.Background()))
		assert.Equal(t, content(t, one), content(t, other), "%s differs", name)
	}
}

func content(t *testing.T, f functions.Function) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(f.Repository, functions.Archive(f.Name)))
	require.NoError(t, err)
	return text
}

// TestAnArchiveIsBuiltWhenItMust follows one through changes of the sources and of itself, and looks at what Lambda would start.
func TestAnArchiveIsBuiltWhenItMust(t *testing.T) {
	f := functions.Function{Repository: copied(t), Name: functions.Rotation}
	path := filepath.Join(f.Repository, functions.Archive(f.Name))
	fresh := func() bool {
		is, err := f.Fresh(context.Background())
		require.NoError(t, err)
		return is
	}
	assert.False(t, fresh(), "there is none")
	require.NoError(t, f.Build(context.Background()))
	assert.True(t, fresh())

	archive, err := zip.OpenReader(path)
	require.NoError(t, err)
	require.Len(t, archive.File, 1)
	assert.Equal(t, "bootstrap", archive.File[0].Name)
	assert.Equal(t, os.FileMode(0o755), archive.File[0].Mode())
	program := filepath.Join(t.TempDir(), "bootstrap")
	file, err := archive.File[0].Open()
	require.NoError(t, err)
	into, err := os.Create(program)
	require.NoError(t, err)
	_, err = into.ReadFrom(file)
	require.NoError(t, err)
	require.NoError(t, into.Close())
	require.NoError(t, archive.Close())
	binary, err := elf.Open(program)
	require.NoError(t, err)
	assert.Equal(t, elf.EM_AARCH64, binary.Machine)
	assert.Nil(t, binary.Section(".interp"), "it wants a library of the system")

	before, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, f.Build(context.Background()))
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, before.ModTime(), after.ModTime(), "what is fresh is not built")

	for _, change := range []string{"functions/rotation/main.go", "functions/go.sum", "pkg/naming/secrets.go", "pkg/data/aurora/cabundle/authorities.pem", functions.Archive(f.Name)} {
		name := filepath.Join(f.Repository, filepath.FromSlash(change))
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, append(text, '\n'), 0o644))
		assert.False(t, fresh(), "%s has changed", change)
		require.NoError(t, os.WriteFile(name, text, 0o644))
		assert.True(t, fresh(), change)
	}
	unrelated := filepath.Join(f.Repository, "pkg", "settings", "data.go")
	require.NoError(t, os.WriteFile(unrelated, []byte("package settings\n"), 0o644))
	assert.True(t, fresh(), "no function is compiled of it")
}

func TestABrokenSourceIsSaid(t *testing.T) {
	f := functions.Function{Repository: copied(t), Name: functions.Rotation}
	require.NoError(t, os.WriteFile(filepath.Join(f.Repository, "functions", "rotation", "main.go"), []byte("package main\n\nfunc main() { broken }\n"), 0o644))
	err := f.Build(context.Background())
	assert.ErrorContains(t, err, "building the function rotation: go build (GOTOOLCHAIN=go1.")
	assert.ErrorContains(t, err, "undefined: broken")
	assert.ErrorContains(t, err, "make functions")
	require.NoError(t, os.RemoveAll(filepath.Join(f.Repository, "functions")))
	assert.Error(t, f.Build(context.Background()))
}
