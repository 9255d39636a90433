package proof_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/internal/cloudfront/proof"
)

var hosts = proof.Hosts{"shop.example.com", "www.shop.example.com"}

// unguarded are rules that a shop without an edge breaks: it believes what it is told.
var unguarded = []string{proof.Believed, proof.WrongPage}

// TestTheShopAlone holds that the shop without an edge breaks no other rule: what breaks one behind an edge is the edge's
// doing.
func TestTheShopAlone(t *testing.T) {
	scripts := proof.Generator(hosts, 40)
	rapid.Check(t, func(t *rapid.T) {
		steps := scripts.Draw(t, "steps")
		behavior := rapid.SampledFrom(proof.Behaviors()).Draw(t, "behavior")
		found, err := proof.Run(proof.Straight, behavior, steps)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range found {
			if v.Rule != unguarded[0] && v.Rule != unguarded[1] {
				t.Fatalf("%s", proof.Counterexample{Behavior: behavior, Steps: steps, Violations: []proof.Violation{v}})
			}
		}
	})
	for _, steps := range append(proof.Stories(hosts), proof.Tour(hosts[0])) {
		found, err := proof.Run(proof.Straight, fakeshop.Behavior{}, steps)
		require.NoError(t, err)
		for _, v := range found {
			assert.Contains(t, unguarded, v.Rule, v)
		}
	}
}

// keepsAll is a naive cache: it keeps what says public, by its URL.
func keepsAll(withCookies bool) proof.Edge {
	return func(origin http.Handler, _ func() time.Time) (http.Handler, error) {
		kept := map[string]*httptest.ResponseRecorder{}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			url := r.Host + r.URL.String()
			answer := kept[url]
			if answer == nil || r.Method != http.MethodGet {
				answer = httptest.NewRecorder()
				origin.ServeHTTP(answer, r)
				if !withCookies && strings.HasPrefix(answer.Header().Get("Cache-Control"), "public") {
					answer.Header().Del("Set-Cookie")
				}
			}
			if r.Method == http.MethodGet && strings.HasPrefix(answer.Header().Get("Cache-Control"), "public") {
				kept[url] = answer
			}
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(bytes.Clone(answer.Body.Bytes()))
		}), nil
	}
}

// TestACacheOfAnAfternoon wants the short scripts that show what is wrong with it.
func TestACacheOfAnAfternoon(t *testing.T) {
	found, err := proof.Search(keepsAll(true), hosts, 1, proof.OthersSession)
	require.NoError(t, err)
	require.NotNil(t, found)
	assert.Len(t, found.Steps, 1, found)
	assert.Contains(t, found.String(), "then new-visitor-1: GET https://shop.example.com/women.html, while the shop is out of reach: a visitor is given a session that another has")

	found, err = proof.Search(keepsAll(false), hosts, 1, proof.OthersPage)
	require.NoError(t, err)
	require.NotNil(t, found)
	assert.LessOrEqual(t, len(found.Steps), 2, found)

	found, err = proof.Search(keepsAll(false), hosts, 1, proof.WrongContext)
	require.NoError(t, err)
	require.NotNil(t, found)
	assert.LessOrEqual(t, len(found.Steps), 3, found)
}

// TestAnEdgeThatAsksTwice is noticed by what is done twice.
func TestAnEdgeThatAsksTwice(t *testing.T) {
	twice := func(origin http.Handler, _ func() time.Time) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/cart/add") {
				origin.ServeHTTP(httptest.NewRecorder(), r)
			}
			origin.ServeHTTP(w, r)
		}), nil
	}
	found, err := proof.Search(twice, hosts, 1, proof.NotOnce)
	require.NoError(t, err)
	require.NotNil(t, found)
	assert.Len(t, found.Steps, 1)
	assert.Contains(t, found.String(), "step-1 was done 2 times, not 1")
}

func TestMistakesAreNamedOnceAndBreakRules(t *testing.T) {
	names := map[string]bool{}
	for _, m := range proof.Mistakes() {
		assert.NotEmpty(t, m.Name)
		assert.NotEmpty(t, m.Breaks, m.Name)
		assert.False(t, names[m.Name], m.Name)
		names[m.Name] = true
	}
}
