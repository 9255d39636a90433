package functions_test

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/cdn/edge/functions"
	"github.com/magestack/magestack/pkg/magento"
)

// event is what CloudFront gives a viewer-request function (CloudFront Developer Guide, "CloudFront Functions event
// structure").
type event struct {
	method  string
	uri     string // /women.html where it is empty
	query   [][2]string
	headers map[string]string
	cookies map[string]string
	twice   string // a cookie that comes a second time

	refused func(id any) bool // the forms of an origin's id in a group that CloudFront does not take; nil for none
}

// answer is the request as the function leaves it, and the origins that it asks to fail over between.
type answer struct {
	Headers map[string]string
	Cookies map[string]string
	Query   [][2]string
	Origins []string
}

// plain and named are the two forms of an origin's id in a group.
func plain(id any) bool { _, is := id.(string); return is }
func named(id any) bool { return !plain(id) }

func run(t *testing.T, code string, e event) answer {
	t.Helper()
	vm := goja.New()
	var got answer
	require.NoError(t, vm.Set("cf", map[string]any{"selectRequestOriginById": func(id string) {
		if e.refused != nil && e.refused(id) {
			panic(vm.ToValue("refused"))
		}
		got.Origins = append(got.Origins, id)
	}, "createRequestOriginGroup": func(args map[string]any) {
		for _, origin := range args["originIds"].([]any) {
			if e.refused != nil && e.refused(origin) {
				panic(vm.ToValue("refused"))
			}
			if named(origin) {
				origin = origin.(map[string]any)["originId"]
			}
			got.Origins = append(got.Origins, origin.(string))
		}
		assert.Equal(t, []any{int64(500), int64(502)}, args["failoverCriteria"].(map[string]any)["statusCodes"])
	}}))
	require.NoError(t, vm.Set("console", map[string]any{"log": func(string) {}}))
	_, err := vm.RunString(strings.Replace(code, `import cf from"cloudfront";`, "", 1))
	require.NoError(t, err)
	valued := func(values map[string]string) *goja.Object {
		object := vm.NewObject()
		for name, value := range values {
			require.NoError(t, object.Set(name, map[string]any{"value": value}))
		}
		return object
	}
	cookies := valued(e.cookies)
	if e.twice != "" {
		values := []any{map[string]any{"value": "first"}, map[string]any{"value": "second"}}
		require.NoError(t, cookies.Set(e.twice, map[string]any{"value": "second", "multiValue": values}))
	}
	query := vm.NewObject()
	for _, pair := range e.query {
		require.NoError(t, query.Set(pair[0], map[string]any{"value": pair[1]}))
	}
	request := vm.NewObject()
	uri := cmp.Or(e.uri, "/women.html")
	for name, value := range map[string]any{"method": e.method, "uri": uri, "querystring": query, "headers": valued(e.headers), "cookies": cookies} {
		require.NoError(t, request.Set(name, value))
	}
	handler, ok := goja.AssertFunction(vm.Get("handler"))
	require.True(t, ok)
	result, err := handler(goja.Undefined(), vm.ToValue(map[string]any{
		"version": "1.0", "context": map[string]any{"requestId": "request-1"}, "viewer": map[string]any{"ip": "198.51.100.7"}, "request": request,
	}))
	require.NoError(t, err)
	left := result.ToObject(vm)
	values := func(name string) map[string]string {
		found := map[string]string{}
		object := left.Get(name).ToObject(vm)
		for _, key := range object.Keys() {
			found[key] = object.Get(key).ToObject(vm).Get("value").String()
		}
		return found
	}
	got.Headers, got.Cookies = values("headers"), values("cookies")
	object := left.Get("querystring").ToObject(vm)
	for _, key := range object.Keys() {
		got.Query = append(got.Query, [2]string{key, object.Get(key).ToObject(vm).Get("value").String()})
	}
	return got
}

func pages(t *testing.T, options functions.PagesOptions) string {
	t.Helper()
	code, err := functions.Pages(options)
	require.NoError(t, err)
	return code
}

var standard = functions.PagesOptions{ContentCookies: []string{"X-Magento-Vary", "store", "currency"}, PrivateCookies: []string{"wholesale"}, Tracking: []string{`aff_[a-z]+`}}

func TestASharedRequestCarriesNoIdentity(t *testing.T) {
	got := run(t, pages(t, standard), event{
		method: "GET",
		query:  [][2]string{{"q", "bag"}, {"utm_source", "x"}, {"color", "red"}, {"gclid", "1"}, {"aff_id", "7"}},
		headers: map[string]string{
			"host": "shop.example.com", "accept-encoding": "br", "if-none-match": `"1"`, "if-match": "x", "range": "bytes=0-1", "user-agent": "phone", "accept-language": "fr",
			"accept": "application/json", "x-forwarded-for": "192.0.2.1", "x-forwarded-host": "evil.example", "referer": "https://evil.example",
			"x-cache-scope": "forged", "true-client-ip": "192.0.2.1", "x-anything": "1", "store": "fr", "content-currency": "EUR",
		},
		cookies: map[string]string{"PHPSESSID": "s", "form_key": "f", "store": "fr", "currency": "CHF", "_ga": "1", "x-magento-vary": "lower case is not Magento's"},
	})
	assert.Equal(t, map[string]string{"host": "shop.example.com", "accept-encoding": "br", "x-cache-scope": "shared"}, got.Headers)
	assert.Equal(t, map[string]string{"store": "fr", "currency": "CHF"}, got.Cookies)
	assert.Equal(t, [][2]string{{"color", "red"}, {"q", "bag"}}, got.Query, "sorted, without tracking")
	assert.Empty(t, got.Origins)
}

// TestEveryNameIsKnownWhole keeps names that begin or end like others.
func TestEveryNameIsKnownWhole(t *testing.T) {
	code := pages(t, standard)
	query := [][2]string{{"clickIdFilter", "1"}, {"gclid2", "1"}, {"utm_source2", "1"}, {"xgclid", "1"}}
	assert.Equal(t, query, run(t, code, event{method: "GET", query: query}).Query)
}

// TestTheFunctionKnowsEveryTracker holds that the pattern in the code is the table's, whichever engine reads it.
func TestTheFunctionKnowsEveryTracker(t *testing.T) {
	code := pages(t, standard)
	endings := strings.NewReplacer("[a-z]+", "x", "[a-z_-]+", "a_b-c", "[a-z0-9_]+", "a_1")
	query := [][2]string{{"color", "red"}}
	for _, expression := range magento.TrackingParameters() {
		query = append(query, [2]string{endings.Replace(expression), "1"})
	}
	assert.Greater(t, len(query), 150)
	assert.Equal(t, query[:1], run(t, code, event{method: "GET", query: query}).Query)
	without := pages(t, functions.PagesOptions{})
	assert.Less(t, len(without), functions.MaxBytes/2, "half of the room is the shop's")
}

// TestEncodedCharacters holds that only what must be encoded in a path may be in one that is shared.
func TestEncodedCharacters(t *testing.T) {
	code := pages(t, standard)
	for c := range 256 {
		encoded := fmt.Sprintf("/x%%%02x", c)
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-._~/?;\\", rune(c))
		want := "shared"
		if plain {
			want = "request-1"
		}
		for _, uri := range []string{encoded, strings.ToUpper(encoded)} {
			assert.Equal(t, want, run(t, code, event{method: "GET", uri: uri}).Headers["x-cache-scope"], uri)
		}
	}
}

// TestHeadersOfSharedRequests are a list that must not grow: whatever is not in the key and reaches Magento may be any visitor's.
func TestHeadersOfSharedRequests(t *testing.T) {
	code := pages(t, standard)
	assert.Contains(t, code, `["host","accept-encoding","content-length","transfer-encoding","via","cdn-loop"]`)
}

// forged are headers that say of a request what is CloudFront's to say.
func forged() map[string]string {
	return map[string]string{
		"x-forwarded-for": "192.0.2.1", "x-forwarded-host": "else.example.com", "x-forwarded-port": "80", "x-forwarded-server": "x",
		"forwarded": "for=192.0.2.1", "x-original-url": "/admin", "x-rewrite-url": "/admin", "x-host": "else.example.com",
		"x-http-method-override": "DELETE", "x-cache-scope": "shared", "true-client-ip": "192.0.2.1",
	}
}

func TestEveryOtherRequestIsAloneUnderItsKey(t *testing.T) {
	code := pages(t, standard)
	guests := map[string]string{"PHPSESSID": "s", "form_key": "f", "store": "fr"}
	for name, e := range map[string]event{
		"a vary cookie":        {method: "GET", cookies: map[string]string{"X-Magento-Vary": "h", "PHPSESSID": "s"}},
		"a module's cookie":    {method: "GET", cookies: map[string]string{"wholesale": "1", "PHPSESSID": "s"}},
		"a persistent cart":    {method: "GET", cookies: map[string]string{"persistent_shopping_cart": "c"}},
		"an empty one":         {method: "GET", cookies: map[string]string{"X-Magento-Vary": "", "PHPSESSID": "s"}},
		"a token":              {method: "GET", headers: map[string]string{"authorization": "Bearer t"}, cookies: guests},
		"a script's request":   {method: "GET", headers: map[string]string{"x-requested-with": "XMLHttpRequest"}, cookies: guests},
		"a form":               {method: "POST", cookies: guests},
		"OPTIONS":              {method: "OPTIONS", cookies: guests},
		"HEAD with a cookie":   {method: "HEAD", cookies: map[string]string{"X-Magento-Vary": "h"}},
		"a doubled slash":      {method: "GET", uri: "//women.html", cookies: guests},
		"a dot segment":        {method: "GET", uri: "/x/../women.html", cookies: guests},
		"an encoded letter":    {method: "GET", uri: "/%77omen.html", cookies: guests},
		"an encoded slash":     {method: "GET", uri: "/women%2Fx", cookies: guests},
		"an encoded dot":       {method: "GET", uri: "/%2E%2e/women.html", cookies: guests},
		"an encoded question":  {method: "GET", uri: "/women.html%3fx", cookies: guests},
		"a path parameter":     {method: "GET", uri: "/women.html;x.css", cookies: guests},
		"an encoded parameter": {method: "GET", uri: "/women.html%3bx", cookies: guests},
		"a backslash":          {method: "GET", uri: "/women%5cx", cookies: guests},
		"a vary cookie alone":  {method: "GET", cookies: map[string]string{"X-Magento-Vary": "h"}},
		"a body":               {method: "GET", headers: map[string]string{"content-length": "7"}, cookies: guests},
		"a body in chunks":     {method: "GET", headers: map[string]string{"transfer-encoding": "chunked"}, cookies: guests},
	} {
		t.Run(name, func(t *testing.T) {
			sent := maps.Clone(e.headers)
			e.headers = forged()
			maps.Copy(e.headers, sent)
			e.headers["user-agent"] = "phone"
			e.query = [][2]string{{"z", "1"}, {"utm_source", "x"}, {"a", "2"}}
			got := run(t, code, e)
			want := map[string]string{"x-cache-scope": "request-1", "true-client-ip": "198.51.100.7", "user-agent": "phone"}
			maps.Copy(want, sent)
			assert.Equal(t, want, got.Headers, "CloudFront adds the address that it saw")
			assert.Equal(t, e.cookies, got.Cookies)
			assert.Equal(t, e.query, got.Query)
		})
	}
	for _, uri := range []string{"/women.html", "/caf%C3%A9.html", "/a%20b.html", "/women/tops~x_y-z.html"} {
		assert.Equal(t, "shared", run(t, code, event{method: "GET", uri: uri}).Headers["x-cache-scope"], uri)
	}
	assert.Equal(t, "shared", run(t, code, event{method: "GET", headers: map[string]string{"content-length": "0"}}).Headers["x-cache-scope"], "no body")
	twice := run(t, code, event{method: "GET", twice: "currency"})
	assert.Equal(t, "request-1", twice.Headers["x-cache-scope"], "PHP reads the first, and CloudFront may the last")
	assert.Equal(t, "shared", run(t, code, event{method: "GET", twice: "_ga"}).Headers["x-cache-scope"], "taken off")
	head := run(t, code, event{method: "HEAD", cookies: guests})
	assert.Equal(t, "shared", head.Headers["x-cache-scope"], "HEAD is answered by what GET brought")
}

func TestReadingGoesOnAtTheStandby(t *testing.T) {
	options := standard
	options.Standby = &functions.Standby{Origins: []string{"load-balancer", "standby"}, StatusCodes: []int{500, 502}}
	code := pages(t, options)
	assert.Equal(t, []string{"load-balancer", "standby"}, run(t, code, event{method: "GET"}).Origins)
	assert.Equal(t, []string{"load-balancer", "standby"}, run(t, code, event{method: "HEAD", cookies: map[string]string{"X-Magento-Vary": "h"}}).Origins)
	assert.Empty(t, run(t, code, event{method: "POST"}).Origins, "what changes something must not be done twice")

	assert.Equal(t, []string{"load-balancer", "standby"}, run(t, code, event{method: "GET", refused: named}).Origins, "the other form of ids")
	got := run(t, code, event{method: "GET", refused: func(any) bool { return true }})
	assert.Empty(t, got.Origins)
	assert.Equal(t, "shared", got.Headers["x-cache-scope"], "a page without failover is better than none")
}

func TestSharedPagesAreAskedForThroughTheShield(t *testing.T) {
	options := standard
	options.SharedOrigin = "shared"
	code := pages(t, options)
	private := map[string]string{"X-Magento-Vary": "h"}
	assert.Equal(t, []string{"shared"}, run(t, code, event{method: "GET"}).Origins)
	assert.Equal(t, []string{"shared"}, run(t, code, event{method: "HEAD", cookies: map[string]string{"PHPSESSID": "s"}}).Origins)
	assert.Empty(t, run(t, code, event{method: "GET", cookies: private}).Origins, "a detour for nothing")
	assert.Empty(t, run(t, code, event{method: "POST"}).Origins)
	refused := run(t, code, event{method: "GET", refused: func(any) bool { return true }})
	assert.Empty(t, refused.Origins)
	assert.Equal(t, "shared", refused.Headers["x-cache-scope"], "a page without the shield is better than none")

	options.Standby = &functions.Standby{Origins: []string{"load-balancer", "standby"}, StatusCodes: []int{500, 502}}
	code = pages(t, options)
	assert.Equal(t, []string{"shared", "standby"}, run(t, code, event{method: "GET"}).Origins)
	assert.Equal(t, []string{"load-balancer", "standby"}, run(t, code, event{method: "GET", cookies: private}).Origins)
}

func TestPrivateRequestsAreWhatCloudFrontSaw(t *testing.T) {
	code, err := functions.Private()
	require.NoError(t, err)
	headers := forged()
	headers["authorization"] = "Bearer t"
	got := run(t, code, event{
		method: "POST", headers: headers,
		cookies: map[string]string{"PHPSESSID": "s"}, query: [][2]string{{"utm_source", "x"}},
	})
	assert.Equal(t, map[string]string{"authorization": "Bearer t", "true-client-ip": "198.51.100.7"}, got.Headers)
	assert.Equal(t, map[string]string{"PHPSESSID": "s"}, got.Cookies)
	assert.Equal(t, [][2]string{{"utm_source", "x"}}, got.Query)
}

func TestTheCodeIsShort(t *testing.T) {
	code := pages(t, standard)
	assert.Less(t, len(code), functions.MaxBytes/2)
	assert.NotContains(t, code, "__")
	assert.NotContains(t, code, "//")
}

func TestBadOptions(t *testing.T) {
	many := make([]string, 1500)
	for i := range many {
		many[i] = "parameter"
	}
	for want, options := range map[string]functions.PagesOptions{
		`cookie "PHPSESSID": stands for a person (the session: customer, cart, group and currency)`: {ContentCookies: []string{"PHPSESSID"}},
		`cookie "a\"b": must be a name that HTTP allows`:                                            {ContentCookies: []string{`a"b`}},
		`cookie "theme": cannot be both`:                                                            {ContentCookies: []string{"theme"}, PrivateCookies: []string{"theme"}},
		`parameter "a|.*": must be the name of a query parameter`:                                   {Tracking: []string{"a|.*"}},
		`; CloudFront takes 10240`:                                                                  {Tracking: many},
	} {
		_, err := functions.Pages(options)
		assert.ErrorContains(t, err, want)
	}
}
