package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/local"
	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/pkg/magento/page"
	"github.com/magestack/magestack/stacks"
)

func TestEdgeExplainsARequest(t *testing.T) {
	got := call(t, stacks.Programs(), "edge", "staging", "--explain", "GET /customer/account/", "--cookie", "PHPSESSID=1")
	assert.Empty(t, got.stderr)
	assert.Equal(t, 0, got.status)
	for _, want := range []string{"GET https://staging.example.com/customer/account/\n", "result     pass", "behaviour  *", "Cookie: PHPSESSID=1", "\nwhy\n   1. "} {
		assert.Contains(t, got.stdout, want)
	}

	got = call(t, stacks.Programs(), "edge", "staging", "--explain", "GET http://staging.example.com/")
	assert.Contains(t, got.stdout, "GET http://staging.example.com/\n")
	assert.Contains(t, got.stdout, "generated, status 301")

	got = call(t, stacks.Programs(), "edge", "production", "--explain", "/static/version1/a.css?x=1", "--header", "Accept-Encoding: br", "--json")
	assert.Equal(t, 0, got.status)
	var explanation local.Explanation
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &explanation))
	assert.Equal(t, "/static/*", explanation.Behavior)
	assert.Equal(t, "miss", explanation.Result)
	assert.Contains(t, explanation.Key, "/static/version1/a.css?x=1")
}

func TestEdgeRefusesWhatItCannotServe(t *testing.T) {
	for _, one := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"--explain", "https://else.example.com/"}, `host "else.example.com": must be one of staging.example.com`},
		{[]string{"--explain", "/", "--cookie", "x"}, `cookie "x": must be like`},
		{[]string{"--explain", "ftp://x"}, `url "ftp://x": must be like https://staging.example.com/`},
		{[]string{"--origin", "localhost:8080"}, `backend "localhost:8080": must be like http://localhost:8080`},
		{[]string{"--origin", "http://a", "--origin", "http://b"}, "one without an id already"},
		{[]string{"--origin", "load-balancer=http://a"}, "--origin: one without an id is required"},
		{[]string{"--origin", "http://a", "--origin", "other=http://b"}, `origin "other"`},
		{[]string{"--origin", "http://a", "--host", "else.example.com"}, `host "else.example.com": not a name of the shop`},
		{[]string{"--origin", "http://a", "--media", "/no/such/folder"}, "opening the media folder"},
		{[]string{"--origin", "http://a", "--cookie", "a=b"}, "need --explain"},
		{[]string{"--origin", "http://a", "--cache", "0"}, "--cache 0"},
		{[]string{"--origin", "http://a", "--listen", "nowhere"}, "listening"},
		{nil, "at least one of the flags"},
	} {
		got := call(t, stacks.Programs(), append([]string{"edge", "staging"}, one.arguments...)...)
		assert.Equal(t, 1, got.status, one.arguments)
		assert.Empty(t, got.stdout, one.arguments)
		assert.Contains(t, got.stderr, one.want, one.arguments)
	}
}

func TestEdgeServesUntilItIsStopped(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=60")
		_, _ = io.WriteString(w, r.Host)
	}))
	defer origin.Close()
	directory := fixture.Repository(t)
	reading, writing := io.Pipe()
	var stderr bytes.Buffer
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() {
		here := tool{directory: directory, programs: stacks.Programs(), stdout: writing, stderr: &stderr}
		flags := edgeFlags{origins: []string{origin.URL}, listen: "localhost:0", cacheMiB: 1}
		err := here.runEdge(ctx, "staging", flags)
		_ = writing.CloseWithError(err) // who waits for a line must hear of it
		stopped <- err
	}()
	lines := bufio.NewReader(reading)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	address := strings.TrimSpace(strings.TrimPrefix(line, "the shop"))
	for _, want := range []string{"Miss from cloudfront", "Hit from cloudfront"} {
		response, err := http.Get(address + "?utm_source=" + want[:3])
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, "staging.example.com", string(body))
		assert.Equal(t, want, response.Header.Get("X-Cache"))
	}

	origin.Close()
	response, err := http.Get(address + "checkout/cart/")
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.GreaterOrEqual(t, response.StatusCode, 500)
	assert.Equal(t, "no-store, no-cache, must-revalidate, max-age=0", response.Header.Get("Cache-Control"), "a browser must not keep it")
	assert.Equal(t, page.Unavailable, string(body), "the stack of data puts the page into the bucket")

	stop()
	assert.NoError(t, <-stopped)
	assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), "that the origin is gone, once: %s", stderr.String())
	assert.Contains(t, stderr.String(), "the origin does not answer")
}
