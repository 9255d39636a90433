package rules

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Labels that the first rules put on requests, so that the others need not look at the path again.
const (
	admin    Label = "area:admin"
	api      Label = "area:api"
	graphql  Label = "area:graphql"
	callback Label = "area:callback"

	// rich is where bodies are HTML, templates, code or documents of other systems.
	rich Label = "area:rich"

	browsing      Label = "limit:browsing"
	pages         Label = "limit:pages"
	customerLogin Label = "limit:customer-login"
	adminLogin    Label = "limit:admin-login"
	accounts      Label = "limit:accounts"
	payments      Label = "limit:payments"
	searches      Label = "limit:searches"
)

// acl returns the rules in order: by address first, then by path, then by content, then by rate.
func (p Policy) acl() ACL {
	acl := ACL{Default: Allow, Sets: map[Set][]netip.Prefix{}}
	for set, networks := range map[Set][]netip.Prefix{
		AdminNetworks: p.AdminNetworks, TrustedNetworks: p.TrustedNetworks, BlockedNetworks: p.BlockedNetworks,
	} {
		if len(networks) > 0 && (set != AdminNetworks || p.AdminOpen) {
			acl.Sets[set] = networks
		}
	}
	acl.Rules = slices.Concat(p.maintenance(acl), p.denyListRules(acl), p.areas(), adminGate(acl), p.attacks(), p.managedGroups(), p.findings(), trustedNetworkRules(acl))
	if p.MaintenancePage == "" {
		// A shop that is closed needs no limits. What these rules need is what the first one may.
		acl.Rules = slices.Concat(acl.Rules, p.countries(), p.limits(), p.paidGroups())
	}
	return acl
}

// unavailable tells search engines to come back later (RFC 9110, section 15.6.4).
const unavailable = 503

// maintenance returns the rule that answers with a page outside the admin's and the trusted networks. It is the first, and takes
// effect within a minute: a distribution takes several.
func (p Policy) maintenance(acl ACL) []Rule {
	if p.MaintenancePage == "" {
		return nil
	}
	var outside And
	for _, set := range []Set{AdminNetworks, TrustedNetworks} {
		if acl.Sets[set] != nil {
			outside = append(outside, Not{From{set}})
		}
	}
	rule := Rule{Name: "maintenance", Why: "the shop is being worked on", Statement: outside, Action: Block, Status: unavailable, Page: p.MaintenancePage, Always: true}
	if len(outside) == 1 {
		rule.Statement = outside[0]
	}
	return []Rule{rule}
}

// denyListRules returns the rules that block by address alone: by reputation at Amazon, and by the deny list of the settings.
func (p Policy) denyListRules(acl ACL) []Rule {
	rules := []Rule{{
		Name: "ip-reputation", Why: "addresses that Amazon has seen attacking others",
		Statement: Managed{Group: IPReputation, Counted: p.chosen(IPReputation)}, Action: Theirs,
	}}
	if acl.Sets[BlockedNetworks] != nil {
		rules = append(rules, Rule{
			Name: "blocked-networks", Why: "addresses that the owner has had enough of",
			Statement: From{BlockedNetworks}, Action: Block,
		})
	}
	return rules
}

// trustedNetworkRules returns the rule that allows trusted networks. It comes after every rule that judges content, and before
// countries, limits and bot control, which are not meant for them.
func trustedNetworkRules(acl ACL) []Rule {
	if acl.Sets[TrustedNetworks] == nil {
		return nil
	}
	return []Rule{{
		Name: "trusted-networks", Why: "monitors and systems of the shop's own that ask often",
		Statement: From{TrustedNetworks}, Action: Allow,
	}}
}

// rewritingHeaders are read by the request class under Magento's (Laminas, PhpEnvironment\Request, detectRequestUri)
// or by frameworks beside it. With one of them a request for / is one for the admin, past every rule about paths.
var rewritingHeaders = []string{"x-original-url", "x-rewrite-url", "x-http-method-override"}

// areas says where a request goes. The admin is looked for anywhere in the path: its name is in no page's, and nothing may get
// past its gate. An area of the APIs is the first segment, or behind what Magento takes off before it looks: a shop that sells
// soap has pages below /bath/soap, and /contact/index/post/rest is a form.
func (p Policy) areas() []Rule {
	var rewriting Or
	for _, name := range rewritingHeaders {
		rewriting = append(rewriting, HasHeader{name})
	}
	return []Rule{
		{
			Name: "rewriting-headers", Why: "they replace the path or the method that the rules have judged",
			Statement: rewriting, Action: Block, Always: true,
		},
		label("area-admin", "the admin, wherever its name is in the path", route(regexp.QuoteMeta(strings.ToLower(p.AdminPath))), admin, rich),
		label("area-admin-tokens", "logins to the admin by REST, which count like those of its form", adminTokens(), admin, adminLogin),
		label("area-api", "Magento's APIs, whose bodies are not forms", p.area(`rest`, `soap`, `graphql`, `oauth`), api, rich),
		label("area-graphql", "GraphQL, whose operations are in the body", route(`graphql`), graphql),
		label("area-callback", "what payment providers and other systems send", p.callbacks(), callback, rich),
	}
}

// label is a rule that puts labels on requests and stops none.
func label(name, why string, when Statement, as ...Label) Rule {
	return Rule{Name: name, Why: why, Statement: when, Action: Count, Labels: as}
}

// adminGate keeps the admin to the networks of its users.
func adminGate(acl ACL) []Rule {
	gate := Rule{Name: "admin-from-outside", Why: "the admin is for its own networks alone", Statement: admin, Action: Block, Always: true}
	if acl.Sets[AdminNetworks] != nil {
		gate.Statement = And{admin, Not{From{AdminNetworks}}}
	}
	return []Rule{gate}
}

// countries is where visitors may come from. Callbacks come from anywhere, and the health check is among them.
func (p Policy) countries() []Rule {
	var from Statement
	switch {
	case len(p.AllowedCountries) > 0:
		from = Not{Country{p.AllowedCountries}}
	case len(p.BlockedCountries) > 0:
		from = Country{p.BlockedCountries}
	default:
		return nil
	}
	return []Rule{{Name: "countries", Why: "the shop does not sell there", Statement: And{from, Not{callback}}, Action: Block}}
}
