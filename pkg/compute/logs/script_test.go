package logs

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

// interpreter loads the script as Fluent Bit does.
func interpreter(t *testing.T) *lua.LState {
	t.Helper()
	l := lua.NewState()
	t.Cleanup(l.Close)
	require.NoError(t, l.DoString(script()))
	return l
}

// event passes one event through the script.
func event(t *testing.T, l *lua.LState, tag, text string) *lua.LTable {
	t.Helper()
	record := l.NewTable()
	record.RawSetString("log", lua.LString(text))
	require.NoError(t, l.CallByParam(lua.P{Fn: l.GetGlobal("pod"), NRet: 3, Protect: true}, lua.LString(tag), lua.LNumber(1), record))
	defer l.Pop(3)
	assert.Equal(t, lua.LNumber(2), l.Get(-3), "the time stays")
	return l.Get(-1).(*lua.LTable)
}

func cleaned(t *testing.T, l *lua.LState, text string) string {
	return event(t, l, "kube.magento.magento-web-1.magento", text).RawGetString("log").String()
}

// TestWhereEventsGo holds group and stream of an event: those of the namespace, or of all that have none.
func TestWhereEventsGo(t *testing.T) {
	l := interpreter(t)
	for tag, want := range map[string][2]string{
		"kube.magento.magento-web-7d9c-x2x.nginx": {"magento", "magento-web-7d9c-x2x/nginx"},
		"kube.kube-system.aws-node-abc.aws-node":  {"kube-system", "aws-node-abc/aws-node"},
		"kube.shop-tools.pod.with.dots.main":      {"other", "pod.with.dots/main"},
		"kube.magento2.a.b":                       {"other", "a/b"},
	} {
		record := event(t, l, tag, "text")
		assert.Equal(t, want[0], record.RawGetString("group").String(), tag)
		assert.Equal(t, want[1], record.RawGetString("source").String(), tag)
	}
}

// TestWhatIsHidden holds what no log group gets: credentials, queries, and what tells who a visitor is.
func TestWhatIsHidden(t *testing.T) {
	l := interpreter(t)
	for text, want := range map[string]string{
		// Headers, up to the end of the line or of the quote.
		"Cookie: PHPSESSID=abc; form_key=def\nHost: x":             "Cookie: [hidden]\nHost: x",
		"set-cookie: X-Magento-Vary=abc; path=/":                   "set-cookie: [hidden]",
		`{"headers":{"Authorization":"Bearer abc.def","Via":"x"}}`: `{"headers":{"Authorization":"[hidden]","Via":"x"}}`,
		`"Authorization: Basic YTpi", "Host: x"`:                   `"Authorization: [hidden]", "Host: x"`,
		"sent Bearer abcDEF-123 to it":                             "sent Bearer [hidden] to it",

		// Names with values.
		"password=hunter2&next=1":              "password=[hidden]&next=1",
		`{"password":"hunter2","a":1}`:         `{"password":"[hidden]","a":1}`,
		`{\"access_token\":\"abc\",\"b\":2}`:   `{\"access_token\":\"[hidden]\",\"b\":2}`,
		"['customer_password' => 'hunter2']":   "['customer_password' => '[hidden]']",
		`X-Auth-Token: 0123456789`:             `X-Auth-Token: [hidden]`,
		"token: one, secret: two":              "token: [hidden], secret: [hidden]",
		"password=":                            "password=[hidden]",
		"mysql://magento:hunter2@proxysql:603": "mysql://[hidden]@proxysql:603",
		"key AKIAIOSFODNN7EXAMPLE was used":    "key [hidden] was used",
		"jwt eyJhbGciOi.eyJzdWIi.c2ln, end":    "jwt [hidden], end",

		// Queries, which have tokens of password resets and searches for people.
		`request: "GET /customer/account/createPassword/?id=1&token=abc HTTP/1.1", host: "x"`: `request: "GET /customer/account/createPassword/?[query] HTTP/1.1", host: "x"`,
		`referrer: "https://shop.example.com/catalogsearch/result/?q=jane+doe"`:               `referrer: "https://shop.example.com/catalogsearch/result/?[query]"`,

		// Who a visitor is.
		"Customer jane.doe+shop@mail.example.co.uk is gone": "Customer [e-mail] is gone",
		"jane%40example.com":                         "[e-mail]",
		"client: 203.0.113.7, server: _":             "client: [address], server: _",
		"from 203.0.113.7.":                          "from [address].",
		"X-Forwarded-For: 203.0.113.7, 10.0.1.2":     "X-Forwarded-For: [address], 10.0.1.2",
		"client: 2001:db8:0:1:2:3:4:5, x":            "client: [address], x",
		"client: 2001:db8::1, x":                     "client: [address], x",
		"client: 2001:db8::, x":                      "client: [address], x",
		"2001:db8::1: connection refused":            "[address]: connection refused",
		"card 4111 1111 1111 1111 was refused":       "card [card] was refused",
		"card 4111-1111-1111-1111, 5555555555554444": "card [card], [card]",
		"cc=378282246310005":                         "cc=[card]",
		"2223003122003222":                           "[card]",
	} {
		assert.Equal(t, want, cleaned(t, l, text))
	}
}

// TestWhatStays holds what a log is read for.
func TestWhatStays(t *testing.T) {
	l := interpreter(t)
	for _, text := range []string{
		"",
		"2026-11-30T12:00:00+00:00 GET /women/tops.html 200 5120 0.120 0.119",
		"30/Nov/2026:12:28:23 +0000",
		"2026/11/30 12:28:23 [warn] 7#7: *1 upstream timed out, client: 10.0.33.7, server: , host: \"shop.example.com\"",
		"PHP Fatal error:  Uncaught TypeError: Foo::bar(): Argument #1 in /var/www/html/app/code/A.php:12\nStack trace:\n#0 {main}\n  thrown in /var/www/html/a.php on line 12",
		"order 000000123 of store 1 placed", "4111 1111 1111 1112 has a wrong check digit", "1700000000000000000",
		"id 7111111111111111", "sku 4111111111111111a", "2221 is the 26.4.1.1-p1 of it",
		"version 2.4.8.1-p3", "node ip-10-0-1-2.eu-central-1.compute.internal", "172.16.0.1 192.168.1.1 100.64.0.1 169.254.170.23 127.0.0.1",
		"fe80::1", "fd00:ec2::23", "::1", "a ? b : c", "really?", "tokenizer is ready", "cookies are off", "the secret of it",
		"ghcr.io/x/y@sha256:0123456789abcdef", `{"level":"info","ts":1700000000.5,"msg":"synced","application":"shop"}`,
		"172.31.255.255", "100.127.0.1",
	} {
		assert.Equal(t, text, cleaned(t, l, text))
	}
	assert.Equal(t, "172.[x] [address] [address] [address]", strings.ReplaceAll(cleaned(t, l, "172.[x] 172.32.0.1 100.128.0.1 11.0.0.1"), "\n", ""), "the next beside a private block")
}
