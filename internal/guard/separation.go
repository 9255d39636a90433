package guard

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/magento"
)

// Something that stands for a visitor, in a request that a function may share with others.
const (
	visitorsSession = magento.SessionCookie + "=session-of-a-visitor"
	visitorsBrowser = "the browser of a visitor"
)

// private are requests whose answer is one visitor's.
func private() map[string]func(*http.Request) {
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	return map[string]func(*http.Request){
		"with " + magento.VaryCookie: header("Cookie", visitorsSession+"; "+magento.VaryCookie+"=x"),
		"with Authorization":         header("Authorization", "Bearer x"),
		"of a script":                header("X-Requested-With", "XMLHttpRequest"),
		"of a form":                  func(r *http.Request) { r.Method = http.MethodPost },
		"for a doubled slash":        func(r *http.Request) { r.URL.Path = "/" + r.URL.Path },
	}
}

// problemsOfSeparation runs the code of a function as CloudFront does, and looks at what the origin is asked: nothing of a
// visitor where the answer is everybody's, and never twice the same scope where it is one visitor's.
func problemsOfSeparation(d plan.Resource, function plan.Resource) []string {
	var asked []*http.Request
	edge, err := model.New(functionUnderTest(d, function), model.Options{Origins: recording(d, &asked)})
	if err != nil {
		return []string{"has a function that does not run: " + err.Error()}
	}
	ask := func(change func(*http.Request)) http.Header {
		r := httptest.NewRequest(http.MethodGet, "https://shop.example/women.html", nil)
		r.Header.Set("Cookie", visitorsSession)
		r.Header.Set("User-Agent", visitorsBrowser)
		r.Header.Set(magento.ScopeHeader, magento.SharedScope)
		change(r)
		edge.ServeHTTP(httptest.NewRecorder(), r)
		if len(asked) == 0 {
			return http.Header{}
		}
		return asked[len(asked)-1].Header
	}
	var problems []string
	shared := ask(func(*http.Request) {})
	if shared.Get(magento.ScopeHeader) == magento.SharedScope && (shared.Get("Cookie") != "" || shared.Get("User-Agent") == visitorsBrowser) {
		problems = append(problems, "has a function that leaves a visitor's session or browser on requests whose answer others get")
	}
	for name, change := range private() {
		first, second := ask(change).Get(magento.ScopeHeader), ask(change).Get(magento.ScopeHeader)
		if first == "" || first == magento.SharedScope || first == second {
			problems = append(problems, "has a function that takes a request "+name+" for everybody's")
		}
	}
	slices.Sort(problems)
	return problems
}

// functionUnderTest is a distribution of which nothing is left but the function.
func functionUnderTest(d, function plan.Resource) model.Distribution {
	everything := model.Selection{Mode: model.All}
	made := model.Distribution{DomainName: "shop.example", Behaviors: []model.Behavior{{
		Pattern: model.Default, Methods: []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, ViewerProtocol: "https-only",
		Request:       &model.RequestPolicy{Headers: model.Selection{Mode: model.AllViewer}, Cookies: everything, Queries: everything},
		ViewerRequest: &model.Function{Name: function.Name, Runtime: fmt.Sprint(at(function, "runtime")), Code: fmt.Sprint(at(function, "code"))},
	}}}
	for _, id := range originsOf(d) {
		made.Origins = append(made.Origins, model.Origin{ID: id})
		made.Behaviors[0].Origin = id
	}
	return made
}

func recording(d plan.Resource, asked *[]*http.Request) map[string]http.Handler {
	origins := map[string]http.Handler{}
	for _, id := range originsOf(d) {
		origins[id] = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { *asked = append(*asked, r) })
	}
	return origins
}

func originsOf(d plan.Resource) []string {
	origins, _ := at(d, "origins").([]any)
	ids := make([]string, len(origins))
	for i, origin := range origins {
		ids[i] = fmt.Sprint(within(origin, "originId"))
	}
	return ids
}
