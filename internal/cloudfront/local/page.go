package local

import (
	"bytes"
	"embed"
	"net/http"
	"time"
)

//go:embed page
var pageFolder embed.FS

// pageFiles are the files of the page by what follows PagePath.
func pageFiles() map[string]http.Handler {
	return map[string]http.Handler{
		"":          pageFile("page.html", "text/html; charset=utf-8"),
		"/{$}":      http.RedirectHandler(PagePath, http.StatusPermanentRedirect),
		"/page.css": pageFile("page.css", "text/css; charset=utf-8"),
		"/page.js":  pageFile("page.js", "text/javascript; charset=utf-8"),
		"/icon.svg": pageFile("icon.svg", "image/svg+xml"),
	}
}

func pageFile(name, contentType string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := pageFolder.ReadFile("page/" + name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}
