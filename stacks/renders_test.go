package stacks_test

import (
	"bytes"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/internal/cloudfront/traffic"
	"github.com/magestack/magestack/internal/varnish"
	mage "github.com/magestack/magestack/pkg/magento"
)

// alone is Varnish with Magento's own rules and nothing in front of it, with a clock: the floor. It does on a trace what varnishd does
// with internal/cloudfront/traffic/magento.vcl.
type alone struct {
	origin http.Handler
	now    func() time.Time
	kept   map[string]*httptest.ResponseRecorder
	until  map[string]time.Time
}

func (a *alone) Purge(pattern string) error {
	expression, err := regexp.Compile(pattern)
	for key, answer := range a.kept {
		if err == nil && expression.MatchString(answer.Header().Get(mage.TagsHeader)) {
			delete(a.kept, key)
		}
	}
	return err
}

func (a *alone) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := slices.DeleteFunc(strings.Split(r.URL.RawQuery, "&"), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return mage.IsTracking(name)
	})
	vary := ""
	if cookie, err := r.Cookie(mage.VaryCookie); err == nil {
		vary = cookie.Value
	}
	key := strings.Join([]string{r.Host, r.URL.Path, strings.Join(query, "&"), vary}, " ")
	passed := regexp.MustCompile(`/customer|/checkout|^/(media|static)/`).MatchString(r.URL.Path)
	answer := a.kept[key]
	if passed || answer == nil || !a.now().Before(a.until[key]) {
		answer = httptest.NewRecorder()
		a.origin.ServeHTTP(answer, r)
		// Since 2.4.7 what sets the cookie for who has none is not kept.
		sets := strings.Contains(strings.Join(answer.Header().Values("Set-Cookie"), "\n"), mage.VaryCookie+"=")
		if !passed && strings.HasPrefix(answer.Header().Get("Cache-Control"), "public") && (vary != "" || !sets) {
			answer.Header().Del("Set-Cookie")
			a.kept[key], a.until[key] = answer, a.now().Add(24*time.Hour)
		}
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(bytes.Clone(answer.Body.Bytes()))
}

// purger is what Magento purges.
type purger interface {
	http.Handler
	Purge(pattern string) error
}

// rendered replays a trace through edge locations, or none, and what is behind them, or nothing.
func rendered(t testing.TB, d model.Distribution, trace []traffic.Request, locations int, behind func(http.Handler, func() time.Time) purger) traffic.Result {
	t.Helper()
	origin, clock := &traffic.Origin{Varies: true}, time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	var back http.Handler = origin
	var cache purger
	if behind != nil {
		cache = behind(origin, now)
		back = cache
	}
	fronts := []http.Handler{back}
	if locations > 0 {
		fronts = nil
	}
	for range locations {
		origins := map[string]http.Handler{}
		for _, o := range d.Origins {
			origins[o.ID] = back
			if o.Bucket {
				origins[o.ID] = origin
			}
		}
		edge, err := model.New(d, model.Options{Origins: origins, Now: now, CacheBytes: 1 << 30})
		require.NoError(t, err)
		fronts = append(fronts, edge)
	}
	return traffic.ReplayAt(trace, func(r traffic.Request) http.Handler {
		if r.Purge != "" {
			if cache != nil {
				require.NoError(t, cache.Purge("((^|,)"+r.Purge+"(,|$))"))
			}
			return nil
		}
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(r.Visitor)) // which never fails
		return fronts[hash.Sum32()%uint32(len(fronts))]
	}, origin, &clock)
}

// TestVarnishBehindTheEdgeIsNoDearerThanVarnishAlone replays a part of both traces: what PHP renders is no more than what Varnish alone
// needs, no visitor gets another's page, and files stay at the edge.
func TestVarnishBehindTheEdgeIsNoDearerThanVarnishAlone(t *testing.T) {
	const pageViews = 3000
	compared(t, pageViews)
}

// BenchmarkRenders replays both traces whole: the figures of docs/performance.md.
func BenchmarkRenders(b *testing.B) {
	for b.Loop() {
		compared(b, traffic.Standard().PageViews)
	}
}

func compared(t testing.TB, pageViews int) {
	t.Helper()
	d := served(t, planned(t, "production"))
	d.Aliases = []string{traffic.FirstHost, traffic.SecondHost}
	floor := func(origin http.Handler, now func() time.Time) purger {
		return &alone{origin, now, map[string]*httptest.ResponseRecorder{}, map[string]time.Time{}}
	}
	ours := func(origin http.Handler, now func() time.Time) purger {
		return varnish.NewModel(varnish.Shop{}, origin, now)
	}
	standard, long := traffic.Standard(), traffic.Standard()
	standard.PageViews, long.PageViews = pageViews, pageViews
	long.PerSecond = 2 // five hours and a half for all 40,000
	for _, c := range []struct {
		name      string
		trace     []traffic.Request
		locations int
	}{{"standard, one location", traffic.Generate(standard), 1}, {"spread, six locations", traffic.Spread(long), 6}} {
		least := rendered(t, d, c.trace, 0, floor)
		edge := rendered(t, d, c.trace, c.locations, nil)
		both := rendered(t, d, c.trace, c.locations, ours)
		t.Logf("%s\nVarnish alone      %s\nedge alone         %s\nedge, then Varnish %s", c.name, least, edge, both)
		assert.LessOrEqual(t, both.Renders, least.Renders, c.name)
		assert.Less(t, both.Renders, edge.Renders, c.name)
		assert.Zero(t, both.Leaks, c.name)
		assert.Equal(t, edge.FileHits, both.FileHits, "%s: files stay at the edge", c.name)
	}
}
