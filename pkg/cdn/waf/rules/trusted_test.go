package rules_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/cdn/waf/rules/rulestest"
)

// trusting is the policy of a shop that trusts its office and its monitor.
func trusting(p *rules.Policy) {
	p.Capacity = 2000
	p.AllowedCountries = []string{"DE"}
	p.TrustedNetworks = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.PrefixFrom(monitor, monitor.BitLen())}
}

// TestManagedRulesComeBeforeTrustedNetworks holds that an Allow for trusted networks ends no evaluation before the managed groups:
// whatever one of their rules stops from elsewhere, it stops from the office, too, such as an SQL injection by a laptop there
// that was taken over. It holds while the shop is closed, when trusted networks are all that gets in.
func TestManagedRulesComeBeforeTrustedNetworks(t *testing.T) {
	open := acl(t, trusting)
	closed := acl(t, trusting, func(p *rules.Policy) { p.MaintenancePage = "<p>Back soon" })
	stopped := map[string]int{}
	for _, group := range []rules.Group{rules.IPReputation, rules.Core, rules.KnownBadInputs, rules.SQLInjection, rules.PHP, rules.Unix} {
		for _, rule := range group.Rules() {
			request := post("/contact/index/post", "")
			request.Country, request.Found = "DE", map[rules.Group][]string{group: {rule}}
			want := rulestest.Evaluate(open, request)
			if want.Action != rules.Block {
				continue // a rule that only counts
			}
			stopped[want.By]++
			for _, from := range []netip.Addr{office, monitor} {
				request.From = from
				assert.Equal(t, want.By, rulestest.Evaluate(open, request).By, "%s from %s", rule, from)
				assert.Equal(t, want.By, rulestest.Evaluate(closed, request).By, "%s from %s during maintenance", rule, from)
			}
		}
	}
	for _, by := range []string{"ip-reputation", "core", "known-bad-inputs", "sql-injection", "php", "unix", "findings", "long-bodies"} {
		assert.NotZero(t, stopped[by], "%s stops nothing, so that its place is not tested", by)
	}
}

// TestOwnRulesComeBeforeTrustedNetworks holds the same for the rules of this project's own that judge what is sent.
func TestOwnRulesComeBeforeTrustedNetworks(t *testing.T) {
	made := acl(t, trusting)
	for by, request := range map[string]rulestest.Request{
		"attack-paths":       {Path: "/.env"},
		"attack-payloads":    post("/rest/V1/guest-carts/1/items", `{"sourceData":{}}`),
		"graphql-abuse":      post("/graphql", `{"query":"{ __schema { types { name } } }"}`),
		"rewriting-headers":  {Path: "/", Headers: map[string]string{"x-original-url": "/" + adminPath}},
		"admin-from-outside": {Path: "/" + adminPath},
	} {
		request.From = monitor // trusted, and no network of the admin's
		assert.Equal(t, by, rulestest.Evaluate(made, request).By)
	}
}

// TestTrustedNetworksComeBeforeCountriesAndLimits holds the other bound: rules on where requests come from, and how often, do not apply to them.
func TestTrustedNetworksComeBeforeCountriesAndLimits(t *testing.T) {
	made := acl(t, trusting, func(p *rules.Policy) { p.BotControl = rules.BotsCommon })
	for by, request := range map[string]rulestest.Request{
		"countries":      {Path: "/", Country: "US"},
		"too-many-pages": {Path: "/", Country: "DE", TooOften: []string{"too-many-pages"}},
		"bots":           {Path: "/", Country: "DE", Found: map[rules.Group][]string{rules.Bots: {"CategoryMonitoring"}}},
	} {
		request.From = visitor
		assert.Equal(t, by, rulestest.Evaluate(made, request).By)
		request.From = monitor
		assert.Equal(t, "trusted-networks", rulestest.Evaluate(made, request).By, by)
	}
}
