package gitops_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kubernetes plays the API of one ConfigMap, to which a merge patch is applied (RFC 7386: null deletes).
func kubernetes(t *testing.T, data map[string]string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/namespaces/magento/configmaps/magento-maintenance" || r.Header.Get("Authorization") != "Bearer token" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		if r.Method == http.MethodPatch {
			var change struct{ Data map[string]*string }
			assert.NoError(t, json.NewDecoder(r.Body).Decode(&change))
			assert.Equal(t, "application/merge-patch+json", r.Header.Get("Content-Type"))
			for key, value := range change.Data {
				delete(data, key)
				if value != nil {
					data[key] = *value
				}
			}
		}
		assert.NoError(t, json.NewEncoder(w).Encode(map[string]any{"data": data}))
	}))
	t.Cleanup(server.Close)
	return server
}

// TestAFailedChangeIsNotBegunAgain changes the schema with one image, which fails, and asks for the same and for the next one.
func TestAFailedChangeIsNotBegunAgain(t *testing.T) {
	php(t, "curl")
	data := map[string]string{}
	server := kubernetes(t, data)
	maintenance := func(mode, image string, want int) {
		t.Helper()
		p := newPod(t, map[string]string{"account/token": "token\n"}, "KUBERNETES_URL="+server.URL, "MAGENTO_IMAGE="+image)
		p.environment = append(p.environment, "KUBERNETES_ACCOUNT="+p.folder+"/account")
		output, status := p.run("php", script(t, "jobs/maintenance.php"), mode)
		assert.Equal(t, want, status, output)
	}
	const first, next = "shop@sha256:1", "shop@sha256:2"
	maintenance("unfinished", first, 0)
	maintenance("on", first, 0)
	assert.Equal(t, map[string]string{"on": "1", "changing": first}, data)
	maintenance("unfinished", first, 3)
	maintenance("unfinished", next, 0)
	maintenance("on", next, 0)
	maintenance("off", next, 0)
	assert.Empty(t, data)
	maintenance("unfinished", first, 0)

	maintenance("", first, 2)
	maintenance("on", "", 2)
	require.Empty(t, data)
	server.Close()
	maintenance("unfinished", first, 1)
}
