package model_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// uncached has every request go to the origin.
func uncached(b *model.Behavior) { b.Cache = model.CachePolicy{Name: "disabled"} }

// slowly writes three parts with a pause before each.
func slowly(pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(w, "part ")
		}
	}
}

// TestSilence is counted between the parts of an answer, and an export may take longer in all.
func TestSilence(t *testing.T) {
	for about, change := range map[string]func(*model.Distribution){"kept": nil, "passed on": only(uncached)} {
		synctest.Test(t, func(t *testing.T) {
			b := start(t, change, slowly(50*time.Second))
			w := b.get("/export")
			assert.Equal(t, http.StatusOK, w.Code, about)
			assert.Equal(t, "part part part ", w.Body.String(), about)

			b.origin = slowly(70 * time.Second)
			assert.Equal(t, http.StatusGatewayTimeout, b.get("/silent").Code, about)
		})
	}
}

// TestSilenceInTheMiddle cuts off what the viewer gets.
func TestSilenceInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, only(uncached), func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "part")
			slowly(70*time.Second)(w, r)
		})
		assert.PanicsWithValue(t, http.ErrAbortHandler, func() { b.get("/export") })
	})
}

// slow is a viewer who takes two minutes to read or to send anything.
type slow struct{ http.ResponseWriter }

func (s slow) Write(p []byte) (int, error) {
	time.Sleep(2 * time.Minute)
	return s.ResponseWriter.Write(p)
}

func (slow) Read([]byte) (int, error) { time.Sleep(2 * time.Minute); return 0, io.EOF }

// TestSlowViewersAreNotTheOriginsFault whether they read or send.
func TestSlowViewersAreNotTheOriginsFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, only(uncached), func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			slowly(time.Second)(w, r)
		})
		w := httptest.NewRecorder()
		b.ServeHTTP(slow{w}, httptest.NewRequest(http.MethodPost, "https://shop.example.com/import", slow{}))
		assert.Equal(t, http.StatusOK, w.Code)
		assert.Equal(t, "part part part ", w.Body.String())
	})
}
