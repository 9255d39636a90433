package stacks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/internal/cloudfront/proof"
	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
)

// drawnBehavior draws how the shop departs from the caching contract.
func drawnBehavior(t *rapid.T) fakeshop.Behavior {
	return fakeshop.Behavior{
		EverythingPublic: rapid.Bool().Draw(t, "everything public"), NothingSaid: rapid.Bool().Draw(t, "nothing said"),
		CookiesOnErrors: rapid.Bool().Draw(t, "cookies on errors"), Echoes: rapid.Bool().Draw(t, "echoes"),
		Grace: rapid.Bool().Draw(t, "grace"), Tagged: rapid.Bool().Draw(t, "tagged"), Chunked: rapid.Bool().Draw(t, "chunked"),
	}
}

// served is the distribution that a plan makes.
func served(t testing.TB, recorded *plan.Environment) model.Distribution {
	t.Helper()
	d, err := model.Load(stackOf(t, recorded, "magento-cdn").Resources)
	require.NoError(t, err)
	return d
}

// TestNoVisitorSeesAnothersPage is the proof, of the distribution of every environment. -rapid.checks is how many scripts
// it draws.
func TestNoVisitorSeesAnothersPage(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) { prove(t, served(t, recorded)) })
}

// TestNoVisitorSeesAnothersPageWhateverIsSet is the proof of what the environments' settings do not say.
func TestNoVisitorSeesAnothersPageWhateverIsSet(t *testing.T) {
	for name, changes := range map[string]settings.Config{
		"no pages kept":             {"magento-cdn:pageCaching": "false"},
		"further cookies":           {"magento-cdn:contentCookies": `["currency","customer_group"]`, "magento-cdn:privateCookies": `["loyalty"]`, "magento-cdn:trackingParameters": `["aff_[a-z]+"]`},
		"further paths":             {"magento-cdn:sessionPaths": `["loyalty","appointments"]`},
		"everything is a page":      everythingIsAPage,
		"further paths among pages": {"magento-cdn:pagePaths": `["*"]`, "magento-cdn:sessionPaths": `["loyalty","appointments"]`, "magento-cdn:cacheBehaviors": "90"},
		"pages without a suffix":    {"magento-cdn:pagePaths": `["/","*.html","/about-us","/blog/*"]`},
		"pages for a day":           {"magento-cdn:pageLifetimeSeconds": "86400"},
		"a standby region":          standbySettings,
		"a shield":                  {"magento-cdn:originShield": "true"},
	} {
		t.Run(name, func(t *testing.T) { prove(t, served(t, changed(t, "production", changes))) })
	}
	t.Run("a candidate", func(t *testing.T) {
		recorded := changed(t, "production", settings.Config{"magento-cdn:continuousDeployment": "header", "magento-cdn:httpVersion": "http2"})
		candidate, err := model.LoadCandidate(stackOf(t, recorded, "magento-cdn").Resources)
		require.NoError(t, err)
		candidate.Aliases = served(t, recorded).Aliases // whose visitors it gets
		prove(t, candidate)
	})
}

// prove plays every story in every behavior of the shop, and then scripts that are drawn.
func prove(t *testing.T, d model.Distribution) {
	t.Helper()
	found, err := proof.Search(proof.Through(d), d.Aliases, 0)
	require.NoError(t, err)
	if found != nil {
		require.Fail(t, "a story comes true", found.String())
	}
	scripts := proof.Generator(d.Aliases, 40)
	rapid.Check(t, func(t *rapid.T) {
		behavior, steps := drawnBehavior(t), scripts.Draw(t, "steps")
		found, err := proof.Run(proof.Through(d), behavior, steps)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			t.Fatalf("%s", proof.Counterexample{Behavior: behavior, Steps: steps, Violations: found})
		}
	})
}

// TestGuestsShare holds that the proof is not one of an edge that keeps nothing: guests with sessions, wherever they come
// from, get what one of them brought.
func TestGuestsShare(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		d := served(t, recorded)
		now := func() time.Time { return time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC) }
		handler, err := proof.Through(d)(fakeshop.New(fakeshop.Behavior{}, now), now)
		require.NoError(t, err)
		ask := func(cookie, query string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, "https://"+d.Aliases[0]+"/women.html"+query, nil)
			r.Header.Set("Cookie", cookie)
			r.Header.Set("User-Agent", cookie)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			assert.Empty(t, w.Header().Values("Set-Cookie"))
			assert.Equal(t, "no-store, no-cache, must-revalidate, max-age=0", w.Header().Get("Cache-Control"), "a browser keeps no page")
			assert.Empty(t, w.Header().Get("X-Magento-Tags"))
			return w
		}
		assert.Equal(t, "Miss from cloudfront", ask("PHPSESSID=1; form_key=1", "?p=2&q=bag").Header().Get("X-Cache"))
		for _, query := range []string{"?q=bag&p=2", "?utm_source=x&p=2&q=bag", "?p=2&gclid=1&q=bag"} {
			assert.Equal(t, "Hit from cloudfront", ask("PHPSESSID=2; _ga=3; section_data_ids=x", query).Header().Get("X-Cache"), query)
		}
		assert.Equal(t, "Miss from cloudfront", ask("X-Magento-Vary=h; PHPSESSID=2", "?p=2&q=bag").Header().Get("X-Cache"), "who is not a default visitor has pages of his own")
	})
}

// TestManyAtOnce has many visitors ask at the same time.
func TestManyAtOnce(t *testing.T) {
	d := served(t, planned(t, "production"))
	handler, err := proof.Through(d)(fakeshop.New(fakeshop.Behavior{EverythingPublic: true, CookiesOnErrors: true, Echoes: true}, time.Now), time.Now)
	require.NoError(t, err)
	var wait sync.WaitGroup
	for i := range 16 {
		wait.Go(func() {
			name := fmt.Sprintf("visitor-%d", i)
			for n := range 200 {
				path := []string{"/women.html", "/customer/account", "/checkout/cart", "/loyalty/points", "/"}[n%5]
				r := httptest.NewRequest(http.MethodGet, "https://"+d.Aliases[0]+path, nil)
				r.Header.Set("Cookie", "PHPSESSID="+name)
				r.Header.Set("User-Agent", name)
				if n%3 == 0 {
					r.Header.Set("Authorization", "Bearer "+name)
				}
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r.WithContext(fakeshop.As(r.Context(), name)))
				if owner := w.Header().Get("X-Shop-Owner"); owner != "" && owner != name {
					t.Errorf("%s gets what is %s's at %s", name, owner, path)
				}
			}
		})
	}
	wait.Wait()
}

// TestEveryMistakeIsNoticed makes each configuration that is known to leak, and ours without each of its safeties, and
// wants a script that shows what is wrong with it.
func TestEveryMistakeIsNoticed(t *testing.T) {
	recorded := planned(t, "production")
	for _, mistake := range proof.Mistakes() {
		t.Run(mistake.Name, func(t *testing.T) {
			d := served(t, recorded)
			mistake.Make(&d)
			found, err := proof.Search(proof.Through(d), d.Aliases, 300, mistake.Breaks...)
			require.NoError(t, err)
			require.NotNil(t, found, "nobody notices")
			t.Logf("%s\n%s", mistake.Why, found)
		})
	}
}

// everythingIsAPage is what shops say whose products have no suffix.
var everythingIsAPage = settings.Config{"magento-cdn:pagePaths": `["*"]`}

// TestEveryRouteKnowsItsVisitorAmongPages does the same where everything is a page that no route is known for.
func TestEveryRouteKnowsItsVisitorAmongPages(t *testing.T) {
	recorded := changed(t, "production", everythingIsAPage)
	d := served(t, recorded)
	found, err := proof.Run(proof.Through(d), fakeshop.Behavior{}, proof.Tour(d.Aliases[0], adminPathOf(t, recorded)))
	require.NoError(t, err)
	require.Empty(t, found)
}

// TestEveryRouteKnowsItsVisitor goes to every route that a session decides, in every way of writing it, and wants the
// visitor to be known there.
func TestEveryRouteKnowsItsVisitor(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		d := served(t, recorded)
		for _, behavior := range proof.Behaviors() {
			found, err := proof.Run(proof.Through(d), behavior, proof.Tour(d.Aliases[0], adminPathOf(t, recorded)))
			require.NoError(t, err)
			require.Empty(t, found, behavior)
		}
	})
}

// TestEveryBehaviorIsNeeded takes one behaviour after the other away, and wants the tour to find a visitor whom Magento does not know. Those of
// files are there to keep more, and not for the sake of visitors.
func TestEveryBehaviorIsNeeded(t *testing.T) {
	for _, recorded := range []*plan.Environment{planned(t, "production"), changed(t, "production", everythingIsAPage)} {
		whole := served(t, recorded)
		for i, b := range whole.Behaviors {
			if b.Pattern == model.Default || b.Cache.MaxTTL > 0 {
				continue
			}
			d := whole
			d.Behaviors = slices.Delete(slices.Clone(whole.Behaviors), i, i+1)
			found, err := proof.Run(proof.Through(d), fakeshop.Behavior{}, proof.Tour(d.Aliases[0], adminPathOf(t, recorded)))
			require.NoError(t, err)
			assert.NotEmpty(t, found, b.Pattern)
		}
	}
}

// adminPathOf is the admin's front name, as the environment's settings have it.
func adminPathOf(t *testing.T, recorded *plan.Environment) string {
	t.Helper()
	config := fixture.Config(t, recorded.Name)
	return fmt.Sprint(config["magento-cdn:adminPath"])
}
