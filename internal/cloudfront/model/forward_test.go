package model_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

func TestWhatIsForwarded(t *testing.T) {
	sent := []string{"Cookie", "a=1; b=2", "Authorization", "Bearer t", "User-Agent", "phone", "X-Forwarded-Proto", "http", "X-Forwarded-For", "192.0.2.1", "X-Any", "1", "Accept-Encoding", "gzip, br"}
	b := start(t, nil, say(200, "x"))
	b.get("/p?q=1", sent...)
	assert.Equal(t, "origin.internal", b.last.Host)
	assert.Equal(t, "Amazon CloudFront", b.last.UserAgent())
	for _, name := range []string{"Cookie", "Authorization", "X-Any", "X-Forwarded-Proto", "Accept-Encoding"} {
		assert.Empty(t, b.last.Header.Get(name), name)
	}
	assert.Equal(t, "192.0.2.1, 192.0.2.1", b.last.Header.Get("X-Forwarded-For"), "what the viewer says stays in front")

	all := only(func(b *model.Behavior) {
		b.Cache = model.CachePolicy{Name: "CachingDisabled"}
		b.Request = &model.RequestPolicy{Headers: model.Selection{Mode: model.AllViewer}, Cookies: model.Selection{Mode: model.All}, Queries: model.Selection{Mode: model.All}}
	})
	b = start(t, all, say(200, "x", "Set-Cookie", "s=1"))
	w := b.get("/p?q=1&&x", sent...)
	assert.Equal(t, "shop.example.com", b.last.Host)
	assert.Equal(t, "q=1&&x", b.last.URL.RawQuery)
	for name, want := range map[string]string{"Cookie": "a=1; b=2", "Authorization": "Bearer t", "User-Agent": "phone", "X-Any": "1", "Accept-Encoding": "gzip, br", "X-Forwarded-Proto": ""} {
		assert.Equal(t, want, b.last.Header.Get(name), name)
	}
	assert.Equal(t, "s=1", w.Header().Get("Set-Cookie"))
	b.get("/p")
	assert.EqualValues(t, 2, b.asked.Load(), "nothing is kept")
	assert.Empty(t, b.Objects())
}

func TestFailover(t *testing.T) {
	grouped := func(d *model.Distribution) {
		d.Groups = []model.OriginGroup{{ID: "group", Members: []string{"origin", "standby"}, Codes: []int{503}}}
		d.Behaviors[0].Origin = "group"
	}
	b := start(t, grouped, say(503, "down"))
	assert.Equal(t, "standby", b.get("/").Body.String())
	b.origin = dead
	assert.Equal(t, "standby", b.get("/2").Body.String())
	b.origin = say(500, "broken")
	assert.Equal(t, 500, b.get("/3").Code)
	b.origin = say(503, "down")
	assert.Equal(t, 503, b.send(http.MethodPost, "https://shop.example.com/").Code, "what changes something is asked once")
}

// TestOneRequestOfMany holds that whoever asks while another waits gets the same answer, where no cookies are forwarded.
func TestOneRequestOfMany(t *testing.T) {
	begun, release := make(chan struct{}, 8), make(chan struct{})
	d := model.Distribution{DomainName: "d", Origins: []model.Origin{{ID: "o", ReadTimeout: time.Minute}}, Behaviors: []model.Behavior{{
		Pattern: "*", Origin: "o", Methods: []string{"GET"}, ViewerProtocol: "allow-all", Cache: model.CachePolicy{MaxTTL: time.Hour},
	}}}
	edge, err := model.New(d, model.Options{Origins: map[string]http.Handler{"o": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		begun <- struct{}{}
		<-release
		say(200, "x", "Cache-Control", "max-age=60")(w, nil)
	})}})
	require.NoError(t, err)
	done := make(chan string, 8)
	ask := func() {
		w := httptest.NewRecorder()
		edge.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://d/", nil))
		done <- w.Body.String()
	}
	go ask()
	<-begun
	for range 7 {
		go ask()
	}
	close(release)
	for range 8 {
		assert.Equal(t, "x", <-done)
	}
	assert.Empty(t, begun, "nobody else asked the origin")
}

// TestCookiesAreNotAskedForTogether since the answer to one visitor may be his.
func TestCookiesAreNotAskedForTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		d := model.Distribution{DomainName: "d", Origins: []model.Origin{{ID: "o", ReadTimeout: time.Minute}}, Behaviors: []model.Behavior{{
			Pattern: "*", Origin: "o", Methods: []string{"GET"}, ViewerProtocol: "allow-all",
			Cache: model.CachePolicy{MaxTTL: time.Hour, Cookies: model.Selection{Mode: model.All}},
		}}}
		edge, err := model.New(d, model.Options{Origins: map[string]http.Handler{"o": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			time.Sleep(time.Second) // of the bubble's clock
			say(200, "x", "Cache-Control", "max-age=60")(w, nil)
		})}})
		require.NoError(t, err)
		for range 8 {
			go edge.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://d/", nil))
		}
		synctest.Wait()
		assert.EqualValues(t, 8, asked.Load())
		time.Sleep(2 * time.Second)
	})
}

// TestWhatIsReadIsAskedForAgain where nobody answers, as often as the distribution says; what changes something never is.
func TestWhatIsReadIsAskedForAgain(t *testing.T) {
	for _, kept := range []bool{true, false} {
		b := start(t, func(d *model.Distribution) {
			d.Origins[0].Attempts = 3
			if !kept {
				d.Behaviors[0].Cache = model.CachePolicy{Name: "CachingDisabled"}
			}
		}, dead)
		assert.Equal(t, 502, b.get("/").Code)
		assert.EqualValues(t, 3, b.asked.Load())
		b.send(http.MethodPost, "https://shop.example.com/")
		assert.EqualValues(t, 4, b.asked.Load())
	}
}

// TestConditionsOfVisitors reach the origin, whose answer to one may be kept for all.
func TestConditionsOfVisitors(t *testing.T) {
	b := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		switch {
		case r.Header.Get("If-Match") != "":
			w.WriteHeader(http.StatusPreconditionFailed)
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
		case r.Header.Get("Range") != "":
			w.WriteHeader(http.StatusPartialContent)
		}
		_, _ = io.WriteString(w, "page")
	})
	assert.Equal(t, 304, b.get("/", "If-None-Match", "x").Code)
	assert.Equal(t, 206, b.get("/", "Range", "bytes=0-1").Code)
	assert.Equal(t, 200, b.get("/").Code, "neither is kept")
	assert.Equal(t, 412, b.get("/2", "If-Match", "x").Code)
	assert.Equal(t, 412, b.get("/2").Code, "an error with a lifetime is")
}
