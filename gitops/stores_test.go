package gitops_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/proxysql"
	queue "github.com/magestack/magestack/pkg/data/queue/access"
	search "github.com/magestack/magestack/pkg/data/search/access"
)

// answered is a request that an API was sent.
type answered struct{ method, path, user, password, body string }

// api answers everything with 200, and keeps it.
func api(t *testing.T, status int) (*httptest.Server, func() []answered) {
	t.Helper()
	var mutex sync.Mutex
	var all []answered
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		mutex.Lock()
		defer mutex.Unlock()
		all = append(all, answered{r.Method, r.URL.EscapedPath(), user, password, string(body)})
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server, func() []answered { mutex.Lock(); defer mutex.Unlock(); return slices.Clone(all) }
}

var storeSecrets = map[string]string{
	"secrets/search/username": "master", "secrets/search/password": "m'\"%$s",
	"secrets/search-shop/username": search.User, "secrets/search-shop/password": "shop-secret-1",
	"secrets/queue/username": "administrator", "secrets/queue/password": "adm",
	"secrets/queue-shop/username": queue.User, "secrets/queue-shop/password": "shop-secret-2",
}

// TestUsersOfTheStores runs each job twice, and wants the same requests both times: each says all of what it makes.
func TestUsersOfTheStores(t *testing.T) {
	php(t, "curl")
	role, err := json.Marshal(search.Shop())
	require.NoError(t, err)
	permissions, err := json.Marshal(queue.Shop())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		script, variable string
		want             []answered
	}{
		"search": {"stores/search-users.php", "STORES_SEARCH_URL", []answered{
			{"PUT", "/_plugins/_security/api/roles/" + search.Role, "master", "m'\"%$s", string(role)},
			{"PUT", "/_plugins/_security/api/internalusers/" + search.User, "master", "m'\"%$s", `{"password":"shop-secret-1"}`},
			{"PUT", "/_plugins/_security/api/rolesmapping/" + search.Role, "master", "m'\"%$s", `{"users":["` + search.User + `"]}`},
		}},
		"queue": {"stores/queue-users.php", "STORES_QUEUE_URL", []answered{
			{"PUT", "/api/users/" + queue.User, "administrator", "adm", `{"password":"shop-secret-2","tags":"` + queue.Tags + `"}`},
			{"PUT", "/api/permissions/%2F/" + queue.User, "administrator", "adm", string(permissions)},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			server, all := api(t, http.StatusOK)
			p := newPod(t, storeSecrets, c.variable+"="+server.URL)
			p.environment = append(p.environment, "STORES_SECRETS="+p.folder+"/secrets")
			for range 2 {
				output, status := p.run("php", script(t, c.script))
				require.Zero(t, status, output)
				assert.NotContains(t, output, "secret-")
			}
			require.Len(t, all(), 2*len(c.want))
			for i, want := range slices.Concat(c.want, c.want) {
				got := all()[i]
				assert.JSONEq(t, want.body, got.body)
				got.body, want.body = "", ""
				assert.Equal(t, want, got)
			}

			refusing, _ := api(t, http.StatusForbidden)
			p.environment = append(p.environment, c.variable+"="+refusing.URL)
			output, status := p.run("php", script(t, c.script))
			assert.Equal(t, 1, status)
			assert.Contains(t, output, "the answer is 403")
			assert.NotContains(t, output, "secret-")
			require.NoError(t, os.RemoveAll(p.folder+"/secrets"))
			output, status = p.run("php", script(t, c.script))
			assert.Equal(t, 1, status)
			assert.Contains(t, output, "see the ExternalSecrets magento-stores-*")
		})
	}
}

// TestNamesOfTheDatabasesUsers holds the script's names and files to those that ProxySQL has.
func TestNamesOfTheDatabasesUsers(t *testing.T) {
	text, err := os.ReadFile("base/stores/database-users.php")
	require.NoError(t, err)
	names := proxysql.DefaultNames()
	assert.Contains(t, string(text), fmt.Sprintf("$users = ['monitor' => '%s', 'web' => '%s', 'cli' => '%s', 'reporting' => '%s'];", proxysql.MonitorUser, names.Web, names.CLI, names.Reporting))
	assert.Contains(t, string(text), fmt.Sprintf("$users['read'] = '%s';", names.Read))
	assert.Contains(t, string(text), fmt.Sprintf("$name . '%s'", proxysql.CloneSuffix))
	secrets, err := os.ReadFile("base/stores/externalsecrets.yaml")
	require.NoError(t, err)
	settings := proxysql.DefaultSettings()
	settings.ReadSplit = proxysql.ReadSplitSlaveConnection
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
