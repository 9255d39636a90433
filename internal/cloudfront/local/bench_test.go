package local

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// BenchmarkHit is a page out of the cache, with the function on its request: go test -bench Hit -cpu 1.
func BenchmarkHit(b *testing.B) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=86400")
		_, _ = io.WriteString(w, "page")
	}))
	defer origin.Close()
	backend, err := url.Parse(origin.URL)
	if err != nil {
		b.Fatal(err)
	}
	distribution := smallDistribution()
	server, err := New(Config{
		Hosts: distribution.Aliases, Origins: OriginsOf(distribution), Edge: FromModel(distribution), Backend: backend,
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		request := httptest.NewRequest(http.MethodGet, "/women/tops.html?utm_source=x&color=red", nil)
		request.Host = "localhost:8443"
		request.Header.Set("Cookie", "PHPSESSID=1; form_key=2")
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Code)
		}
	}
}
