package local

import (
	"bytes"
	"context"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// openPage gives the page as a headless browser has built it.
func openPage(t *testing.T, address, fragment string) string {
	t.Helper()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		t.Skip("no Chromium: neither chromium nor google-chrome is in PATH")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(),
		"--virtual-time-budget=5000", "--dump-dom", address+PagePath+"#"+fragment)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	require.NoError(t, command.Run(), stderr.String())
	return stdout.String()
}

// TestThePageInABrowser also sends what would run in the page if anything of a visitor's became part of it.
func TestThePageInABrowser(t *testing.T) {
	_, server, address := startShop(t)
	guest := newBrowser(t, address)
	for range 4 {
		guest.get("/product/1.html")
		guest.get("/static/version1/frontend/shop.css")
	}
	hostile := `<img src=x onerror="document.title='broken'">`
	server.recorder.observe(model.Trace{
		ID: "hostile", Method: hostile, Path: "/" + hostile, Query: hostile, Pattern: hostile, Key: hostile, Result: model.Result(hostile),
		Stripped: []string{hostile}, Why: []string{hostile},
	})
	page := openPage(t, address, "still&open=shop.css&"+url.Values{
		"explain": {"/product/1.html?utm_source=x&q=" + hostile}, "cookie": {"PHPSESSID=1"},
	}.Encode())

	for _, want := range []string{
		`<title>Edge: staging</title>`, `<p class="figure" id="pages-ratio">75.0 %</p>`, `<p class="figure" id="static-ratio">75.0 %</p>`,
		`3 of 4 requests`, `<span class="result hit">hit</span>`, `<span class="result miss">miss</span>`,
		`<code class="chip">cookie PHPSESSID</code>`, `<code class="chip">query utm_source</code>`, `5 of them`, `/*checkout*`,
		`&lt;img src=x`, `class="request mono" aria-expanded="true"`,
	} {
		assert.Contains(t, page, want)
	}
	assert.Equal(t, 4, strings.Count(page, `aria-expanded="true"`), "a click on the result opens the details, too")
	assert.NotContains(t, page, "<img", "text of a visitor became an element")
}
