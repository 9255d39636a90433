package stacks_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/internal/cloudfront/proof"
	"github.com/magestack/magestack/internal/varnish"
	"github.com/magestack/magestack/pkg/settings"
)

// throughVarnish puts Varnish between a distribution and the shop.
func throughVarnish(d model.Distribution, kept func(*varnish.Model)) proof.Edge {
	return func(origin http.Handler, now func() time.Time) (http.Handler, error) {
		behind := varnish.NewModel(varnish.Shop{}, origin, now)
		kept(behind)
		return proof.Through(d)(behind, now)
	}
}

// contracts are shops that keep Magento's contract with Varnish, and do whatever else they like.
func contracts() []fakeshop.Behavior {
	return []fakeshop.Behavior{
		{Varies: true}, {Varies: true, NothingSaid: true}, {Varies: true, CookiesOnErrors: true, Chunked: true},
		{Varies: true, EverythingPublic: true, CookiesOnErrors: true}, {Varies: true, Grace: true, Tagged: true},
		{Varies: true, EverythingPublic: true, CookiesOnErrors: true, Grace: true, Tagged: true, Chunked: true},
	}
}

// TestNoVisitorSeesAnothersPageThroughVarnish is the proof with Varnish behind the edge: of shops that keep the contract for all
// visitors, and of the worst for those without an X-Magento-Vary, whose pages are made without a session.
func TestNoVisitorSeesAnothersPageThroughVarnish(t *testing.T) {
	d := served(t, planned(t, "production"))
	prove := func(t *testing.T, behaviors []fakeshop.Behavior, drop func(proof.Step) bool, stories [][]proof.Step) {
		play := func(behavior fakeshop.Behavior, steps []proof.Step) *proof.Counterexample {
			var behind *varnish.Model
			steps = slices.DeleteFunc(slices.Clone(steps), func(s proof.Step) bool {
				return drop(s) || strings.HasPrefix(s.Path, "/health_check.php") // which Varnish answers
			})
			found, err := proof.Run(throughVarnish(d, func(m *varnish.Model) { behind = m }), behavior, steps)
			require.NoError(t, err)
			for _, header := range behind.Kept() {
				if owner := header.Get("X-Shop-Owner"); owner != "" {
					found = append(found, proof.Violation{Rule: proof.KeptForOthers, What: "Varnish keeps what is " + owner + "'s"})
				}
				if header.Get("Set-Cookie") != "" {
					found = append(found, proof.Violation{Rule: proof.OthersSession, What: "Varnish keeps a cookie"})
				}
			}
			if len(found) > 0 {
				return &proof.Counterexample{Behavior: behavior, Steps: steps, Violations: found}
			}
			return nil
		}
		for _, behavior := range behaviors {
			for _, story := range stories {
				if found := play(behavior, story); found != nil {
					require.Fail(t, "a story comes true", found.String())
				}
			}
		}
		scripts := proof.Generator(d.Aliases, 40)
		rapid.Check(t, func(t *rapid.T) {
			if found := play(rapid.SampledFrom(behaviors).Draw(t, "behavior"), scripts.Draw(t, "steps")); found != nil {
				t.Fatalf("%s", found)
			}
		})
	}
	stories := append(proof.Stories(d.Aliases), proof.Tour(d.Aliases[0]))
	t.Run("the contract", func(t *testing.T) {
		// The front page below index.php is public, and shows nothing of whom the tour expects to be known there.
		prove(t, contracts(), func(s proof.Step) bool { return s.Known && !fakeshop.Decided(fakeshop.Path(s.Path)) }, stories)
	})
	t.Run("guests of the worst", func(t *testing.T) {
		prove(t, proof.Behaviors(), func(s proof.Step) bool {
			return strings.HasSuffix(s.Path, "/loginPost") || strings.HasSuffix(s.Path, "/switch") || strings.Contains(s.Headers["Cookie"], "X-Magento-Vary")
		}, stories)
	})
}

// TestGroupsShareBehindTheEdge holds that the proof is not one of a Varnish that keeps nothing: customers of one group get what
// one of them brought, and nothing of it is kept at the edge.
func TestGroupsShareBehindTheEdge(t *testing.T) {
	d := served(t, planned(t, "production"))
	now := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	magento := fakeshop.New(fakeshop.Behavior{Varies: true}, func() time.Time { return now })
	asked := 0
	front, err := throughVarnish(d, func(*varnish.Model) {})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		magento.ServeHTTP(w, r)
	}), func() time.Time { return now })
	require.NoError(t, err)
	v := visitors{t, front, d.Aliases[0], map[string]string{}}
	for _, name := range []string{"anna", "cora"} {
		v.ask(name, http.MethodPost, "/customer/account/loginPost?customer="+name)
	}
	asked = 0
	v.ask("anna", http.MethodGet, "/women.html")
	assert.Equal(t, 1, asked)
	got := v.ask("cora", http.MethodGet, "/women.html")
	assert.Equal(t, 1, asked, "who is of the same group has the page")
	assert.Contains(t, got.Body.String(), `"group":"wholesale"`)
	assert.Equal(t, "Miss from cloudfront", got.Header().Get("X-Cache"))
	for range 2 {
		v.ask("guest", http.MethodGet, "/women.html")
	}
	assert.Equal(t, 2, asked)
}

// TestPublicPagesOfModulesAreTheirGroups states the limit of ADR 0085: a module that says public of a page that shows a person
// shows it to customers of the person's group, until sessionPaths names the module. Nobody else is shown it in either case.
func TestPublicPagesOfModulesAreTheirGroups(t *testing.T) {
	for name, tc := range map[string]struct {
		changes settings.Config
		rules   varnish.Shop
		shared  bool
	}{
		"unnamed": {nil, varnish.Shop{}, true},
		"named":   {settings.Config{"magento-cdn:sessionPaths": `["loyalty"]`}, varnish.Shop{SessionPaths: []string{"loyalty"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := served(t, changed(t, "production", tc.changes))
			now := func() time.Time { return time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC) }
			behind := varnish.NewModel(tc.rules, fakeshop.New(fakeshop.Behavior{EverythingPublic: true}, now), now)
			front, err := proof.Through(d)(behind, now)
			require.NoError(t, err)
			v := visitors{t, front, d.Aliases[0], map[string]string{}}
			for _, customer := range []string{"anna", "bert", "cora"} {
				v.ask(customer, http.MethodPost, "/customer/account/loginPost?customer="+customer)
			}
			v.ask("anna", http.MethodPost, "/checkout/cart/add") // which the page shows
			const page = "/loyalty/points.html"
			annas := v.ask("anna", http.MethodGet, page).Body.String()
			assert.Equal(t, tc.shared, annas == v.ask("cora", http.MethodGet, page).Body.String(), "cora is of anna's group")
			for _, other := range []string{"bert", "guest"} {
				assert.NotEqual(t, annas, v.ask(other, http.MethodGet, page).Body.String(), other)
			}
		})
	}
}

// visitors have cookies.
type visitors struct {
	t     *testing.T
	front http.Handler
	host  string
	jar   map[string]string
}

func (v visitors) ask(who, method, path string) *httptest.ResponseRecorder {
	v.t.Helper()
	r := httptest.NewRequest(method, "https://"+v.host+path, nil)
	r.Header.Set("Cookie", v.jar[who])
	w := httptest.NewRecorder()
	v.front.ServeHTTP(w, r)
	var line []string
	for _, c := range w.Result().Cookies() {
		line = append(line, c.Name+"="+c.Value)
	}
	if len(line) > 0 {
		v.jar[who] = strings.Join(line, "; ")
	}
	return w
}
