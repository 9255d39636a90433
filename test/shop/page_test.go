package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestThePageSaysWhatRuns, and stops and starts PHP.
func TestThePageSaysWhatRuns(t *testing.T) {
	s := running(t)
	whole := s.ask(t, http.MethodGet, "", nil)
	for _, name := range []string{
		"edge", "balancer", "service", "kubernetes", "varnish-0-varnish", "varnish-1-varnish", "web-base-0-nginx", "web-base-1-magento",
		"consumers-sales-0-magento", "valkey-sessions", "mariadb", "rabbitmq",
	} {
		assert.Contains(t, whole, "<td>"+name+"</td>")
		assert.Contains(t, s.table(), name+" ")
	}
	t.Cleanup(func() { require.NoError(t, s.startPHP(context.Background())) })
	assert.Contains(t, s.ask(t, http.MethodPost, "php/stop", nil), `web-base-0-magento <span class="ended">stopped</span>`)
	assert.NotContains(t, s.ask(t, http.MethodPost, "php/start", nil), `stopped</span>`)
	for _, one := range s.php.processes() {
		assert.True(t, one.running(), one.name)
	}
	s.ask(t, http.MethodPost, "price", url.Values{"product": {"1"}, "price": {"41.5"}})
	assert.Contains(t, get(t, s, s.balancer.address(), "/product-1.html").body, "€ 41.50")
}

// ask asks the page, and follows where it leads.
func (s *shop) ask(t *testing.T, method, path string, form url.Values) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.page.address()+path, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := &http.Client{Timeout: patience}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(text))
	return string(text)
}

// TestThePageIsForThisMachine refuses another name for the address, and what another site's page sends.
func TestThePageIsForThisMachine(t *testing.T) {
	s := running(t)
	for what, change := range map[string]func(*http.Request){
		"another name": func(r *http.Request) { r.Host = "shop.example.com" },
		"another site": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.page.address()+"php/stop", nil)
		require.NoError(t, err)
		change(request)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, http.StatusForbidden, response.StatusCode, what)
	}
	for _, one := range s.php.processes() {
		assert.True(t, one.running(), one.name)
	}
}
