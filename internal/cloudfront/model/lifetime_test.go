package model_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// TestTTL is CloudFront's table of minimum, default and maximum against what the origin says.
func TestTTL(t *testing.T) {
	const minute = time.Minute
	for _, c := range []struct {
		says              string
		least, usual, max time.Duration
		kept              time.Duration // 0 for asked again at once
	}{
		{"max-age=60", 0, 0, time.Hour, minute},
		{"max-age=60, s-maxage=120", 0, 0, time.Hour, 2 * minute},
		{"max-age=7200", 0, 0, time.Hour, time.Hour},
		{"max-age=60", 5 * minute, 5 * minute, time.Hour, 5 * minute},
		{"", 0, 0, time.Hour, 0},
		{"", 0, minute, time.Hour, minute},
		{"", 2 * minute, minute, time.Hour, 2 * minute},
		{"no-store", 0, minute, time.Hour, 0},
		{"private, max-age=60", 0, minute, time.Hour, 0},
		{"no-cache", 0, minute, time.Hour, 0},
		{"no-store", 5 * time.Second, minute, time.Hour, 5 * time.Second},
		{"max-age=junk", 0, minute, time.Hour, minute},
		{"max-age=60", 0, 0, 0, 0},
	} {
		t.Run(fmt.Sprintf("%s between %s and %s", c.says, c.least, c.max), func(t *testing.T) {
			b := start(t, only(func(b *model.Behavior) { b.Cache.MinTTL, b.Cache.DefaultTTL, b.Cache.MaxTTL = c.least, c.usual, c.max }), say(200, "x", "Cache-Control", c.says))
			b.get("/")
			if c.kept == 0 {
				b.get("/")
				assert.EqualValues(t, 2, b.asked.Load())
				return
			}
			b.wait(c.kept - time.Second)
			w := b.get("/")
			assert.Equal(t, hit, w.Header().Get("X-Cache"))
			assert.Equal(t, fmt.Sprint(int(c.kept.Seconds())-1), w.Header().Get("Age"))
			b.wait(2 * time.Second)
			b.get("/")
			assert.EqualValues(t, 2, b.asked.Load())
		})
	}
}

func TestExpires(t *testing.T) {
	b := start(t, nil, nil)
	b.origin = say(200, "x", "Expires", b.now.Add(time.Minute).Format(http.TimeFormat))
	b.get("/")
	b.wait(59 * time.Second)
	assert.Equal(t, hit, b.get("/").Header().Get("X-Cache"))
	b.origin = say(200, "x", "Expires", "-1")
	b.get("/old")
	assert.Equal(t, miss, b.get("/old").Header().Get("X-Cache"))
}

// TestOutages is what "no-store" does not prevent: what an origin said before is shown while it is out of reach.
func TestOutages(t *testing.T) {
	for says, want := range map[string]int{
		"max-age=60":                    200,
		"no-store":                      200,
		"no-store, stale-if-error=0":    502,
		"max-age=60, stale-if-error=30": 200,
		"max-age=60, stale-if-error=0":  502,
	} {
		t.Run(says, func(t *testing.T) {
			b := start(t, nil, say(200, "of the first", "Cache-Control", says))
			b.get("/")
			b.wait(70 * time.Second)
			b.origin = dead
			w := b.get("/")
			assert.Equal(t, want, w.Code)
			assert.Equal(t, want == 200, w.Body.String() == "of the first")
		})
	}
	b := start(t, nil, say(200, "page", "Cache-Control", "max-age=60"))
	b.get("/")
	b.wait(time.Hour)
	b.origin = say(500, "broken")
	assert.Equal(t, "page", b.get("/").Body.String(), "an error is no reason to show nothing")
	b.origin = say(404, "gone")
	assert.Equal(t, 404, b.get("/").Code)
}

func TestStaleWhileRevalidate(t *testing.T) {
	b := start(t, nil, say(200, "old", "Cache-Control", "max-age=60, stale-while-revalidate=60"))
	b.get("/")
	b.wait(90 * time.Second)
	b.origin = say(200, "new", "Cache-Control", "max-age=60")
	stale := b.get("/")
	assert.Equal(t, "old", stale.Body.String())
	assert.Equal(t, hit, stale.Header().Get("X-Cache"))
	assert.Equal(t, "90", stale.Header().Get("Age"))
	w := b.get("/")
	assert.Equal(t, "new", w.Body.String())
	assert.Equal(t, hit, w.Header().Get("X-Cache"))

	b = start(t, nil, say(200, "mine", "Cache-Control", "no-store, stale-while-revalidate=60"))
	b.get("/")
	assert.Equal(t, miss, b.get("/").Header().Get("X-Cache"), "what is not to be kept is not shown while the origin is asked")
}

func TestStaleIfErrorEndsWithTheMaximum(t *testing.T) {
	b := start(t, nil, say(200, "old", "Cache-Control", "max-age=60, stale-if-error=36000"))
	b.get("/")
	b.origin = dead
	b.wait(time.Hour)
	assert.Equal(t, "old", b.get("/").Body.String())
	b.wait(2 * time.Minute)
	assert.Equal(t, 502, b.get("/").Code)
}

// TestOddNumbers are read in the way that keeps for longer.
func TestOddNumbers(t *testing.T) {
	for says, kept := range map[string]bool{
		"max-age=99999999999999999999999": true, "max-age=4294967296": true, "max-age=\"60\"": true, "max-age=0": false,
		"max-age=soon": true, "max-age=-1": true, "max-age=": true, "s-maxage=soon, max-age=0": false,
	} {
		b := start(t, only(func(b *model.Behavior) { b.Cache.DefaultTTL = time.Minute }), say(200, "x", "Cache-Control", says))
		b.get("/")
		assert.Equal(t, kept, b.get("/").Header().Get("X-Cache") == hit, says)
	}
}

func TestVaryByEverything(t *testing.T) {
	b := start(t, nil, say(200, "x", "Cache-Control", "max-age=60", "Vary", "Accept-Encoding, *"))
	b.get("/")
	assert.Equal(t, miss, b.get("/").Header().Get("X-Cache"))
}

func TestErrorsAreKept(t *testing.T) {
	never := func(d *model.Distribution) {
		for _, code := range []int{404, 500, 502} {
			d.Errors = append(d.Errors, model.ErrorResponse{Code: code})
		}
	}
	for _, c := range []struct {
		status int
		says   string
		change func(*model.Distribution)
		kept   time.Duration
	}{
		{404, "", nil, 10 * time.Second}, {404, "no-store", nil, 0}, {404, "max-age=60", nil, time.Minute}, {404, "", never, 0}, {404, "max-age=60", never, time.Minute}, {404, "max-age=5", nil, 10 * time.Second},
		{500, "", nil, 10 * time.Second}, {500, "no-store", nil, 10 * time.Second}, {500, "no-store", never, 0},
		{403, "", nil, 0}, {403, "max-age=60", nil, time.Minute}, {401, "max-age=60", nil, 0},
	} {
		t.Run(fmt.Sprint(c.status, c.says, c.kept), func(t *testing.T) {
			b := start(t, c.change, say(c.status, "error", "Cache-Control", c.says))
			b.get("/")
			b.wait(c.kept - time.Second)
			w := b.get("/")
			assert.Equal(t, c.status, w.Code)
			assert.Equal(t, failed, w.Header().Get("X-Cache"))
			want := int64(2)
			if c.kept > 0 {
				want = 1
			}
			assert.Equal(t, want, b.asked.Load())
		})
	}
}

func TestRevalidation(t *testing.T) {
	origin := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, "page")
	}
	b := start(t, nil, origin)
	b.get("/")
	b.wait(time.Hour)
	w := b.get("/")
	assert.Equal(t, "page", w.Body.String())
	assert.Equal(t, refresh, w.Header().Get("X-Cache"))
	assert.Equal(t, http.StatusNotModified, b.get("/", "If-None-Match", `W/"1"`).Code)
	assert.EqualValues(t, 2, b.asked.Load())

	b = start(t, only(func(b *model.Behavior) { b.Cache.Cookies = model.Selection{Mode: model.All} }), origin)
	b.get("/")
	b.wait(time.Hour)
	assert.Equal(t, miss, b.get("/").Header().Get("X-Cache"), "not where cookies are forwarded (Conditional GET requests)")
	assert.Empty(t, b.last.Header.Get("If-None-Match"))
}

// TestWhatIsNotRememberedIsNotSaidToBe tells answers that are never shown again from those that an outage brings back.
func TestWhatIsNotRememberedIsNotSaidToBe(t *testing.T) {
	for control, want := range map[string]string{
		"no-store":                    "not fresh for any viewer, and remembered for when the origin is out of reach",
		"no-store, stale-if-error=60": "not fresh for any viewer, and remembered for when the origin is out of reach",
		"no-store, stale-if-error=0":  "not kept, nor shown when the origin is out of reach (stale-if-error=0)",
		"no-store, stale-if-error=0, stale-while-revalidate=60": "not kept, nor shown when the origin is out of reach (stale-if-error=0)",
	} {
		b := start(t, nil, say(200, "x", "Cache-Control", control))
		b.get("/")
		assert.Contains(t, b.traces[0].Why, want, control)
		b.origin = dead
		assert.Equal(t, strings.Contains(want, "remembered"), b.get("/").Code == 200, control)
	}
}
