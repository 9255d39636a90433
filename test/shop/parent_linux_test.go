package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// parentFolder names the variable by which the test below runs itself as the parent that is killed.
const parentFolder = "SHOP_TEST_PARENT"

// TestAKilledParentLeavesNothing kills the one that has started a program.
func TestAKilledParentLeavesNothing(t *testing.T) {
	if folder := os.Getenv(parentFolder); folder != "" {
		started, err := launch{name: "child", path: "/bin/sh", arguments: []string{"-c", "echo ready; exec sleep 600"}, folder: folder}.start(t.Context())
		require.NoError(t, err)
		fmt.Println("child", started.command.Process.Pid)
		select {}
	}
	folder, err := os.MkdirTemp("", "shop")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	require.NoError(t, os.Chmod(folder, 0o755)) // the pods' user is another
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), parentFolder+"="+folder)
	output, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	child := 0
	for lines := bufio.NewScanner(output); child == 0 && lines.Scan(); {
		if number, found := strings.CutPrefix(lines.Text(), "child "); found {
			child, err = strconv.Atoi(number)
			require.NoError(t, err)
		}
	}
	require.NotZero(t, child, "the parent has started no program")
	t.Cleanup(func() { _ = syscall.Kill(child, syscall.SIGKILL) }) // where the test fails
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait() // it was killed
	require.NoError(t, wait(t.Context(), "the program has ended", func(context.Context) error {
		if state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child)); err == nil && !strings.Contains(string(state), ") Z ") {
			return fmt.Errorf("process %d runs: %s", child, state)
		}
		return nil
	}))
}
