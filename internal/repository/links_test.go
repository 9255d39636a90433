package repository_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

var (
	fenced  = regexp.MustCompile("(?ms)^```.*?^```")
	code    = regexp.MustCompile("`[^`\n]+`")
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
	symbols = regexp.MustCompile(`[^\p{L}\p{N}\-_ ]`)
)

// anchors returns what a page's headings are reached by: lower case, without punctuation, with hyphens for spaces.
func anchors(text string) []string {
	var found []string
	for _, match := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		title := symbols.ReplaceAllString(strings.ToLower(match[1]), "")
		found = append(found, strings.ReplaceAll(title, " ", "-"))
	}
	return found
}

// brokenLinks returns the links of a page that lead to no file or heading of the repository. Those with a scheme are not
// followed: a test asks no network.
func brokenLinks(page, text string, textOf func(path string) (string, bool)) []string {
	var broken []string
	prose := code.ReplaceAllString(fenced.ReplaceAllString(text, ""), "``")
	for _, match := range link.FindAllStringSubmatch(prose, -1) {
		target, anchor, _ := strings.Cut(match[1], "#")
		if strings.Contains(target, ":") {
			continue
		}
		path := page
		if target != "" {
			path = filepath.Join(filepath.Dir(page), target)
		}
		linked, found := textOf(path)
		if !found || anchor != "" && !slices.Contains(anchors(linked), anchor) {
			broken = append(broken, match[1])
		}
	}
	return broken
}

// TestLinks follows every relative link and anchor of every document.
func TestLinks(t *testing.T) {
	textOf := func(path string) (string, bool) {
		if !exists(path) {
			return "", false
		}
		if !strings.HasSuffix(path, ".md") {
			return "", true
		}
		return read(t, path), true
	}
	for _, page := range pages(t) {
		assert.Empty(t, brokenLinks(page, read(t, page), textOf), "links of %s", page)
	}
}

// TestBrokenLinksAreFound tries the test above on a page.
func TestBrokenLinksAreFound(t *testing.T) {
	others := map[string]string{
		"pages/a.md": "# A page\n\n## What `it` is, today\n```\n# no heading\n```\n[self](#what-it-is-today)", "pages/b/c.md": "",
	}
	textOf := func(path string) (string, bool) { text, found := others[path]; return text, found }
	for target, want := range map[string]bool{
		"b/c.md": true, "a.md": true, "#a-page": true, "a.md#what-it-is-today": true, "https://example.com/x": true,
		"c.md": false, "b/c.md#a-page": false, "#no-heading": false, "../a.md": false, "a.md#what-it-is": false,
	} {
		text := others["pages/a.md"] + " [x](" + target + ")"
		assert.Equal(t, want, len(brokenLinks("pages/a.md", text, textOf)) == 0, target)
	}
	assert.Empty(t, brokenLinks("pages/a.md", "`[x](gone.md)`\n```\n[x](gone.md)\n```\n", textOf), "code is no link")
}
