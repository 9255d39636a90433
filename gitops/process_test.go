package gitops_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// installed is the path of a program, which a pattern may name. It skips the test where there is none.
func installed(t *testing.T, name string) string {
	t.Helper()
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin") {
		found, err := filepath.Glob(filepath.Join(folder, name))
		require.NoError(t, err)
		if len(found) > 0 {
			return found[0]
		}
	}
	t.Skip(name + " is not installed")
	return ""
}

// run starts a program, and waits until something listens.
func run(t *testing.T, network, address, program string, arguments ...string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, arguments...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	require.NoError(t, command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() { stop(); <-ended })
	const patience, pause = time.Minute, 20 * time.Millisecond
	for deadline := time.Now().Add(patience); ; {
		select {
		case err := <-ended:
			ended <- err
			require.NoError(t, err, output.String())
			require.Fail(t, "ended at once", output.String())
		case <-time.After(pause):
		}
		if connection, err := net.Dial(network, address); err == nil {
			require.NoError(t, connection.Close())
			return
		}
		require.True(t, time.Now().Before(deadline), "nobody listens at %s", address)
	}
}

// waitFor waits until something listens.
func waitFor(t *testing.T, network, address string) {
	t.Helper()
	const patience, pause = time.Minute, 20 * time.Millisecond
	require.Eventually(t, func() bool {
		connection, err := net.Dial(network, address)
		return err == nil && connection.Close() == nil
	}, patience, pause, address)
}
