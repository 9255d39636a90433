package local

import (
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

// mediaPrefix is where the distribution leads to the bucket, and where the bucket has its objects.
const mediaPrefix = "/media/"

// privateMedia is what the bucket's policy refuses to CloudFront, as nginx.conf.sample of Magento does.
func privateMedia() []string {
	return []string{"customer/*", "customer_address/*", "downloadable/*", "import/*", "custom_options/*", "theme_customization/*.xml"}
}

// mediaFolder answers as a bucket would that holds the files of a folder: no listings, no index pages, and 403 for what is
// not there, since the distribution may not list the bucket (Amazon S3 API Reference, GetObject).
type mediaFolder struct{ root *os.Root }

// openMedia opens a folder such as pub/media. Links that lead out of it lead nowhere.
func openMedia(folder string) (*mediaFolder, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("opening the media folder: %w", err)
	}
	return &mediaFolder{root: root}, nil
}

// Close gives the folder back.
func (m *mediaFolder) Close() error { return m.root.Close() }

// ServeHTTP implements http.Handler.
func (m *mediaFolder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		refuseObject(w, http.StatusMethodNotAllowed, "MethodNotAllowed")
		return
	}
	key, within := strings.CutPrefix(r.URL.Path, mediaPrefix)
	if !within || !fs.ValidPath(key) || isPrivateMedia(key) {
		refuseObject(w, http.StatusForbidden, "AccessDenied")
		return
	}
	file, err := m.root.Open(key)
	if err != nil {
		refuseObject(w, http.StatusForbidden, "AccessDenied")
		return
	}
	defer func() { _ = file.Close() }() // read only: nothing can be lost
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		refuseObject(w, http.StatusForbidden, "AccessDenied")
		return
	}
	w.Header().Set("Server", "AmazonS3")
	w.Header().Set("ETag", strconv.Quote(strconv.FormatInt(info.ModTime().UnixNano(), 16)+"-"+strconv.FormatInt(info.Size(), 16)))
	http.ServeContent(w, r, path.Base(key), info.ModTime(), file)
}

func isPrivateMedia(key string) bool {
	for _, pattern := range privateMedia() {
		folder, rest, _ := strings.Cut(pattern, "*")
		if strings.HasPrefix(key, folder) && strings.HasSuffix(key, rest) {
			return true
		}
	}
	return false
}

// refuseObject answers as S3 does (Amazon S3 API Reference, "Error responses").
func refuseObject(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Server", "AmazonS3")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, xml.Header+"<Error><Code>"+code+"</Code></Error>") // whoever asked may have gone
}

// StoredObject is an object of a bucket whose content the stack has.
type StoredObject struct{ Content, ContentType, CacheControl string }

// withObjects answers with the stack's own objects, and leaves the rest of the bucket to another handler.
func withObjects(objects map[string]StoredObject, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		object, found := objects[strings.TrimPrefix(r.URL.Path, "/")]
		if !found || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
			rest.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", object.ContentType)
		if object.CacheControl != "" {
			w.Header().Set("Cache-Control", object.CacheControl)
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(object.Content))
	})
}
