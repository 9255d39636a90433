package local

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/internal/cloudfront/model"
)

// pagesCode is a viewer request function that makes guests' requests alike, in the manner of the shop's own.
const pagesCode = `function handler(event) {
	var request = event.request;
	if (request.cookies['X-Magento-Vary'] || request.method !== 'GET') {
		request.headers['x-cache-scope'] = { value: event.context.requestId };
		return request;
	}
	request.cookies = {};
	delete request.querystring.utm_source;
	request.headers['x-cache-scope'] = { value: 'shared' };
	return request;
}`

// smallDistribution has a behaviour of each kind.
func smallDistribution() model.Distribution {
	all := []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
	reading := []string{"GET", "HEAD", "OPTIONS"}
	nothing, everything := model.Selection{Mode: model.None}, model.Selection{Mode: model.All}
	host := model.Selection{Mode: model.Whitelist, Names: []string{"host"}}
	files := model.CachePolicy{Name: "files", MaxTTL: 365 * 24 * time.Hour, DefaultTTL: time.Hour, Headers: host, Cookies: nothing, Queries: everything}
	media := files
	media.Name, media.Headers, media.Queries = "media", nothing, nothing
	pages := model.CachePolicy{
		Name: "pages", MaxTTL: 15 * time.Minute, Queries: everything, AcceptGzip: true, AcceptBro: true,
		Headers: model.Selection{Mode: model.Whitelist, Names: []string{"host", "x-cache-scope"}},
		Cookies: model.Selection{Mode: model.Whitelist, Names: []string{"X-Magento-Vary"}},
	}
	viewer := &model.RequestPolicy{Name: "all", Headers: model.Selection{Mode: model.AllViewer}, Cookies: everything, Queries: everything}
	disabled := model.CachePolicy{Name: "disabled", Headers: nothing, Cookies: nothing, Queries: nothing}
	function := &model.Function{Name: "pages", Runtime: "cloudfront-js-2.0", Code: pagesCode}
	return model.Distribution{
		DomainName: "d.cloudfront.net", Aliases: []string{shopName},
		Origins: []model.Origin{{ID: "load-balancer", ReadTimeout: 5 * time.Second}, {ID: "media", Bucket: true, DomainName: "media.s3.amazonaws.com", ReadTimeout: 5 * time.Second}},
		Behaviors: []model.Behavior{
			{Pattern: "/static/*", Origin: "load-balancer", Methods: reading, ViewerProtocol: "redirect-to-https", Cache: files, Compress: true},
			{Pattern: "/media/*", Origin: "media", Methods: reading, ViewerProtocol: "redirect-to-https", Cache: media},
			{Pattern: "/*customer*", Origin: "load-balancer", Methods: all, ViewerProtocol: "redirect-to-https", Cache: disabled, Request: viewer},
			{Pattern: "/*checkout*", Origin: "load-balancer", Methods: all, ViewerProtocol: "redirect-to-https", Cache: disabled, Request: viewer},
			{
				Pattern: model.Default, Origin: "load-balancer", Methods: all, ViewerProtocol: "redirect-to-https", Cache: pages,
				Request: viewer, ViewerRequest: function, Headers: &model.HeadersPolicy{Name: "pages", Remove: []string{"set-cookie"}}, Compress: true,
			},
		},
	}
}

// startShop serves the example shop through the small distribution.
func startShop(t *testing.T) (shop *fakeshop.Demo, server *Server, address string) {
	t.Helper()
	shop, err := fakeshop.NewDemo()
	require.NoError(t, err)
	origin := httptest.NewServer(shop.Handler())
	t.Cleanup(origin.Close)
	config := configFor(t, origin.URL)
	distribution := smallDistribution()
	config.Hosts, config.Origins, config.Edge = distribution.Aliases, OriginsOf(distribution), FromModel(distribution)
	server, address = start(t, config)
	return shop, server, address
}

// post asks the page's API.
func post(t *testing.T, target string, body any, answer any) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	response, err := http.Post(target, "application/json", bytes.NewReader(text))
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.NoError(t, json.NewDecoder(response.Body).Decode(answer))
}

// TestPageExplanationAndAnswersAgree asks the same of the API, of the terminal's explanation and of the server itself.
func TestPageExplanationAndAnswersAgree(t *testing.T) {
	_, server, address := startShop(t)
	questions := []Question{
		{URL: "/"},
		{URL: "/?utm_source=x"},
		{URL: "/?utm_source=y&color=red", Cookies: []string{"PHPSESSID=1", "form_key=2"}},
		{URL: "/", Headers: []string{"Accept-Encoding: br, gzip"}},
		{Method: "HEAD", URL: "/product/1.html"},
		{Method: "POST", URL: "/product/1.html"},
		{URL: "/nowhere"},
		{URL: "//static/version1/frontend/shop.css?x=1"},
		{URL: "/static/version1/frontend/shop.css"},
		{Method: "DELETE", URL: "/static/version1/frontend/shop.css"},
		{URL: "/media/1.svg?size=2", Cookies: []string{"PHPSESSID=1"}},
		{URL: "/customer/section/load?sections=cart", Cookies: []string{"PHPSESSID=1"}},
		{URL: "/x/../checkout/cart/"},
		{URL: "http://localhost:8443/product/2.html"},
		{URL: "https://else.example.com/", Headers: []string{"Host: " + shopName}},
	}
	requests, stop, listening := server.recorder.listen()
	require.True(t, listening)
	defer stop()
	for range 2 { // the second time out of the cache
		for _, question := range questions {
			var asked Explanation
			post(t, address+PagePath+"/api/explain", question, &asked)
			told, err := Ask(server.edge, []string{shopName}, question)
			require.NoError(t, err)
			asked.ID, asked.Start, told.ID, told.Start = "", time.Time{}, "", time.Time{}
			asked.Forwarded, told.Forwarded = withoutIDs(asked.Forwarded), withoutIDs(told.Forwarded)
			asked.TTLSeconds, told.TTLSeconds, asked.AgeSeconds, told.AgeSeconds = 0, 0, 0, 0
			asked.Why, told.Why = asked.Why[:1], told.Why[:1]
			scope := strings.Contains(strings.Join(asked.Added, " "), "x-cache-scope: 0") // a key of its own each time
			if scope {
				asked.Key, told.Key, asked.Added, told.Added = "", "", nil, nil
			}
			assert.Equal(t, asked, told, question)

			served, _ := sendQuestion(t, address, question)
			assert.Equal(t, asked.Behavior, served.Get("X-Edge-Behavior"), question)
			if !scope {
				assert.Equal(t, asked.Key, served.Get("X-Edge-Key"), question)
			}
			assert.Contains(t, served.Get("X-Edge-Why"), asked.Why[0], question)
			recorded := <-requests
			assert.Equal(t, asked.Result, recorded.Result, question)
			assert.Equal(t, asked.Stripped, recorded.Stripped, question)
			if asked.Result == string(model.Hit) && recorded.Status < http.StatusBadRequest {
				assert.Equal(t, "Hit from cloudfront", served.Get("X-Cache"), question)
			}
		}
	}
}

func withoutIDs(header http.Header) http.Header {
	for _, name := range []string{"X-Amz-Cf-Id", "X-Cache-Scope"} {
		header.Del(name)
	}
	return header
}

// sendQuestion sends what a question is about.
func sendQuestion(t *testing.T, address string, question Question) (http.Header, int) {
	t.Helper()
	request, err := question.request(hosts{shop: []string{shopName}, host: shopName})
	require.NoError(t, err)
	request.RequestURI, request.TLS = "", nil
	request.URL.Opaque = strings.TrimPrefix(address, "http:") + request.URL.EscapedPath()
	request.URL.Scheme, request.URL.Host = "http", strings.TrimPrefix(address, "http://")
	request.Header.Set("User-Agent", "") // none of the client's
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.Header, response.StatusCode
}
