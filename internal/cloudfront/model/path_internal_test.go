package model

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/checkout*", "/checkout", true}, {"/checkout*", "/checkout/cart", true}, {"/checkout/*", "/checkout", false},
		{"*/checkout*", "/checkout", false}, {"/*checkout*", "/checkout", true}, {"/*checkout*", "/fr/checkout/x.css", true},
		{"*.css", "/customer/section/load/x.css", true}, {"images/*.jpg", "/images/a.jpg", true}, {"images/*.jpg", "/Images/a.jpg", false},
		{"/a?c", "/abc", true}, {"/a?c", "/ac", false}, {"/a?c", "/a/c", true}, {"*", "/anything", true}, {"/a*b*c", "/aXbXc", true}, {"/a*b*c", "/aXcXb", false},
		{"/", "/", true}, {"/x", "/xx", false},
	} {
		assert.Equal(t, c.want, matches(c.pattern, c.path), "%s against %s", c.path, c.pattern)
	}
}

func TestNormalizing(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/a/b": "/a/b", "//a///b": "/a/b", "/a/./b": "/a/b", "/a/../b": "/b", "/../../a": "/a", "/a/b/..": "/a/", "/a/..": "/", "/%61%2Fb": "/a%2Fb", "/%2f": "/%2F",
		"/%2e%2e/checkout": "/checkout", "/a/%2E./b": "/b", "/a%zz": "/a%zz", "/%": "/%", "/a/": "/a/", "/a//": "/a/", "/.hidden": "/.hidden", "/a/.": "/a/",
	} {
		assert.Equal(t, want, normalize(path), path)
	}
}

// FuzzMatch compares with a regular expression, and holds that normalising is done once.
func FuzzMatch(f *testing.F) {
	for _, seed := range [][2]string{{"/*checkout*", "/fr//checkout"}, {"*.css", "/a/../b.css"}, {"/a?*b", "/%61xb"}, {"/x", "/./x/.."}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		if strings.ContainsAny(pattern+path, "\n\r") || strings.Count(pattern, "*") > 6 {
			t.Skip()
		}
		for _, r := range pattern + path {
			if r > 126 || r < 32 {
				t.Skip() // neither URLs nor patterns have such characters
			}
		}
		normal := normalize(path)
		if !strings.HasPrefix(normal, "/") || strings.Contains(normal, "//") || normalize(normal) != normal && !strings.Contains(normal, "%") {
			t.Fatalf("%q is normalised to %q", path, normal)
		}
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta("/" + strings.TrimPrefix(pattern, "/")))
		want := pattern == Default || regexp.MustCompile("^"+expression+"$").MatchString(normal)
		if got := matches(pattern, normal); got != want {
			t.Fatalf("%q against %q: %v, and the regular expression says %v", normal, pattern, got, want)
		}
	})
}

// FuzzKey holds that two requests have one key only if they have all of it in common.
func FuzzKey(f *testing.F) {
	f.Add("/a", "x=1", "fr", "shared", "/a", "x=1", "de", "shared")
	f.Add("/a", "x=1\ncookie store: fr", "", "", "/a", "x=1", "fr", "")
	policy := CachePolicy{
		MaxTTL: day, Headers: Selection{Whitelist, []string{"host", "x-cache-scope"}}, Cookies: Selection{Whitelist, []string{"store"}}, Queries: Selection{Mode: All},
	}
	f.Fuzz(func(t *testing.T, path1, query1, store1, scope1, path2, query2, store2, scope2 string) {
		// The server that reads requests refuses lines in any of these, and ; ends a cookie.
		for _, text := range []string{path1, query1, store1, scope1, path2, query2, store2, scope2} {
			if strings.ContainsAny(text, "\n\r;? ") {
				t.Skip()
			}
		}
		build := func(path, query, store, scope string) (string, *message) {
			m := &message{method: "GET", host: "h", path: "/" + path, queries: parseQuery(query), header: map[string][]string{"X-Cache-Scope": {scope}}, cookies: []pair{{name: "store", value: store}}}
			return key(policy, m, gzipOnly), m
		}
		a, first := build(path1, query1, store1, scope1)
		b, second := build(path2, query2, store2, scope2)
		all := func(string) bool { return true }
		same := normalize(first.path) == normalize(second.path) && first.query(all) == second.query(all) && store1 == store2 && scope1 == scope2
		if (a == b) != same {
			t.Fatalf("keys %q and %q, and the requests are the same: %v", a, b, same)
		}
	})
}
