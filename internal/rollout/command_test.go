package rollout

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

func TestProcesses(t *testing.T) {
	p := Processes{Directory: t.TempDir()}
	var output bytes.Buffer
	require.NoError(t, p.Run(context.Background(), Command{"sh", []string{"-c", "pwd; echo oh >&2"}}, &output))
	assert.Equal(t, p.Directory+"\noh\n", output.String())
	assert.EqualError(t, p.Run(context.Background(), Command{"sh", []string{"-c", "exit 3"}}, io.Discard), "exit status 3")
	assert.ErrorIs(t, p.Run(context.Background(), Command{Name: "no-such-program"}, io.Discard), errMissing)

	text, err := p.Output(context.Background(), Command{"sh", []string{"-c", "echo out; echo aside >&2"}})
	require.NoError(t, err)
	assert.Equal(t, "out\n", string(text))
	_, err = p.Output(context.Background(), Command{"sh", []string{"-c", "echo why >&2; exit 3"}})
	assert.EqualError(t, err, "sh -c echo why >&2; exit 3: exit status 3: why")
	_, err = p.Output(context.Background(), Command{Name: "no-such-program"})
	assert.ErrorIs(t, err, errMissing)
}

// TestTerminationIsPassedOn has a command that ends only when it is interrupted, and says so.
func TestTerminationIsPassedOn(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- Processes{}.Run(ctx, Command{"sh", []string{"-c", `trap 'echo told; exit 4' INT; echo ready; while :; do :; done`}}, writer)
		writer.Close()
	}()
	line := make([]byte, len("ready\n"))
	_, err := io.ReadFull(reader, line)
	require.NoError(t, err)
	cancel(ErrTerminated)
	rest, err := io.ReadAll(reader)
	require.NoError(t, err)
	assert.Equal(t, "told\n", string(rest))
	assert.EqualError(t, <-ended, "exit status 4")
}

// TestMinimumPulumiIsThatOfTheSDK: an engine older than the SDK may lack what programs ask of it.
func TestMinimumPulumiIsThatOfTheSDK(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	module, err := modfile.Parse("go.mod", text, nil)
	require.NoError(t, err)
	for _, required := range module.Require {
		if strings.HasPrefix(required.Mod.Path, "github.com/pulumi/pulumi/sdk/") {
			assert.Equal(t, "v"+MinimumPulumi, required.Mod.Version)
		}
	}
}
