package main

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asTool is set for a process that is to be the tool, and not its tests.
const asTool = "MAGESTACK_TEST_AS_TOOL"

// TestMain makes the tool of the test's binary: what happens before main is the same in both.
func TestMain(m *testing.M) {
	if os.Getenv(asTool) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// onTerminal runs a command line on a terminal that answers nothing, and gives what was written to it.
func onTerminal(t *testing.T, environment []string, arguments ...string) string {
	t.Helper()
	command := exec.Command(os.Args[0], arguments...)
	command.Env = append(os.Environ(), append(environment, asTool+"=1", "CI=", "TERM=xterm-256color")...)
	terminal, err := pty.StartWithSize(command, &pty.Winsize{Rows: 50, Cols: 120})
	require.NoError(t, err)
	defer terminal.Close()
	var written bytes.Buffer
	// Reading ends with an error when the last process has closed its side; what was read before is all there is.
	_, _ = written.ReadFrom(terminal)
	_ = command.Wait()
	return written.String()
}

// wipe is what the progress of planning writes before each of its lines.
const wipe = "\r\x1b[K"

// TestNoCommandAsksTheTerminal holds that no command writes anything that a terminal would have to answer: on one that
// does not, each would wait for it. Without colours, nothing at all is left that is no text.
func TestNoCommandAsksTheTerminal(t *testing.T) {
	for _, line := range []string{
		"", "--help", "--version", "nonsense", "help up", "completion bash", "__complete preview ", "preview --help", "preview moon", "preview staging --layer root", "preview staging --layer moon",
		"up --help", "up moon", "destroy --help", "destroy staging --dry-run", "edge --help", "edge moon --explain /",
	} {
		t.Run(line, func(t *testing.T) {
			written := onTerminal(t, []string{"NO_COLOR=1"}, strings.Fields(line)...)
			assert.NotEmpty(t, written)
			assert.NotContains(t, strings.ReplaceAll(written, wipe, ""), "\x1b")

			written = onTerminal(t, nil, strings.Fields(line)...)
			assert.NotContains(t, written, "\x1b]", "a query for a colour")
			assert.NotContains(t, written, "\x1b[6n", "a query for the cursor")
		})
	}
}

// TestQuietComesFirst holds that the package imports nothing that would have Go initialise it later than the library.
func TestQuietComesFirst(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "quiet/quiet.go", nil, parser.ImportsOnly)
	require.NoError(t, err)
	require.Len(t, file.Imports, 1)
	assert.Equal(t, `"os"`, file.Imports[0].Path.Value)
}
