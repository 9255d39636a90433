package gitops_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	queue "github.com/magestack/magestack/pkg/data/queue/access"
	search "github.com/magestack/magestack/pkg/data/search/access"
)

// answered is a request that an API was sent.
type answered struct{ method, path, user, password, body string }

// storeAPI answers as the API of a store does, as far as the jobs ask: users are made, asked for and logged in as.
type storeAPI struct {
	mutex  sync.Mutex
	asked  []answered
	users  map[string]string // passwords
	status int               // of everything, unless it is 200

	path   string // of users
	object func(password string) any
}

func (a *storeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	user, password, _ := r.BasicAuth()
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.asked = append(a.asked, answered{r.Method, r.URL.EscapedPath(), user, password, string(body)})
	name, one := strings.CutPrefix(r.URL.EscapedPath(), a.path)
	existing, there := a.users[name]
	switch {
	case a.status != http.StatusOK:
		w.WriteHeader(a.status)
	case r.URL.Path == "/" && a.users[user] != password:
		w.WriteHeader(http.StatusUnauthorized)
	case one && r.Method == http.MethodGet && !there:
		w.WriteHeader(http.StatusNotFound)
	case one && r.Method == http.MethodGet:
		_ = json.NewEncoder(w).Encode(a.object(existing))
	case one:
		var made struct{ Password string }
		_ = json.Unmarshal(body, &made)
		a.users[name] = made.Password
	}
}

// changes are the requests since the last time that change something.
func (a *storeAPI) changes() (changes []answered) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, one := range a.asked {
		if one.method != http.MethodGet {
			changes = append(changes, one)
		}
	}
	a.asked = nil
	return changes
}

var storeSecrets = map[string]string{
	"secrets/search/host": "none", "secrets/search/port": "443", "secrets/search/username": "master", "secrets/search/password": "m'\"%$s",
	"secrets/search-shop/username": search.User, "secrets/search-shop/password": "shop-secret-1",
	"secrets/queue/host": "none", "secrets/queue/username": "administrator", "secrets/queue/password": "adm",
	"secrets/queue-shop/username": queue.User, "secrets/queue-shop/password": "shop-secret-1",
}

// hashed is a user as RabbitMQ's management API shows it to an administrator (RabbitMQ documentation, "Credentials and Passwords").
func hashed(password string) any {
	salt := []byte{1, 2, 3, 4}
	sum := sha256.Sum256(append(slices.Clone(salt), password...))
	return map[string]string{"password_hash": base64.StdEncoding.EncodeToString(append(salt, sum[:]...)), "hashing_algorithm": "rabbit_password_hashing_sha256"}
}

// TestUsersOfTheStores runs each job from nothing, again, after a rotation to the other user of the pair, and after a password was lost.
func TestUsersOfTheStores(t *testing.T) {
	php(t, "curl")
	role, err := json.Marshal(search.Shop())
	require.NoError(t, err)
	permissions, err := json.Marshal(queue.Shop())
	require.NoError(t, err)
	mapped, err := json.Marshal(map[string][]string{"users": search.Users()})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		script, variable, path, password string
		object                           func(string) any
		always                           func(user string) []answered // also where all is right
		make                             func(user, password string) answered
	}{
		"search": {
			"stores/search-users.php", "STORES_SEARCH_URL", "/_plugins/_security/api/internalusers/", "m'\"%$s",
			func(string) any { return map[string]any{} },
			func(string) []answered {
				return []answered{
					{"PUT", "/_plugins/_security/api/roles/" + search.Role, "master", "m'\"%$s", string(role)},
					{"PUT", "/_plugins/_security/api/rolesmapping/" + search.Role, "master", "m'\"%$s", string(mapped)},
				}
			},
			func(user, password string) answered {
				return answered{"PUT", "/_plugins/_security/api/internalusers/" + user, "master", "m'\"%$s", `{"password":"` + password + `"}`}
			},
		},
		"queue": {
			"stores/queue-users.php", "STORES_QUEUE_URL", "/api/users/", "adm", hashed,
			func(user string) []answered {
				return []answered{{"PUT", "/api/permissions/%2F/" + user, "administrator", "adm", string(permissions)}}
			},
			func(user, password string) answered {
				return answered{"PUT", "/api/users/" + user, "administrator", "adm", `{"password":"` + password + `","tags":"` + queue.Tags + `"}`}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			api := &storeAPI{users: map[string]string{}, status: http.StatusOK, path: c.path, object: c.object}
			server := httptest.NewServer(api)
			t.Cleanup(server.Close)
			p := newPod(t, storeSecrets, c.variable+"="+server.URL, "STORES_SETTLE_SECONDS=1")
			p.environment = append(p.environment, "STORES_SECRETS="+p.folder+"/secrets")
			runs := func(want ...answered) {
				t.Helper()
				output, status := p.run("php", script(t, c.script))
				require.Zero(t, status, output)
				assert.NotContains(t, output, "secret-")
				assert.ElementsMatch(t, want, api.changes())
			}
			rotates := func(user, password string) {
				p.write("secrets/"+name+"-shop/username", user)
				p.write("secrets/"+name+"-shop/password", password)
			}
			first, second := search.User, search.User+proxysql.CloneSuffix
			runs(append(c.always(first), c.make(first, "shop-secret-1"))...)
			runs(c.always(first)...)

			// A rotation made the other one: it is left alone while it rests, and so is the first one once it does.
			api.users[second] = "shop-secret-2"
			runs(c.always(first)...)
			rotates(second, "shop-secret-2")
			runs(c.always(second)...)
			assert.Equal(t, map[string]string{first: "shop-secret-1", second: "shop-secret-2"}, api.users)

			// The store has another password, as after a restore, or has lost the user.
			api.users[second] = "shop-secret-0"
			runs(append(c.always(second), c.make(second, "shop-secret-2"))...)
			delete(api.users, second)
			runs(append(c.always(second), c.make(second, "shop-secret-2"))...)

			api.status = http.StatusForbidden
			output, status := p.run("php", script(t, c.script))
			assert.Equal(t, 1, status)
			assert.Contains(t, output, "the answer is 403")
			assert.NotContains(t, output, "secret-")
			require.NoError(t, os.RemoveAll(p.folder+"/secrets"))
			output, status = p.run("php", script(t, c.script))
			assert.Equal(t, 1, status)
			assert.Contains(t, output, "the secret "+name+" has no host, ")
			assert.Contains(t, output, "see the ExternalSecret magento-stores-"+name)
		})
	}
}

// TestNamesOfTheDatabasesUsers holds the script's names and files to those that ProxySQL has.
func TestNamesOfTheDatabasesUsers(t *testing.T) {
	text, err := os.ReadFile("base/stores/database-users.php")
	require.NoError(t, err)
	names := proxysql.DefaultNames()
	for _, want := range []string{
		fmt.Sprintf("$pairs = ['web' => '%s', 'cli' => '%s', 'reporting' => '%s'];", names.Web, names.CLI, names.Reporting),
		fmt.Sprintf("$pairs['read'] = '%s';", names.Read),
		fmt.Sprintf("const MONITOR = '%s';", proxysql.MonitorUser),
		fmt.Sprintf("const SECOND = '%s';", proxysql.CloneSuffix),
	} {
		assert.Contains(t, string(text), want)
	}
	pair, err := os.ReadFile("base/stores/search-users.php")
	require.NoError(t, err)
	assert.Contains(t, string(pair), fmt.Sprintf("const PAIR = ['%s'];", strings.Join(search.Users(), "', '")))
	secrets, err := os.ReadFile("base/stores/externalsecrets.yaml")
	require.NoError(t, err)
	settings := proxysql.DefaultSettings()
	settings.ReadSplit = topology.ReadSplitSlaveConnection
	var wanted []string
	for _, key := range settings.SecretKeys() {
		if key != "adminPassword" && key != "statsPassword" { // ProxySQL's own
			wanted = append(wanted, key)
		}
	}
	var has []string
	for _, found := range regexp.MustCompile(`(?m)^        (\w+Password): `).FindAllStringSubmatch(string(secrets), -1) {
		has = append(has, found[1])
	}
	assert.ElementsMatch(t, wanted, has)
}

// TestFilesHaveSettledWhenAJobGoesOn holds what a job waits to the time that a changed secret takes into a pod: External Secrets' look,
// and kubelet's, once a minute and half of that as its jitter (kubelet, syncFrequency).
func TestFilesHaveSettledWhenAJobGoesOn(t *testing.T) {
	const kubelet = 90 * time.Second
	script, err := os.ReadFile("base/stores/secret.php")
	require.NoError(t, err)
	found := regexp.MustCompile(`const SETTLE_SECONDS = (\d+);`).FindSubmatch(script)
	require.NotNil(t, found)
	settle, err := time.ParseDuration(string(found[1]) + "s")
	require.NoError(t, err)
	secrets, err := os.ReadFile("base/stores/externalsecrets.yaml")
	require.NoError(t, err)
	for _, name := range []string{"magento-stores-passwords", "magento-stores-search-shop", "magento-stores-queue-shop"} {
		found := regexp.MustCompile(`(?s)\n  name: ` + name + `\n.*?\n  refreshInterval: (\w+)`).FindSubmatch(secrets)
		require.NotNil(t, found, name)
		refresh, err := time.ParseDuration(string(found[1]))
		require.NoError(t, err)
		assert.Greater(t, settle, refresh+kubelet, name)
	}
}
