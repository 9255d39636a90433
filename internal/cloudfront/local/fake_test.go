package local

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// fakeEdge is a small stand-in for the model: it keeps what is under /static/ and /media/, and passes the rest.
type fakeEdge struct {
	options model.Options
	mu      sync.Mutex
	objects map[string]model.Object
	serial  int
}

func newFakeEdge(options model.Options) (Edge, error) {
	return &fakeEdge{options: options, objects: map[string]model.Object{}}, nil
}

func (f *fakeEdge) Explain(r *http.Request) model.Trace {
	trace := model.Trace{
		Method: r.Method, Host: r.Host, Path: r.URL.Path, Query: r.URL.RawQuery, Pattern: "*", Origin: "load-balancer",
		Result: model.Pass, Forwarded: r.Header.Clone(), Why: []string{"the path is " + r.URL.Path},
	}
	for _, cookie := range r.Cookies() {
		trace.Stripped = append(trace.Stripped, "cookie "+cookie.Name)
	}
	for _, pattern := range []string{"/static/*", "/media/*"} {
		if strings.HasPrefix(r.URL.Path, strings.TrimSuffix(pattern, "*")) {
			trace.Pattern, trace.Result, trace.Key = pattern, model.Miss, r.Host+r.URL.RequestURI()
			if pattern == "/media/*" {
				trace.Origin = "media"
			}
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if object, found := f.objects[trace.Key]; found {
		trace.Result, trace.Origin, trace.Status = model.Hit, "", object.Status
	}
	return trace
}

func (f *fakeEdge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	trace := f.Explain(r)
	f.mu.Lock()
	f.serial++
	f.options.Answer(w.Header(), trace)
	trace.ID, trace.Start = fmt.Sprint("request-", f.serial), time.Unix(0, 0)
	object := f.objects[trace.Key]
	f.mu.Unlock()
	switch trace.Result {
	case model.Hit:
		object.Hits++
		w.Header().Set("X-Cache", "Hit from cloudfront")
		w.WriteHeader(object.Status)
		_, _ = w.Write(object.Body)
	case model.Miss:
		recorded := httptest.NewRecorder()
		trace.Status = f.ask(trace.Origin, recorded, r)
		object = model.Object{Key: trace.Key, Pattern: trace.Pattern, Status: trace.Status, Body: recorded.Body.Bytes()}
		w.Header().Set("X-Cache", "Miss from cloudfront")
		w.WriteHeader(trace.Status)
		_, _ = w.Write(object.Body)
	default:
		if trace.Status = f.ask(trace.Origin, w, r); trace.Status == http.StatusBadGateway {
			trace.Result = model.Failed
			w.WriteHeader(http.StatusBadGateway)
		}
	}
	f.mu.Lock()
	if trace.Key != "" && trace.Status == http.StatusOK {
		f.objects[trace.Key] = object
	}
	f.mu.Unlock()
	f.options.Observe(trace)
}

// ask gives the status of an origin, 502 for one that is out of reach.
func (f *fakeEdge) ask(origin string, w http.ResponseWriter, r *http.Request) (status int) {
	noted := &noting{ResponseWriter: w}
	defer func() {
		if problem := recover(); problem != nil {
			if problem != http.ErrAbortHandler || noted.status != 0 {
				panic(problem)
			}
			status = http.StatusBadGateway
		}
	}()
	f.options.Origins[origin].ServeHTTP(noted, r)
	return noted.status
}

type noting struct {
	http.ResponseWriter
	status int
}

func (n *noting) WriteHeader(status int)      { n.status = status; n.ResponseWriter.WriteHeader(status) }
func (n *noting) Unwrap() http.ResponseWriter { return n.ResponseWriter }

func (n *noting) Write(p []byte) (int, error) {
	if n.status == 0 {
		n.status = http.StatusOK
	}
	return n.ResponseWriter.Write(p)
}

func (f *fakeEdge) Objects() []model.Object {
	f.mu.Lock()
	defer f.mu.Unlock()
	var objects []model.Object
	for _, object := range f.objects {
		objects = append(objects, object)
	}
	slices.SortFunc(objects, func(a, b model.Object) int { return strings.Compare(a.Key, b.Key) })
	return objects
}

func (f *fakeEdge) Purge(pattern string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	purged := 0
	for key := range f.objects {
		if strings.HasPrefix(path.Join("/", key[strings.Index(key, "/"):]), strings.TrimSuffix(pattern, "*")) {
			delete(f.objects, key)
			purged++
		}
	}
	return purged
}

func (f *fakeEdge) Behaviors() []Behavior {
	return []Behavior{
		{Pattern: "/static/*", Origin: "load-balancer", Key: "host, path, query"},
		{Pattern: "/media/*", Origin: "media", Key: "path"},
		{Pattern: "*", Origin: "load-balancer", Key: "none", Functions: "viewer request"},
	}
}

// shopName is the distribution's first host name.
const shopName = "shop.example.com"

func configFor(t *testing.T, backend string) Config {
	t.Helper()
	place, err := url.Parse(backend)
	require.NoError(t, err)
	return Config{
		Environment: "staging", Hosts: []string{shopName, "b2b.example.com"}, Edge: newFakeEdge, Backend: place,
		Origins:       []Origin{{ID: "load-balancer"}, {ID: "media", Bucket: true}},
		OriginTimeout: 5 * time.Second,
	}
}

// start serves a configuration until the test ends, and gives its URL.
func start(t *testing.T, config Config) (*Server, string) {
	t.Helper()
	server, err := New(config, nil)
	require.NoError(t, err)
	return server, serve(t, server)
}
