package stacks_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/internal/cloudfront/proof"
	"github.com/magestack/magestack/internal/cloudfront/traffic"
	"github.com/magestack/magestack/internal/varnish"
)

// replayed sends a trace through a distribution.
func replayed(tb testing.TB, d model.Distribution, trace []traffic.Request) traffic.Result {
	tb.Helper()
	origin, clock := &traffic.Origin{}, time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	origins := map[string]http.Handler{}
	for _, o := range d.Origins {
		origins[o.ID] = origin
	}
	edge, err := model.New(d, model.Options{Origins: origins, Now: func() time.Time { return clock }, CacheBytes: 1 << 30})
	require.NoError(tb, err)
	return traffic.Replay(trace, d.Aliases[0], edge, origin, &clock)
}

// mistaken is a distribution with one of the mistakes that the proof knows.
func mistaken(tb testing.TB, d model.Distribution, name string) model.Distribution {
	tb.Helper()
	for _, mistake := range proof.Mistakes() {
		if mistake.Name == name {
			mistake.Make(&d)
			return d
		}
	}
	require.Fail(tb, "no such mistake", name)
	return d
}

// changePages changes the behaviours of pages, in a list of their own.
func changePages(d *model.Distribution, change func(*model.Behavior)) {
	d.Behaviors = slices.Clone(d.Behaviors)
	for i, b := range d.Behaviors {
		if slices.Contains(b.Cache.Headers.Names, "x-cache-scope") {
			change(&d.Behaviors[i])
		}
	}
}

// TestTraffic replays a few minutes: ours keeps what it should and leaks nothing, and what people deploy instead is seen to
// be worse in one or the other. BenchmarkTraffic measures it.
func TestTraffic(t *testing.T) {
	d := served(t, planned(t, "production"))
	options := traffic.Standard()
	options.PageViews = 4000
	trace := traffic.Generate(options)
	assert.Equal(t, trace, traffic.Generate(options), "a seed makes one trace")

	ours := replayed(t, d, trace)
	assert.Zero(t, ours.Leaks)
	assert.Greater(t, ours.GuestHits*100, ours.GuestPages*50)
	assert.Greater(t, ours.FileHits*100, ours.Files*90)

	everything := replayed(t, mistaken(t, d, "all cookies forwarded and in the key"), trace)
	assert.Less(t, everything.GuestHits*2, ours.GuestHits, "a key for each visitor")
	assert.Positive(t, everything.Leaks, "a session for whoever comes without cookies")
	assert.Positive(t, replayed(t, mistaken(t, d, "all cookies through the origin request policy"), trace).Leaks)
}

// BenchmarkTraffic replays the standard trace through ours, through what is deployed instead, and through Varnish with
// Magento's rules where it is installed.
func BenchmarkTraffic(b *testing.B) {
	d := served(b, planned(b, "production"))
	trace := traffic.Generate(traffic.Standard())
	brief := d
	changePages(&brief, func(b *model.Behavior) { b.Cache.MaxTTL = 15 * time.Minute })
	uncached := d
	changePages(&uncached, func(b *model.Behavior) { b.Cache = model.CachePolicy{Name: "CachingDisabled"} })
	for _, c := range []struct {
		name string
		d    model.Distribution
	}{
		{"ours", d}, {"ours, pages kept for 15 minutes", brief}, {"ours without pages", uncached},
		{"minimum TTL above zero", mistaken(b, d, "minimum TTL above zero")},
		{"all cookies ignored", mistaken(b, d, "all cookies ignored")},
		{"all cookies forwarded and in the key", mistaken(b, d, "all cookies forwarded and in the key")},
	} {
		b.Run(c.name, func(b *testing.B) {
			var result traffic.Result
			for b.Loop() {
				result = replayed(b, c.d, trace)
			}
			b.Logf("%s", result)
			report(b, result, len(trace))
		})
	}
}

// BenchmarkTrafficThroughVarnish is the pages of the same trace through Varnish with Magento's rules. They trust Magento to
// put nothing of a visitor into a page; this origin does, so that each hit on a page that a session brought counts as a
// leak.
func BenchmarkTrafficThroughVarnish(b *testing.B) {
	if _, err := exec.LookPath(varnish.Program); err != nil {
		b.Skip(varnish.Program + " is not installed")
	}
	// Files are passed through by those rules.
	trace := slices.DeleteFunc(traffic.Generate(traffic.Standard()), func(r traffic.Request) bool { return r.File })
	for b.Loop() {
		origin, clock := &traffic.Origin{}, time.Now()
		backend := httptest.NewServer(origin)
		ctx, stop := context.WithCancel(b.Context())
		varnish, err := traffic.StartVarnish(ctx, b.TempDir(), backend.URL)
		require.NoError(b, err)
		result := traffic.Replay(trace, "shop.example.com", varnish, origin, &clock)
		stop()
		backend.Close()
		b.Logf("%s", result)
		report(b, result, len(trace))
	}
}

func report(b *testing.B, r traffic.Result, requests int) {
	b.Helper()
	b.ReportMetric(100*float64(r.GuestHits)/float64(r.GuestPages), "guest-%")
	b.ReportMetric(100*float64(r.FileHits)/float64(max(r.Files, 1)), "file-%")
	b.ReportMetric(float64(r.OriginRequests), "origin-requests")
	b.ReportMetric(float64(r.Leaks), "leaks")
	b.ReportMetric(float64(requests*b.N)/b.Elapsed().Seconds(), "requests/s")
}
