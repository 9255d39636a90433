package rules_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/cdn/waf/rules/rulestest"
)

// TestCapacity is worked out by hand: managed groups, three transformations of the path and two of the body, and 122 of
// our own, with admins of both kinds of addresses. Little more fits into what is included: countries, or two lists of networks.
func TestCapacity(t *testing.T) {
	const managed, transformations = 25 + 700 + 200 + 200 + 100 + 100, 50
	assert.Equal(t, managed+transformations+122, acl(t).Capacity())
	assert.LessOrEqual(t, acl(t).Capacity(), rules.IncludedCapacity)
}

// TestQuotas refuses what AWS would refuse.
func TestQuotas(t *testing.T) {
	path := func(pattern string) rules.Statement { return rules.Regex{Part: rules.Route, Pattern: pattern} }
	rate := rules.Rate{Limit: 10, Window: 300, Of: "awswaf:managed:aws:core-rule-set:NoUserAgent_Header"}
	many := func(n int, r rules.Rule) (all []rules.Rule) {
		for i := range n {
			r.Name = "r" + strings.Repeat("x", i)
			all = append(all, r)
		}
		return all
	}
	one := func(s rules.Statement) []rules.Rule {
		return []rules.Rule{{Name: "r", Statement: s, Action: rules.Block}}
	}
	for about, c := range map[string]struct {
		rules []rules.Rule
		want  string
	}{
		"eleven rates":             {many(11, rules.Rule{Statement: rate, Action: rules.Block}), "11 rate-based rules: a web ACL may have 10"},
		"a low rate":               {one(rules.Rate{Limit: 9, Window: 300, Of: rate.Of}), "9 requests in 300 seconds: must be 10 to 2000000000 in one of [60 120 300 600]"},
		"an odd window":            {one(rules.Rate{Limit: 10, Window: 90, Of: rate.Of}), "10 requests in 90 seconds"},
		"a name twice":             {append(one(path("x")), one(path("y"))...), "the only one"},
		"a name with capitals":     {[]rules.Rule{{Name: "Rule", Statement: path("x"), Action: rules.Block}}, "lower-case"},
		"a long pattern":           {one(path(strings.Repeat("x", 201))), "a pattern of 201 characters: must be 1 to 200"},
		"a capture":                {one(path("(x)")), "a pattern that captures"},
		"a word boundary":          {one(path(`x(?:\b|y)`)), "a word boundary"},
		"a lookahead":              {one(path("(?!x)")), "invalid or unsupported Perl syntax"},
		"a label of no rule":       {one(rules.Label("area:moon")), `label "area:moon": no rule before it gives it`},
		"an odd label":             {[]rules.Rule{{Name: "r", Statement: path("x"), Action: rules.Count, Labels: []rules.Label{"a b"}}}, `label "a b"`},
		"a set without networks":   {one(rules.From{Set: rules.BlockedNetworks}), "blocked-networks has 0 networks"},
		"a rate within":            {one(rules.Not{Statement: rate}), "inside another statement"},
		"four levels":              {one(rules.Not{Statement: rules.Not{Statement: rules.Not{Statement: rules.Not{Statement: path("x")}}}}), "more than 3 combinations"},
		"four levels of and":       {one(rules.And{path("a"), rules.And{path("b"), rules.And{path("c"), rules.And{path("d"), path("e")}}}}), "more than 3 combinations"},
		"four levels of or":        {one(rules.Or{path("a"), rules.Or{path("b"), rules.Or{path("c"), rules.Or{path("d"), path("e")}}}}), "more than 3 combinations"},
		"half an and":              {one(rules.And{path("x")}), "fewer than two"},
		"a group that we stop for": {one(rules.Managed{Group: rules.Core}), "a managed group leaves it to its rules"},
		"too much":                 {many(3, rules.Rule{Statement: rules.Managed{Group: rules.Core}, Action: rules.Theirs}), "the rules need 2100 web ACL capacity units, and 1500 are allowed"},
	} {
		err := rules.ACL{Rules: c.rules}.Check(rules.IncludedCapacity)
		require.Error(t, err, about)
		assert.Contains(t, err.Error(), c.want, about)
	}
	assert.NoError(t, rules.ACL{Rules: many(10, rules.Rule{Statement: rate, Action: rules.Block})}.Check(rules.IncludedCapacity))
}

// TestQuotasAreUsedToTheEnd takes what AWS would take, and nothing beyond.
func TestQuotasAreUsedToTheEnd(t *testing.T) {
	made := acl(t)
	assert.NoError(t, made.Check(made.Capacity()))
	assert.ErrorContains(t, made.Check(made.Capacity()-1), "web ACL capacity units")

	of := func(r rules.Rule, sets map[rules.Set][]netip.Prefix) error {
		r.Action = rules.Block
		return rules.ACL{Rules: []rules.Rule{r}, Sets: sets}.Check(rules.IncludedCapacity)
	}
	path := func(length int) rules.Regex {
		return rules.Regex{Part: rules.Route, Pattern: strings.Repeat("x", length)}
	}
	rate := func(limit int) rules.Rate {
		return rules.Rate{Limit: limit, Window: 300, Of: "awswaf:managed:aws:core-rule-set:NoUserAgent_Header"}
	}
	networks := func(n int) map[rules.Set][]netip.Prefix {
		all := make([]netip.Prefix, n)
		for i := range all {
			all[i] = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
		}
		return map[rules.Set][]netip.Prefix{rules.BlockedNetworks: all}
	}
	for about, err := range map[string][2]error{
		"patterns": {of(rules.Rule{Name: "r", Statement: path(200)}, nil), of(rules.Rule{Name: "r", Statement: path(201)}, nil)},
		"names":    {of(rules.Rule{Name: strings.Repeat("r", 128), Statement: path(1)}, nil), of(rules.Rule{Name: strings.Repeat("r", 129), Statement: path(1)}, nil)},
		"least":    {of(rules.Rule{Name: "r", Statement: rate(10)}, nil), of(rules.Rule{Name: "r", Statement: rate(9)}, nil)},
		"most":     {of(rules.Rule{Name: "r", Statement: rate(2_000_000_000)}, nil), of(rules.Rule{Name: "r", Statement: rate(2_000_000_001)}, nil)},
		"networks": {
			of(rules.Rule{Name: "r", Statement: rules.From{Set: rules.BlockedNetworks}}, networks(10_000)),
			of(rules.Rule{Name: "r", Statement: rules.From{Set: rules.BlockedNetworks}}, networks(10_001)),
		},
	} {
		assert.NoError(t, err[0], about)
		assert.Error(t, err[1], about)
	}
	assert.NoError(t, policy(func(p *rules.Policy) { p.MaintenancePage = strings.Repeat("x", 4096) }).Validate())
	assert.ErrorContains(t, policy(func(p *rules.Policy) { p.MaintenancePage = strings.Repeat("x", 4097) }).Validate(), "maintenance page")
}

// TestBadPolicies names all that is wrong at once.
func TestBadPolicies(t *testing.T) {
	everything := netip.MustParsePrefix("0.0.0.0/0")
	one := netip.MustParsePrefix("192.0.2.1/32")
	err := policy(func(p *rules.Policy) {
		p.Mode, p.BotControl, p.AdminPath, p.AdminNetworks = "maybe", "some", "a/b", nil
		p.TrustedNetworks, p.BlockedNetworks = []netip.Prefix{everything}, []netip.Prefix{one, one}
		p.AllowedCountries, p.BlockedCountries = []string{"DE", "DE", "UK"}, []string{"KP"}
		p.CallbackPaths = []string{"/x", "/stripe/webhooks", "/stripe/webhooks", "/a/(b)"}
	}).Validate()
	require.Error(t, err)
	for _, want := range []string{
		`mode: "maybe": must be block or count`, `bot control: "some": must be off, common or targeted`,
		`admin path "a/b": must be one segment`, "the admin is open, but to no network",
		"trusted-networks: 0.0.0.0/0 is every address", "blocked-networks: 192.0.2.1/32 is named twice",
		`"UK" is no country`, "country DE is named twice", "countries are both allowed and blocked",
		`callback path "/x"`, "callback path /stripe/webhooks is named twice", `callback path "/a/(b)"`,
	} {
		assert.Contains(t, err.Error(), want)
	}
	err = policy(func(p *rules.Policy) { p.Limits.CustomerLogin, p.Limits.Searches = 9, 0 }).Validate()
	assert.ErrorContains(t, err, "too-many-customer-login: 9 requests")
	assert.ErrorContains(t, err, "too-many-searches: 0 requests")
	_, err = policy(func(p *rules.Policy) { p.BotControl = rules.BotsCommon }).ACL()
	assert.ErrorContains(t, err, "and 1500 are allowed")
}

// TestCallbacksShareAPattern for as long as one has room.
func TestCallbacksShareAPattern(t *testing.T) {
	few := acl(t, func(p *rules.Policy) { p.CallbackPaths = []string{"/stripe/webhooks", "/adyen/webhook"} })
	assert.Equal(t, acl(t).Capacity(), few.Capacity())
	var paths []string
	for _, provider := range strings.Fields("stripe adyen mollie klarna unzer payone braintree") {
		paths = append(paths, "/"+provider+"/notification/index/receive")
	}
	many := acl(t, func(p *rules.Policy) { p.CallbackPaths, p.Capacity = paths, 2000 })
	assert.Equal(t, acl(t).Capacity()+3, many.Capacity())
}

// TestLabelsOfGroups are those that AWS documents.
func TestLabelsOfGroups(t *testing.T) {
	for want, got := range map[string]rules.Label{
		"awswaf:managed:aws:core-rule-set:SizeRestrictions_QueryString":      rules.Core.Label("SizeRestrictions_QUERYSTRING"),
		"awswaf:managed:aws:core-rule-set:SizeRestrictions_Cookie_Header":    rules.Core.Label("SizeRestrictions_Cookie_HEADER"),
		"awswaf:managed:aws:core-rule-set:SizeRestrictions_URIPath":          rules.Core.Label("SizeRestrictions_URIPATH"),
		"awswaf:managed:aws:sql-database:SQLiExtendedPatterns_Body":          rules.SQLInjection.Label("SQLiExtendedPatterns_BODY"),
		"awswaf:managed:aws:php-app:PHPHighRiskMethodsVariables_QueryString": rules.PHP.Label("PHPHighRiskMethodsVariables_QUERYSTRING"),
		"awswaf:managed:aws:posix-os:UNIXShellCommandsVariables_BODY":        rules.Unix.Label("UNIXShellCommandsVariables_BODY"),
	} {
		assert.Equal(t, want, string(got))
	}
}

// TestMaintenance shows a page outside the shop's own networks, in a first rollout, too.
func TestMaintenance(t *testing.T) {
	closed := policy(func(p *rules.Policy) {
		p.MaintenancePage, p.Mode = "<p>soon</p>", rules.ModeCount
		p.TrustedNetworks = []netip.Prefix{netip.PrefixFrom(monitor, monitor.BitLen())}
	})
	acl, err := closed.ACL()
	require.NoError(t, err)
	first := acl.Rules[0]
	assert.Equal(t, "maintenance", first.Name)
	assert.Equal(t, 503, first.Status)
	assert.Equal(t, "<p>soon</p>", first.Page)
	for address, want := range map[netip.Addr]rules.Action{
		visitor: rules.Block, netip.MustParseAddr("2001:db8::99"): rules.Block, office: rules.Allow, office6: rules.Allow, monitor: rules.Allow,
	} {
		got := rulestest.Evaluate(acl, rulestest.Request{Method: "GET", Path: "/", From: address, Country: "DE"})
		assert.Equal(t, want, got.Action, address)
	}
	assert.LessOrEqual(t, acl.Capacity(), rules.IncludedCapacity)

	closed.AdminOpen, closed.AdminNetworks, closed.TrustedNetworks, closed.MaintenancePage = false, nil, nil, strings.Repeat("x", 5000)
	err = closed.Validate()
	assert.ErrorContains(t, err, "no network could reach the shop")
	assert.ErrorContains(t, err, "5000 bytes; WAF takes 4096")
}
