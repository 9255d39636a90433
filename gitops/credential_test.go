package gitops_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// secretVolume is a folder of a pod as kubelet lays a Secret out: files are links through ..data, which names the directory of now.
type secretVolume struct {
	p      pod
	folder string // below the pod's
}

func (v secretVolume) path(names ...string) string {
	return filepath.Join(append([]string{v.p.folder, v.folder}, names...)...)
}

// publish writes a directory and has ..data point to it, as kubelet does (Kubernetes, pkg/volume/util/atomic_writer.go). What was
// there before is kept: gone removes it.
func (v secretVolume) publish(directory string, files map[string]string) {
	v.p.t.Helper()
	for name, text := range files {
		v.p.write(filepath.Join(v.folder, directory, name), text)
	}
	v.point(directory)
	for name := range files {
		link := v.path(name)
		if _, err := os.Lstat(link); os.IsNotExist(err) {
			require.NoError(v.p.t, os.Symlink(filepath.Join("..data", name), link))
		}
	}
}

func (v secretVolume) point(directory string) {
	v.p.t.Helper()
	require.NoError(v.p.t, os.Symlink(directory, v.path("..data_tmp")))
	require.NoError(v.p.t, os.Rename(v.path("..data_tmp"), v.path("..data")))
}

func (v secretVolume) gone(directory string) {
	v.p.t.Helper()
	require.NoError(v.p.t, os.RemoveAll(v.path(directory)))
}

// stop makes a file of a directory one that is read no sooner than it is written. The function that it returns waits for the reader,
// does what it is told, and lets the reader have the text.
func (v secretVolume) stop(directory, name, text string) (meanwhile func(do func())) {
	v.p.t.Helper()
	path := v.path(directory, name)
	require.NoError(v.p.t, os.Remove(path))
	require.NoError(v.p.t, syscall.Mkfifo(path, 0o600))
	require.NoError(v.p.t, os.Chmod(path, 0o644)) //nolint:gosec // the pod's user is another
	return func(do func()) {
		pipe, err := os.OpenFile(path, os.O_WRONLY, 0)
		if !assert.NoError(v.p.t, err) {
			return
		}
		do()
		_, err = pipe.WriteString(text)
		assert.NoError(v.p.t, err)
		assert.NoError(v.p.t, pipe.Close())
	}
}

// read is a credential: what a reader has found in the volume.
type read struct{ user, password string }

// duringAnExchange runs a reader of a volume, and exchanges the secret while it reads one of the two files.
func duringAnExchange(t *testing.T, v secretVolume, reader func() read) {
	t.Helper()
	one := map[string]string{"username": "magento", "password": "first"}
	two := map[string]string{"username": "magento_clone", "password": "second"}
	for _, stopped := range []string{"username", "password"} {
		for name, removes := range map[string]bool{"the old directory is still there": false, "the old directory is gone": true} {
			t.Run(stopped+", "+name, func(t *testing.T) {
				v.gone("..1")
				v.gone("..2")
				v.publish("..1", one)
				meanwhile := v.stop("..1", stopped, one[stopped])
				done := make(chan struct{})
				go func() {
					defer close(done)
					meanwhile(func() {
						v.publish("..2", two)
						if removes {
							v.gone("..1")
						}
					})
				}()
				got := reader()
				if pipe, err := os.OpenFile(v.path("..1", stopped), os.O_RDWR|syscall.O_NONBLOCK, 0); err == nil {
					defer pipe.Close() //nolint:errcheck // lets go of who waits for a reader that never came
				}
				<-done
				assert.Contains(t, []read{{one["username"], one["password"]}, {two["username"], two["password"]}}, got)
				assert.Equal(t, two["username"], got.user, "what was exchanged is read anew")
			})
		}
	}
}

// TestEnvPHPReadsACredentialWhole exchanges the secret of the database in the middle of a request's reads.
func TestEnvPHPReadsACredentialWhole(t *testing.T) {
	php(t)
	secrets := maps.Clone(envSecrets)
	delete(secrets, "database/username")
	delete(secrets, "database/password")
	p := envPod(t, secrets, nil)
	duringAnExchange(t, secretVolume{p, "secrets/database"}, func() read {
		env := p.loadedEnv()
		return read{env.at("db/connection/default/username").(string), env.at("db/connection/default/password").(string)}
	})
}

// TestJobsOfTheStoresReadACredentialWhole does the same to what their scripts read with.
func TestJobsOfTheStoresReadACredentialWhole(t *testing.T) {
	php(t)
	p := newPod(t, nil)
	p.environment = append(p.environment, "STORES_SECRETS="+p.folder+"/secrets")
	duringAnExchange(t, secretVolume{p, "secrets/database"}, func() read {
		output, status := p.run("php", "-r", `require $argv[1]; echo implode("\n", secret('database', 'username', 'password'));`, script(t, "stores/secret.php"))
		require.Zero(t, status, output)
		user, password, _ := strings.Cut(output, "\n")
		return read{user, password}
	})
}
