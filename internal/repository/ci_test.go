package repository_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// steps returns the names that .ci/run has.
func steps(t *testing.T) []string {
	t.Helper()
	output, err := exec.Command("bash", filepath.Join(root, ".ci", "run"), "--list").Output()
	require.NoError(t, err)
	return strings.Fields(string(output))
}

// TestEveryModuleIsTested looks for the steps of each Go module that is in the folders.
func TestEveryModuleIsTested(t *testing.T) {
	names := steps(t)
	for _, file := range files(t, func(path string) bool { return filepath.Base(path) == "go.mod" }) {
		suffix := ""
		if folder := filepath.Dir(file); folder != "." {
			suffix = "-" + strings.ReplaceAll(filepath.ToSlash(folder), "/", "-")
		}
		for _, step := range []string{"tests", "vet"} {
			assert.Contains(t, names, step+suffix, "%s has no step", file)
		}
	}
}

// TestStepsAreThere holds that each step of CI has a function, and that there is none that no step calls.
func TestStepsAreThere(t *testing.T) {
	listed := regexp.MustCompile(`printf '%s\\n' ([a-z ]+)[;\n]`)
	defined := regexp.MustCompile(`(?m)^step_([a-z]+)\(\)`)
	script := read(t, filepath.Join(".ci", "run"))
	var wanted, found []string
	for _, match := range listed.FindAllStringSubmatch(script, -1) {
		wanted = append(wanted, strings.Fields(match[1])...)
	}
	for _, match := range defined.FindAllStringSubmatch(script, -1) {
		found = append(found, match[1])
	}
	assert.ElementsMatch(t, wanted, found)
	assert.Subset(t, append(steps(t), "lab", "cluster"), found, "these two are there where their tools are")
}

// TestUnknownStepsAreRefused holds that a misspelt step runs nothing.
func TestUnknownStepsAreRefused(t *testing.T) {
	output, err := exec.Command("bash", filepath.Join(root, ".ci", "run"), "gofmt", "tidyy").CombinedOutput()
	assert.ErrorContains(t, err, "exit status 2")
	assert.Contains(t, string(output), "unknown step tidyy; the steps are:\ncommits\n")
	assert.NotContains(t, string(output), "== gofmt")
}
