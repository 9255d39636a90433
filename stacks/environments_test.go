package stacks_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/offline"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

var update = flag.Bool("update", false, "write the golden files anew")

// root is the folder of the repository.
const root = ".."

// planned runs every program of an environment on the embedded cloud, with its real settings file.
func planned(t testing.TB, environment string) *offline.Environment {
	t.Helper()
	config, err := settings.ReadFile(filepath.Join(root, settings.FileName(environment)))
	require.NoError(t, err)
	require.NoError(t, settings.Check(config))
	plan, err := offline.Run(environment, config, stacks.Programs())
	require.NoError(t, err)
	return plan
}

// forEveryEnvironment runs a test on the plan of each settings file that there is.
func forEveryEnvironment(t *testing.T, test func(t *testing.T, plan *offline.Environment)) {
	environments, err := settings.Environments(root)
	require.NoError(t, err)
	require.Subset(t, environments, []string{"staging", "production"})
	for _, environment := range environments {
		t.Run(environment, func(t *testing.T) { test(t, planned(t, environment)) })
	}
}

// golden compares a text with the file that it stands in.
func golden(t *testing.T, name, text string) {
	t.Helper()
	goldenFile(t, filepath.Join("testdata", name), text)
}

func goldenFile(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "%s is out of date: go test ./stacks -update", path)
}
