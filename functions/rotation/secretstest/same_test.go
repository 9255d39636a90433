package secretstest_test

import (
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/functions/rotation/aws"
	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/secretstest"
)

// client asks a Secrets Manager at an address, as the function does.
func client(endpoint string) *secretsmanager.Client {
	return secretsmanager.NewFromConfig(sdk.Config{
		Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}, func(o *secretsmanager.Options) { o.BaseEndpoint = &endpoint })
}

// The stand-in, by its API, and another one that others wrote must answer alike, with the function's own client.
func TestStandInsAnswerAlike(t *testing.T) {
	t.Run("ours", func(t *testing.T) {
		memory := secretstest.New(time.Now)
		server := httptest.NewServer(memory)
		defer server.Close()
		memory.Create("magento/staging/queue", first, `{"a":1}`, false)
		same(t, aws.Secrets{Client: client(server.URL)}, true)
	})
	t.Run("in memory", func(t *testing.T) {
		memory := secretstest.New(time.Now)
		memory.Create("magento/staging/queue", first, `{"a":1}`, false)
		same(t, secretstest.Client{Memory: memory}, true)
	})
	t.Run("moto", func(t *testing.T) {
		tool, err := exec.LookPath("moto_server")
		if err != nil {
			t.Skip("moto_server is not installed: pip install 'moto[server]'")
		}
		api := client(moto(t, tool))
		name, value, token := "magento/staging/queue", `{"a":1}`, first
		require.Eventually(t, func() bool {
			_, err := api.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &name, SecretString: &value, ClientRequestToken: &token})
			return err == nil
		}, time.Minute, 100*time.Millisecond)
		same(t, aws.Secrets{Client: api}, false) // it takes another value for a version that exists
	})
}

// moto starts one on a free port, and tells its address.
func moto(t *testing.T, tool string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	host, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	server := exec.Command(tool, "-H", host, "-p", port)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	return "http://" + net.JoinHostPort(host, port)
}

// Ids of versions, of at least the 32 characters that the API takes.
var (
	first  = id(1)
	second = id(2)
	third  = id(3)
)

func id(n int) string { return strings.Repeat(fmt.Sprint(n), 36) }

func same(t *testing.T, secrets rotator.Secrets, immutable bool) {
	t.Helper()
	ctx, name := context.Background(), "magento/staging/queue"
	_, err := secrets.Get(ctx, name, rotator.StagePending)
	require.ErrorIs(t, err, rotator.ErrNotFound)
	_, err = secrets.Get(ctx, "magento/staging/other", rotator.StageCurrent)
	require.ErrorIs(t, err, rotator.ErrNotFound)

	value := rotator.Document{"a": 2.0, "text": "<&>\u2028"}
	require.NoError(t, secrets.Put(ctx, name, second, value, rotator.StagePending))
	require.NoError(t, secrets.Put(ctx, name, second, value, rotator.StagePending), "the same once more")
	if immutable {
		require.ErrorIs(t, secrets.Put(ctx, name, second, rotator.Document{"a": 3.0}, rotator.StagePending), rotator.ErrExists)
	}
	pending, err := secrets.Get(ctx, name, rotator.StagePending)
	require.NoError(t, err)
	assert.Equal(t, value, pending.Value)
	assert.Equal(t, second, pending.ID)
	assert.WithinDuration(t, time.Now(), pending.Created, time.Minute)

	require.ErrorIs(t, secrets.Move(ctx, name, rotator.StageCurrent, second, second), rotator.ErrConflict, "the stage is at the first version")
	require.NoError(t, secrets.Move(ctx, name, rotator.StageCurrent, first, second))
	require.ErrorIs(t, secrets.Move(ctx, name, rotator.StageCurrent, first, second), rotator.ErrConflict, "it has been moved")
	for stage, want := range map[string]string{rotator.StageCurrent: second, rotator.StagePending: second, rotator.StagePrevious: first} {
		version, err := secrets.Get(ctx, name, stage)
		require.NoError(t, err)
		assert.Equal(t, want, version.ID, stage)
	}
	require.NoError(t, secrets.Move(ctx, name, rotator.StagePending, second, ""))
	_, err = secrets.Get(ctx, name, rotator.StagePending)
	require.ErrorIs(t, err, rotator.ErrNotFound)

	require.NoError(t, secrets.Put(ctx, name, third, value, "AMENDED"))
	require.NoError(t, secrets.Move(ctx, name, rotator.StageCurrent, second, third))
	previous, err := secrets.Get(ctx, name, rotator.StagePrevious)
	require.NoError(t, err)
	assert.Equal(t, second, previous.ID)
	description, err := secrets.Describe(ctx, name)
	require.NoError(t, err)
	assert.False(t, description.RotationEnabled)
	assert.ElementsMatch(t, []string{rotator.StageCurrent, "AMENDED"}, description.Stages[third])
	assert.Contains(t, description.Stages[second], rotator.StagePrevious)
}
