package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/cdn/waf/rules/rulestest"
)

// spelled draws a way to write a path that some server on the way may take for it: letters in either case, characters
// percent-encoded in either case, slashes repeated or encoded, prefixes before and segments behind.
func spelled(t *rapid.T, path string) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		switch {
		case c == '/':
			b.WriteString(rapid.SampledFrom([]string{"/", "//", "///", "%2F", "%2f", "/%2f"}).Draw(t, "slash"))
		case rapid.IntRange(0, 4).Draw(t, "encode") == 0:
			fmt.Fprintf(&b, rapid.SampledFrom([]string{"%%%02x", "%%%02X"}).Draw(t, "hex"), c)
		case rapid.Bool().Draw(t, "upper"):
			b.WriteString(strings.ToUpper(string(c)))
		default:
			b.WriteByte(c)
		}
	}
	prefix := rapid.SampledFrom([]string{"", "/", "/index.php", "/pub/index.php", "/de", "//index.php/de_ch", "/INDEX.php"}).Draw(t, "prefix")
	behind := rapid.SampledFrom([]string{"", "/", "//", "/x/y", "/x.css", "/..", "/../..", "/../../static/x.css", "/%2e%2e/x"}).Draw(t, "behind")
	return prefix + b.String() + behind
}

// TestNoSpellingEvades holds for everything that the router of Magento decides. Folders above do not help, since it
// does not resolve them.
func TestNoSpellingEvades(t *testing.T) {
	made := acl(t)
	for path, want := range map[string]string{
		"/customer/account/loginpost":                       "too-many-customer-login",
		"/customer/ajax/login":                              "too-many-customer-login",
		"/rest/v1/integration/customer/token":               "too-many-customer-login",
		"/rest/all/v1/integration/admin/token":              "admin-from-outside",
		"/customer/account/createpost":                      "too-many-accounts",
		"/customer/account/forgotpasswordpost":              "too-many-accounts",
		"/rest/v1/customers/password":                       "too-many-accounts",
		"/rest/v1/guest-carts/abc/payment-information":      "too-many-payments",
		"/checkout/cart/couponpost":                         "too-many-payments",
		"/catalogsearch/result":                             "too-many-searches",
		"/" + strings.ToLower(adminPath):                    "admin-from-outside",
		"/" + strings.ToLower(adminPath) + "/cms/page/save": "admin-from-outside",
		"/customer/address_file/upload":                     "attack-paths",
		"/magento_version":                                  "attack-paths",
		"/rest/all/schema":                                  "attack-paths",
		"/soap/default":                                     "attack-paths",
	} {
		t.Run(want+" "+strings.ReplaceAll(path, "/", " "), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				request := rulestest.Request{Path: spelled(t, path), From: visitor}
				request.TooOften = []string{want}
				if d := rulestest.Evaluate(made, request); d.By != want {
					t.Fatalf("%s is %s by %q", request.Path, d.Action, d.By)
				}
			})
		})
	}
}

// TestNoSpellingOfAFileEvades holds for what a web server or a bucket decides: it may resolve folders above.
func TestNoSpellingOfAFileEvades(t *testing.T) {
	made := acl(t)
	for _, path := range []string{"/.env", "/.git/config", "/media/custom_options/quote/x.jpg", "/composer.lock", "/app/etc/env.php", "/vendor/composer/installed.json", "/shell.php"} {
		rapid.Check(t, func(t *rapid.T) {
			written := path
			for _, segment := range strings.Split(strings.Trim(path, "/"), "/") {
				detour := rapid.SampledFrom([]string{"", "./", "x/../", "%2e/", "x%2F..%2f", "/"}).Draw(t, "detour")
				written = strings.Replace(written, "/"+segment, "/"+detour+segment, 1)
			}
			if rapid.Bool().Draw(t, "upper") {
				written = strings.ToUpper(written)
			}
			if d := rulestest.Evaluate(made, rulestest.Request{Path: written}); d.By != "attack-paths" {
				t.Fatalf("%s is %s by %q", written, d.Action, d.By)
			}
		})
	}
}

// TestNoUnderscoreHidesAPayload holds since Magento's deserialiser drops them.
func TestNoUnderscoreHidesAPayload(t *testing.T) {
	made := acl(t)
	for _, key := range []string{"dataIsURL", "sourceData", "sessionConfig", "savePath", "fileInfo"} {
		rapid.Check(t, func(t *rapid.T) {
			var b strings.Builder
			for _, c := range []byte(key) {
				switch rapid.IntRange(0, 3).Draw(t, "write") {
				case 0:
					fmt.Fprintf(&b, `\u%04x`, c)
				case 1:
					b.WriteString(strings.ToUpper(string(c)) + "_")
				default:
					b.WriteByte(c)
				}
			}
			request := post("/rest/V1/guest-carts/1/items", `{"a":{"`+b.String()+`":1}}`)
			if d := rulestest.Evaluate(made, request); d.By != "attack-payloads" {
				t.Fatalf("%s is %s by %q", request.Body, d.Action, d.By)
			}
		})
	}
}

// TestCapacityNeverFalls when a rule is added, and one more pattern for a part costs what a pattern does.
func TestCapacityNeverFalls(t *testing.T) {
	parts := []rules.Part{rules.Route, rules.File, rules.Body}
	rapid.Check(t, func(t *rapid.T) {
		made := rules.ACL{}
		seen := map[rules.Part]bool{}
		for i := range rapid.IntRange(1, 8).Draw(t, "rules") {
			part := rapid.SampledFrom(parts).Draw(t, "part")
			before := made.Capacity()
			made.Rules = append(made.Rules, rules.Rule{Name: fmt.Sprint("r", i), Statement: rules.Regex{Part: part, Pattern: "x"}})
			more := made.Capacity() - before
			if more < 3 || seen[part] && more != 3 {
				t.Fatalf("%s costs %d more", part, more)
			}
			seen[part] = true
		}
	})
}
