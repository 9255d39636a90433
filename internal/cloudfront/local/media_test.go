package local

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFolderAnswersAsABucket(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"catalog/x.svg": "<svg/>", "customer/secret.txt": "s", "theme_customization/a/b.xml": "s", "index.html": "i", "../outside.txt": "o"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, "media", name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "media", name), []byte(text), 0o600))
	}
	require.NoError(t, os.Symlink("../outside.txt", filepath.Join(folder, "media/link.txt")))
	media, err := openMedia(filepath.Join(folder, "media"))
	require.NoError(t, err)
	defer func() { require.NoError(t, media.Close()) }()
	stored := map[string]StoredObject{"media/errors/unavailable.html": {Content: "sorry", ContentType: "text/html", CacheControl: "max-age=300"}}
	for path, want := range map[string]string{
		"/media/catalog/x.svg": "200 image/svg+xml", "/media/index.html": "200 text/html; charset=utf-8", "/media/errors/unavailable.html": "200 text/html",
		"/media/": "403 application/xml", "/media/catalog": "403 application/xml", "/media/catalog/": "403 application/xml",
		"/media/none.jpg": "403 application/xml", "/media/customer/secret.txt": "403 application/xml",
		"/media/theme_customization/a/b.xml": "403 application/xml", "/media/catalog/../customer/secret.txt": "403 application/xml",
		"/media/../outside.txt": "403 application/xml", "/media/link.txt": "403 application/xml", "/catalog/x.svg": "403 application/xml",
	} {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.URL.Path = path
		recorder := httptest.NewRecorder()
		withObjects(stored, media).ServeHTTP(recorder, request)
		assert.Equal(t, want, strings.Join([]string{recorder.Result().Status[:3], recorder.Header().Get("Content-Type")}, " "), path)
	}
	recorder := httptest.NewRecorder()
	media.ServeHTTP(recorder, httptest.NewRequest(http.MethodPut, "/media/catalog/x.svg", nil))
	assert.Equal(t, http.StatusMethodNotAllowed, recorder.Code)
}
