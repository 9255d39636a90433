package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/secretstest"
)

const (
	rotations = 20 // in a row
	turns     = 6  // in a row of what is rotated in the same way: enough to be killed after each effect

	// late is how long a pod may take to see a new credential: External Secrets' minutes, at another scale.
	late = 300 * time.Millisecond
)

// roundsVariable makes all of them as many in a row.
const roundsVariable = "ROTATIONS"

// rotating are stores of this machine, with a Secrets Manager whose time a test moves on.
type rotating struct {
	stores  *stores
	secrets *secretstest.Memory
	later   time.Duration
	call    call
	search  *openSearch
}

// startRotating starts the stores, and writes their secrets as the data layer does.
func startRotating(t *testing.T) *rotating {
	t.Helper()
	for _, name := range []string{"rabbitmq-server", "epmd", "mariadbd", "mariadb-install-db", "redis-server"} {
		if _, err := program(name); err != nil {
			t.Skip(err)
		}
	}
	work := t.TempDir()
	require.NoError(t, openTo(work))
	authority, err := newAuthority(filepath.Join(work, "authority"))
	require.NoError(t, err)
	r := &rotating{}
	r.stores, err = newStores(t.Context(), authority, filepath.Join(work, "stores"))
	require.NoError(t, err)
	t.Cleanup(r.stores.stop)

	r.secrets = secretstest.New(func() time.Time { return time.Now().Add(r.later) })
	manager := httptest.NewServer(r.secrets)
	t.Cleanup(manager.Close)
	r.search = r.startSearch(t, authority)
	cache := r.startElastiCache(t)
	console, err := strconv.Atoi(r.stores.console)
	require.NoError(t, err)
	database, err := strconv.Atoi(r.stores.database)
	require.NoError(t, err)
	r.call = call{Region: manager.URL, ElastiCache: cache, Authority: authority.file(), Console: console, ProxySQL: database, Pods: 1}
	r.makeUsers(t)
	r.startProxySQL(t)
	return r
}

// secret writes a secret, and gives its name.
func (r *rotating) secret(t *testing.T, name string, value map[string]any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	r.secrets.Create(secretsPrefix+name, "first", string(text), true)
	return secretsPrefix + name
}

func (r *rotating) current(t *testing.T, name string) rotator.Document {
	t.Helper()
	value, err := rotator.Parse(r.secrets.Text(name, rotator.StageCurrent))
	require.NoError(t, err)
	return value
}

// step asks for a step as Secrets Manager does, and kills the function after some effects of it. It tells the effects.
func (r *rotating) step(t *testing.T, secret, token, step string, killAfter int) []string {
	t.Helper()
	c := r.call
	c.Event, c.Later, c.KillAfter = rotator.Event{Step: step, SecretID: secret, ClientRequestToken: token}, r.later, killAfter
	effects, killed, err := c.do(t)
	if killed {
		require.Len(t, effects, killAfter)
		c.KillAfter = 0
		_, killed, err = c.do(t)
	}
	require.False(t, killed)
	require.NoError(t, err, "%s of %s", step, secret)
	return effects
}

// rotate does all steps of one rotation. It is killed once, after the effect that the round says, counted over the steps.
func (r *rotating) rotate(t *testing.T, secret string, round int, points map[string]bool) {
	t.Helper()
	token := fmt.Sprintf("rotation-%d-0123456789abcdef0123456789", round)
	require.True(t, r.secrets.Rotate(secret, token), "a rotation is still under way")
	kill := round % 6 // after no effect, or after one of the first five
	for _, step := range []string{"createSecret", "setSecret", "testSecret", "finishSecret"} {
		effects := r.step(t, secret, token, step, max(kill, 0))
		if kill > 0 && len(effects) >= kill {
			points[step+" "+effects[kill-1]] = true
		}
		if kill > 0 {
			kill -= len(effects)
			if kill <= 0 {
				kill = -1
			}
		}
	}
}

// underLoad rotates a secret again and again while clients use it, and tells after which effects the function was killed.
func (r *rotating) underLoad(t *testing.T, secret string, rounds int, work session, beside ...string) {
	t.Helper()
	l := startLoad(t, r.secrets, secret, late, work)
	points := map[string]bool{}
	if count, err := strconv.Atoi(os.Getenv(roundsVariable)); err == nil {
		rounds = count
	}
	for round := range rounds {
		r.later += 24 * time.Hour // so that nobody can hold what was before
		before := r.current(t, secret)
		r.rotate(t, secret, round, points)
		if len(beside) > 0 {
			r.rotateBeside(t, secretsPrefix+beside[round%len(beside)], round)
		}
		after := r.current(t, secret)
		require.NotEqual(t, before["password"], after["password"])
		require.Eventually(t, func() bool { return l.haveAll(after) }, patience, pause, "a client has not heard")
	}
	l.noFailure(t)
	t.Log("killed after:", points)
	assert.Contains(t, r.secrets.Stages(secret)["first"], "PULUMI")
}

// Credentials rotate again and again while two hundred clients use them, and the function is killed after each of its effects.
func TestRotationUnderLoad(t *testing.T) {
	r := startRotating(t)
	t.Run("users of the database", r.databaseUsers)
	t.Run("tokens of the cache", func(t *testing.T) { r.underLoad(t, secretsPrefix+"cache", turns, r.cacheSession()) })
	t.Run("users of the broker", func(t *testing.T) {
		if os.Getenv(roundsVariable) == "" {
			t.Skip("a broker that is busy with two hundred logins tells minutes late who has gone: set " + roundsVariable)
		}
		r.underLoad(t, secretsPrefix+"queue/shop", turns, r.queueSession())
	})
	t.Run("users of a stand-in of OpenSearch", func(t *testing.T) { r.underLoad(t, secretsPrefix+"search/shop", turns, r.searchSession()) })
}

// rotateBeside rotates a secret that the clients do not log in with.
func (r *rotating) rotateBeside(t *testing.T, secret string, round int) {
	t.Helper()
	before := r.current(t, secret)
	r.rotate(t, secret, round, map[string]bool{})
	require.NotEqual(t, before, r.current(t, secret))
}

// databaseUsers rotate, and the administrators of the stores and ProxySQL's monitor beside them.
func (r *rotating) databaseUsers(t *testing.T) {
	secret := secretsPrefix + "database/web"
	r.underLoad(t, secret, rotations, r.databaseSession(), "database/admin", "proxysql", "queue", "search")
	assert.Equal(t, "magento", r.current(t, secret)["username"], "an even number of turns")
	assert.Equal(t, r.current(t, secret)["password"], r.current(t, secretsPrefix+"proxysql")["webPassword"])

	// The one before is good until it ends: when nobody can have it any more, or at once by an operator, as after a leak.
	previous, err := rotator.Parse(r.secrets.Text(secret, rotator.StagePrevious))
	require.NoError(t, err)
	require.NoError(t, r.databaseSession()(t.Context(), previous))
	c := r.call
	c.Event, c.Later = rotator.Event{End: "database/web"}, r.later
	_, _, err = c.do(t)
	require.ErrorContains(t, err, "may be held for another")
	c.Event.Urgent = true
	_, _, err = c.do(t)
	require.NoError(t, err)
	require.Error(t, r.databaseSession()(t.Context(), previous), "the previous password is still good")
	require.NoError(t, r.databaseSession()(t.Context(), r.current(t, secret)))
}

// startSearch serves the stand-in of OpenSearch by TLS.
func (r *rotating) startSearch(t *testing.T, authority *authority) *openSearch {
	t.Helper()
	search := &openSearch{passwords: map[string]string{"admin": "Aa1!", "magento-shop": "Bb2!"}, mapped: []string{"magento-shop"}}
	files, err := authority.issue("search")
	require.NoError(t, err)
	listener, err := net.Listen("tcp", localhost+"0")
	require.NoError(t, err)
	server := &http.Server{Handler: search, ReadHeaderTimeout: patience}
	serveOn(t, server, func() error { return server.ServeTLS(listener, files.certificate, files.key) })
	port := listener.Addr().(*net.TCPAddr).Port
	for name, user := range map[string]string{"search": "admin", "search/shop": "magento-shop"} {
		r.secret(t, name, map[string]any{"host": "127.0.0.1", "port": port, "username": user, "password": search.passwords[user]})
	}
	return search
}

// openTo lets the stores' user into a folder that the test made.
func openTo(folder string) error {
	for at := folder; len(at) > len(filepath.Clean("/tmp")); at = filepath.Dir(at) {
		if err := chmod(at); err != nil {
			return err
		}
	}
	return nil
}
