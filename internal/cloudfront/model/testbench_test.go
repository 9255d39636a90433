package model_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// bench is an edge in front of an origin that a test decides about, and a clock that it turns.
type bench struct {
	*model.Edge
	t      *testing.T
	now    time.Time
	asked  atomic.Int64
	last   *http.Request // that the origin got
	origin http.HandlerFunc
	traces []model.Trace
}

// start makes a bench of one behaviour, which the test changes.
func start(t *testing.T, change func(*model.Distribution), origin http.HandlerFunc) *bench {
	t.Helper()
	return startSmall(t, 0, change, origin)
}

// startSmall makes a bench whose cache has room for some bytes.
func startSmall(t *testing.T, bytes int64, change func(*model.Distribution), origin http.HandlerFunc) *bench {
	t.Helper()
	d := model.Distribution{
		ID: "E1", DomainName: "d1.cloudfront.net", Aliases: []string{"shop.example.com", "shop.example.de"},
		Origins: []model.Origin{{ID: "origin", DomainName: "origin.internal", ReadTimeout: time.Minute}, {ID: "standby", DomainName: "standby.internal", ReadTimeout: time.Minute}},
		Behaviors: []model.Behavior{{
			Pattern: model.Default, Origin: "origin", Methods: []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, CachedMethods: []string{"GET", "HEAD"},
			ViewerProtocol: "redirect-to-https", Compress: true,
			Cache: model.CachePolicy{Name: "test", MaxTTL: time.Hour, Queries: model.Selection{Mode: model.All}},
		}},
	}
	if change != nil {
		change(&d)
	}
	b := &bench{t: t, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), origin: origin}
	ask := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.asked.Add(1)
		b.last = r
		b.origin(w, r)
	})
	edge, err := model.New(d, model.Options{
		Origins: map[string]http.Handler{"origin": ask, "standby": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "standby") })},
		Now:     func() time.Time { return b.now }, Plain: true, CacheBytes: bytes, Observe: func(trace model.Trace) { b.traces = append(b.traces, trace) },
	})
	require.NoError(t, err)
	b.Edge = edge
	return b
}

// say is an origin that always says the same.
func say(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// dead is an origin that is out of reach.
func dead(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// send makes a request; headers are pairs.
func (b *bench) send(method, url string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func (b *bench) get(url string, headers ...string) *httptest.ResponseRecorder {
	return b.send(http.MethodGet, "https://shop.example.com"+url, headers...)
}

// wait turns the clock.
func (b *bench) wait(d time.Duration) { b.now = b.now.Add(d) }

func only(change func(*model.Behavior)) func(*model.Distribution) {
	return func(d *model.Distribution) { change(&d.Behaviors[0]) }
}

const (
	hit     = "Hit from cloudfront"
	miss    = "Miss from cloudfront"
	refresh = "RefreshHit from cloudfront"
	failed  = "Error from cloudfront"
)
