package repository_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// built are folders that Git does not have: what `make build` and tools write.
var built = []string{".git", "bin", "node_modules"}

// files returns the repository's files that a test accepts, by their path from the root.
func files(t *testing.T, accept func(path string) bool) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains(built, entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if path, err = filepath.Rel(root, path); err == nil && accept(path) {
			found = append(found, path)
		}
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

// pages returns the documents: every Markdown file.
func pages(t *testing.T) []string {
	t.Helper()
	return files(t, func(path string) bool { return strings.HasSuffix(path, ".md") })
}

// read returns a file of the repository.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	return string(text)
}

// exists reports whether the repository has a file or folder.
func exists(path string) bool {
	_, err := os.Stat(filepath.Join(root, path))
	return err == nil
}
