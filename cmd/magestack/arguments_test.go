package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/fixture"
)

// TestCompletion completes commands, environments and layers, and no files where there are none to name.
func TestCompletion(t *testing.T) {
	environments := fixture.Environments()
	const noFiles = ":4\n"
	for _, command := range []string{"preview", "up", "destroy"} {
		assert.Equal(t, strings.Join(environments, "\n")+"\n"+noFiles, call(t, smallPrograms(), "__complete", command, "").stdout, command)
		assert.Equal(t, noFiles, call(t, smallPrograms(), "__complete", command, "staging", "").stdout, command)
	}
	// Of edge's flags one is required, which is completed as well.
	assert.Contains(t, call(t, smallPrograms(), "__complete", "edge", "").stdout, "\n"+strings.Join(environments, "\n")+"\n"+noFiles)
	assert.Equal(t, "networking\nroot\n:4\n", call(t, smallPrograms(), "__complete", "up", "--layer", "").stdout)
	assert.Contains(t, call(t, smallPrograms(), "--help").stdout, "completion")
	assert.Contains(t, call(t, smallPrograms(), "completion", "bash").stdout, "bash completion")
}

// TestFlagsSayWhatTheyTake keeps functions and types of Go out of messages.
func TestFlagsSayWhatTheyTake(t *testing.T) {
	for want, line := range map[string]string{
		"--wait soon: must be a length of time, such as 90s, 5m or 1h30m": "destroy staging --wait soon",
		"--wait -5m0s: must be 0 or longer":                               "destroy staging --wait -5m",
		"--cache many: must be a whole number":                            "edge staging --origin http://a --cache many",
		"--yes=perhaps":                                                   "up staging --yes=perhaps",
		"--dry-run maybe: must be true or false":                          "up staging --dry-run=maybe",
		"unknown flag: --moon":                                            "up staging --moon",
	} {
		got := call(t, smallPrograms(), strings.Fields(line)...)
		assert.Equal(t, 1, got.status, line)
		if want == "--yes=perhaps" {
			want = "--yes perhaps: must be true or false"
		}
		assert.Equal(t, want+"\n", got.stderr, line)
	}
	got := call(t, smallPrograms(), "destroy", "staging", "--wait", strings.Repeat("x", 1<<16))
	assert.Less(t, len(got.stderr), 300)
}

// full is a disk without room.
type full struct{ room int }

func (f *full) Write(text []byte) (int, error) {
	if f.room -= len(text); f.room < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(text), nil
}

// TestWhatCannotBePrintedFails holds for every command that prints.
func TestWhatCannotBePrintedFails(t *testing.T) {
	directory := fixture.Repository(t)
	for _, line := range []string{
		"preview staging", "preview staging --json", "up staging --dry-run", "destroy staging --dry-run", "--help", "--version", "completion bash", "up staging --help",
	} {
		for _, room := range []int{0, 10} {
			var stderr bytes.Buffer
			tool := tool{directory: directory, programs: smallPrograms(), stdout: &full{room}, stderr: &stderr}
			assert.Equal(t, 1, tool.run(strings.Fields(line)), line)
			assert.Contains(t, stderr.String(), "no space left on device", line)
		}
	}
}
