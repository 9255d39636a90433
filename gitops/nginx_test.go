package gitops_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/magento"
)

// deployed is the version of the static files; the image links it to their folder.
const deployed = "1764490000"

// nginx starts PHP-FPM, with the answers of testdata, and nginx in front of it, each with the pod's own configuration, and gives the
// address and the folder that both write to. It skips the test where one of the two is not installed.
func nginx(t *testing.T) (address, folder string) {
	t.Helper()
	program, php := installed(t, "nginx"), installed(t, "php-fpm*")
	folder, err := os.MkdirTemp("", "nginx") // the path of a socket has 108 bytes
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(folder)) })
	require.NoError(t, os.Chmod(folder, 0o755)) //nolint:gosec // nginx's workers are another user
	require.NoError(t, os.CopyFS(filepath.Join(folder, "pub"), os.DirFS("testdata/pub")))
	require.NoError(t, os.Symlink(".", filepath.Join(folder, "pub/static/version"+deployed)))
	require.NoError(t, os.CopyFS(filepath.Join(folder, "magento"), os.DirFS("base/web/nginx")))
	for name, text := range map[string]string{"stores.map": "shop.example.de german;\n", "trusted.conf": "set_real_ip_from 127.0.0.1;\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "magento", name), []byte(text), 0o600))
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address = listener.Addr().String()
	require.NoError(t, listener.Close())
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	read := func(name string) string {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		return string(text)
	}
	// Paths and addresses of the pod's become those of the test, and nothing else is changed.
	paths := strings.NewReplacer(
		"/tmp/", folder+"/", "/run/php/", folder+"/", "/run/magento/", folder+"/", "/var/www/html/", folder+"/",
		"listen 8080;", "listen "+address+";", "listen     8082;", "listen unix:"+folder+"/alive.sock;", "/dev/stdout", folder+"/access.log",
	)
	user := ""
	pool := read("base/php/php-fpm.conf")
	if os.Geteuid() == 0 {
		user, pool = "user root;\n", strings.Replace(pool, "pm = static", "user = root\npm = static", 1)
	}
	server := write("nginx.conf", user+"daemon off;\n"+paths.Replace(read("base/web/nginx/nginx.conf")))
	run(t, "unix", folder+"/php.sock", php, "--allow-to-run-as-root", "--nodaemonize", "--fpm-config", write("fpm.conf", paths.Replace(pool)))
	run(t, "tcp", address, program, "-p", folder, "-c", server)
	return address, folder
}

// asked is what comes back, as it comes.
type asked struct {
	*http.Response
	body string
}

func ask(t *testing.T, address, path string, header http.Header) asked {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
	require.NoError(t, err)
	request.Header = header.Clone()
	request.Host = header.Get("Host")
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return asked{response, string(body)}
}

func shared() http.Header {
	return http.Header{magento.ScopeHeader: {magento.SharedScope}, "Host": {"shop.example.com"}, "X-Forwarded-Proto": {"https"}}
}

func one(visitor string) http.Header {
	header := shared()
	header.Set(magento.ScopeHeader, visitor)
	header.Set(magento.ClientIPHeader, "198.51.100.7")
	return header
}

// TestNginxKeepsTheContract asks for what visitors do, and judges each answer as the local edge does.
func TestNginxKeepsTheContract(t *testing.T) {
	address, _ := nginx(t)
	for _, path := range []string{"/", "/?p=2", "/women.html", "/women/tops.html?p=2", "/missing", "/silent", "/broken", "/tags", "/static/", "/.well-known/security.txt"} {
		got := ask(t, address, path, shared())
		assert.Empty(t, got.Header.Values("Set-Cookie"), path)
		broken := magento.Answer{Request: got.Request, Status: got.StatusCode, Header: got.Header, Body: []byte(got.body), Now: time.Now()}.Broken()
		assert.Empty(t, without(broken, "varnish-mode"), "%s: %v", path, got.Header)
		assert.Empty(t, got.Header.Get("X-Powered-By"), path)
	}
	assert.Equal(t, http.StatusOK, ask(t, address, "/tags", shared()).StatusCode, "24 KiB of tags fit")
	for path, want := range map[string]string{
		"/":            "public, max-age=86400, s-maxage=86400",
		"/women.html":  "public, max-age=86400, s-maxage=86400",
		"/missing":     "no-store, no-cache, must-revalidate, max-age=0, stale-if-error=0",
		"/silent":      "no-store, no-cache, must-revalidate, max-age=0, stale-if-error=0",
		"/broken":      "no-store, no-cache, must-revalidate, max-age=0, stale-if-error=0",
		"/index.php/x": "no-store, no-cache, must-revalidate, max-age=0, stale-if-error=0",
	} {
		assert.Equal(t, []string{want}, ask(t, address, path, shared()).Header.Values("Cache-Control"), path)
	}
}

func without(lines []string, name string) []string {
	var left []string
	for _, line := range lines {
		if !strings.HasPrefix(line, name+": ") {
			left = append(left, line)
		}
	}
	return left
}

// TestNginxTellsVisitorsApart holds that what is one visitor's keeps its cookies and knows the visitor.
func TestNginxTellsVisitorsApart(t *testing.T) {
	address, _ := nginx(t)
	for _, path := range []string{"/", "/women.html", "/customer/account/"} {
		got := ask(t, address, path, one("f00"))
		assert.Len(t, got.Header.Values("Set-Cookie"), 2, path)
		assert.Contains(t, got.body, "REQUEST_URI="+path+"\nSCRIPT_NAME=/index.php\nREMOTE_ADDR=198.51.100.7\nMAGE_RUN_TYPE=store\nMAGE_RUN_CODE=\n", path)
	}
	assert.Contains(t, ask(t, address, "/a.html?b=c", shared()).body, "REQUEST_URI=/a.html?b=c\nSCRIPT_NAME=/index.php\nREMOTE_ADDR=127.0.0.1\n")
	german := shared()
	german.Set("Host", "shop.example.de")
	assert.Contains(t, ask(t, address, "/", german).body, "MAGE_RUN_TYPE=store\nMAGE_RUN_CODE=german\n")
	forged := one("f00")
	forged.Set("X-Forwarded-For", "192.0.2.66")
	assert.Contains(t, ask(t, address, "/", forged).body, "REMOTE_ADDR=198.51.100.7\n")
}

func TestNginxCompresses(t *testing.T) {
	address, _ := nginx(t)
	header := shared()
	header.Set("Accept-Encoding", "br,gzip")
	got := ask(t, address, "/women.html", header)
	assert.Equal(t, "gzip", got.Header.Get("Content-Encoding"))
	assert.Equal(t, "Accept-Encoding", got.Header.Get("Vary"))
}

// TestNginxServesItsOwnDeployment alone, and no file that is nobody's.
func TestNginxServesItsOwnDeployment(t *testing.T) {
	address, _ := nginx(t)
	got := ask(t, address, "/static/version"+deployed+"/frontend/a.css", shared())
	assert.Equal(t, http.StatusOK, got.StatusCode)
	assert.Equal(t, "public, max-age=31536000, immutable", got.Header.Get("Cache-Control"))
	for _, path := range []string{"/static/version1/frontend/a.css", "/static/version" + deployed + "/b.css", "/static/_cache/merged/x.css", "/media/catalog/product/cache/x.jpg", "/media/captcha/x.png"} {
		got := ask(t, address, path, shared())
		assert.Equal(t, http.StatusNotFound, got.StatusCode, path)
		assert.NotContains(t, got.Header.Get("Cache-Control"), "public", path)
	}
	for _, path := range []string{"/phpinfo.php", "/phpinfo.php/x", "/get.php", "/.env", "/.git/HEAD", "/__shared", "/static/x.php"} {
		got := ask(t, address, path, shared())
		assert.Equal(t, http.StatusNotFound, got.StatusCode, path)
		assert.NotContains(t, got.body, "secret", path)
	}
	assert.Equal(t, "ok", ask(t, address, "/health_check.php", one("f00")).body)
}

// TestNginxInMaintenance wants everything but the pod's own check to be told to come back, as soon as the file is there.
func TestNginxInMaintenance(t *testing.T) {
	address, folder := nginx(t)
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "maintenance"), 0o750))
	flag := filepath.Join(folder, "maintenance", "on")
	require.NoError(t, os.WriteFile(flag, []byte("1"), 0o600))
	for _, path := range []string{"/", "/women.html", "/static/version" + deployed + "/frontend/a.css", "/index.php/x"} {
		got := ask(t, address, path, shared())
		assert.Equal(t, http.StatusServiceUnavailable, got.StatusCode, path)
		assert.Equal(t, "120", got.Header.Get("Retry-After"), path)
		assert.Equal(t, []string{"no-store, stale-if-error=0"}, got.Header.Values("Cache-Control"), path)
	}
	assert.Equal(t, "ok", ask(t, address, "/health_check.php", one("f00")).body)
	require.NoError(t, os.Remove(flag))
	assert.Equal(t, http.StatusOK, ask(t, address, "/", shared()).StatusCode)
}

// TestTheKubeletIsAnsweredWithoutAWorker asks what the probes ask, on a port that no Service has.
func TestTheKubeletIsAnsweredWithoutAWorker(t *testing.T) {
	address, folder := nginx(t)
	dial := func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", folder+"/alive.sock") }
	client := http.Client{Transport: &http.Transport{DialContext: dial}}
	for path, want := range map[string]int{"/alive": http.StatusOK, "/status": http.StatusOK, "/": http.StatusNotFound, "/health_check.php": http.StatusNotFound} {
		got, err := client.Get("http://pod" + path)
		require.NoError(t, err)
		require.NoError(t, got.Body.Close())
		assert.Equal(t, want, got.StatusCode, path)
	}
	for _, path := range []string{"/alive", "/status"} {
		assert.NotContains(t, ask(t, address, path, shared()).body, "active processes", path)
	}
}

// TestTheAccessLogHasNothingPersonal wants neither a query nor an address of a visitor in it.
func TestTheAccessLogHasNothingPersonal(t *testing.T) {
	address, folder := nginx(t)
	ask(t, address, "/women.html?email=a@b.example", one("f00"))
	const patience, pause = time.Minute, 10 * time.Millisecond
	var text []byte
	require.Eventually(t, func() bool { // nginx writes a line when the answer has gone
		var err error
		text, err = os.ReadFile(filepath.Join(folder, "access.log"))
		return err == nil && len(text) > 0
	}, patience, pause)
	assert.Contains(t, string(text), " GET /women.html 200 ")
	for _, personal := range []string{"b.example", "198.51.100.7", "f00", "127.0.0.1"} {
		assert.NotContains(t, string(text), personal)
	}
}
