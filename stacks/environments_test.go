package stacks_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

var update = flag.Bool("update", false, "write the golden files anew")

// root is the folder of the repository.
const root = ".."

// planned runs every program of a fixture on the embedded cloud.
func planned(t testing.TB, environment string) *plan.Environment {
	t.Helper()
	return plannedWith(t, environment, fixture.Config(t, environment))
}

func plannedWith(t testing.TB, environment string, config settings.Config) *plan.Environment {
	t.Helper()
	require.NoError(t, settings.Check(config))
	recorded, err := offline.Run(environment, config, stacks.Programs())
	require.NoError(t, err)
	return recorded
}

// forEveryFixture runs a test on the plan of each fixture: what it asserts is of their sizes, names and addresses.
func forEveryFixture(t *testing.T, test func(t *testing.T, recorded *plan.Environment)) {
	t.Helper()
	for _, environment := range fixture.Environments() {
		t.Run(environment, func(t *testing.T) { test(t, planned(t, environment)) })
	}
}

// adapted are the plans of settings as users make them, made once: every test of what holds for any settings reads them.
var adapted = map[string]*plan.Environment{}

// forEveryEnvironment runs a test of what holds for any settings on the plan of each of fixture.Cases.
func forEveryEnvironment(t *testing.T, test func(t *testing.T, recorded *plan.Environment)) {
	t.Helper()
	for _, c := range fixture.Cases(t, root) {
		t.Run(c.Title, func(t *testing.T) {
			if !c.Adapted {
				test(t, plannedWith(t, c.Environment, c.Config))
				return
			}
			if adapted[c.Environment] == nil {
				adapted[c.Environment] = plannedWith(t, c.Environment, c.Config)
			}
			test(t, adapted[c.Environment])
		})
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
	if string(want) != text {
		t.Errorf("%s is out of date: go test ./stacks -update\n%s", path, firstDifference(string(want), text))
	}
}

// firstDifference shows where two texts part: files of thousands of lines are too long to be shown whole.
func firstDifference(want, got string) string {
	const before, after = 12, 3
	wanted, have := strings.Split(want, "\n"), strings.Split(got, "\n")
	i := 0
	for i < len(wanted) && i < len(have) && wanted[i] == have[i] {
		i++
	}
	around := func(lines []string) string {
		return strings.Join(lines[min(max(i-before, 0), len(lines)):min(i+after, len(lines))], "\n")
	}
	return fmt.Sprintf("line %d, in the file:\n%s\nin the plan:\n%s", i+1, around(wanted), around(have))
}
