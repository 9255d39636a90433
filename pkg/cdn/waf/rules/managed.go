package rules

import (
	"fmt"
	"slices"
	"strings"
)

// judged are the rules of the core group that Magento trips in everyday use of its admin and its APIs: pages, blocks and
// templates are HTML with scripts, grids have long queries with anything in them. They count and label, and findings stops
// what they label where no such content is due.
var judged = []string{
	"SizeRestrictions_QUERYSTRING", "SizeRestrictions_URIPATH", "GenericLFI_BODY", "GenericRFI_BODY", "CrossSiteScripting_BODY",
	"EC2MetaDataSSRF_QUERYARGUMENTS", "GenericLFI_QUERYARGUMENTS", "GenericRFI_QUERYARGUMENTS", "RestrictedExtensions_QUERYARGUMENTS",
	"CrossSiteScripting_QUERYARGUMENTS",
}

// longBody labels bodies beyond 8 KB, which long-bodies stops where none is due.
const longBody = "SizeRestrictions_BODY"

// counted returns the rules of a group that stop no request by themselves: those about cookies and headers in every group, those that
// findings judges, and those that the owner excepts.
func (p Policy) counted(group Group) []string {
	var names []string
	for _, rule := range group.Rules() {
		ours := group == Core && (rule == longBody || slices.Contains(judged, rule))
		if ours || brought(rule) || slices.Contains(p.CountedRules, rule) {
			names = append(names, rule)
		}
	}
	return names
}

// managedGroups are those that every shop has. SQL, PHP and shells are looked for outside the admin, the APIs and the callbacks
// alone, whose bodies and queries are HTML, templates, code and filters of grids: with their cookies and headers only counting,
// nothing is left that these groups could stop there but SQL in a path, which Magento's router compares and never runs.
func (p Policy) managedGroups() []Rule {
	rule := func(name, why string, group Group, outside Label) Rule {
		return Rule{Name: name, Why: why, Statement: Managed{Group: group, Counted: p.counted(group), Outside: outside}, Action: Theirs}
	}
	return []Rule{
		rule("core", "what web applications are attacked with", Core, ""),
		rule("known-bad-inputs", "payloads of known vulnerabilities", KnownBadInputs, ""),
		rule("sql-injection", "SQL in queries and bodies", SQLInjection, rich),
		rule("php", "calls and variables of PHP", PHP, rich),
		rule("unix", "commands and files of Unix", Unix, rich),
	}
}

// findings stops what the core group has only counted, outside the admin, the APIs and the callbacks.
func (p Policy) findings() []Rule {
	var found Or
	for _, rule := range judged {
		if !slices.Contains(p.CountedRules, rule) {
			found = append(found, Core.Label(rule))
		}
	}
	var rules []Rule
	if what := oneOf(found); what != nil {
		rules = append(rules, Rule{
			Name: "findings", Why: "what the core group found, where neither HTML nor code is due",
			Statement: And{what, Not{rich}}, Action: Block,
		})
	}
	if !slices.Contains(p.CountedRules, longBody) {
		rules = append(rules, Rule{
			Name: "long-bodies", Why: "bodies too long to be read whole, where neither a file nor a long list is due",
			Statement: And{Core.Label(longBody), Not{rich}, Not{p.uploads()}}, Action: Block,
		})
	}
	return rules
}

// oneOf is the statement itself where there is one alone, since a combination has two at least.
func oneOf(statements Or) Statement {
	switch len(statements) {
	case 0:
		return nil
	case 1:
		return statements[0]
	}
	return statements
}

// longForms are where customers send files or lists: options of products, every line of a cart, a wishlist or an order to
// several addresses, and forms with attributes of the shop's own (Magento 2.4-develop: controllers of Checkout, Wishlist,
// Multishipping and Customer that read a posted list or a file).
var longForms = []string{`checkout/cart`, `wishlist`, `multishipping`, `customer/a[a-z]+/(?:create|edit|form)post`}

// longFormsOfCommerce are those of Adobe Commerce and its B2B modules: orders by SKU from a file, returns with pictures, gift
// registries, requisition lists and quotes with attachments (front names of AdvancedCheckout, QuickOrder, Rma, GiftRegistry,
// RequisitionList and NegotiableQuote).
var longFormsOfCommerce = []string{`customer_order`, `quickorder`, `rma`, `giftregistry`, `requisition_list`, `negotiable_quote`}

// uploads is where bodies may be longer than what is read of them.
func (p Policy) uploads() Statement {
	return packed(nearTheFront, slices.Concat(longForms, longFormsOfCommerce, p.UploadPaths))
}

// CheckCountedRule refuses names that no group has, which WAF would ignore.
func CheckCountedRule(name string) error {
	for _, group := range Groups() {
		for _, rule := range group.Rules() {
			if rule == name {
				return nil
			}
			if strings.EqualFold(rule, name) {
				return fmt.Errorf("must be written as AWS writes it: %s", rule)
			}
		}
	}
	return fmt.Errorf("must be the name of a rule in one of the groups %s, such as SQLi_COOKIE", strings.Join(groupNames(), ", "))
}

func groupNames() []string {
	var names []string
	for _, group := range Groups() {
		names = append(names, string(group))
	}
	return names
}

// paidGroups are the groups that AWS bills by the request.
func (p Policy) paidGroups() []Rule {
	var rules []Rule
	if p.BotControl != BotsOff && p.BotControl != "" {
		level := map[BotControl]string{BotsCommon: "COMMON", BotsTargeted: "TARGETED"}[p.BotControl]
		rules = append(rules,
			label("limit-browsing", "what people and not machines ask for", And{Not{staticFiles}, Not{rich}}, browsing),
			Rule{
				Name: "bots", Why: "robots that are not the search engines they say they are",
				Statement: Managed{Group: Bots, Level: level, Of: browsing, Counted: p.chosen(Bots)}, Action: Theirs,
			})
	}
	if p.AccountTakeoverPrevention {
		rules = append(rules, Rule{
			Name: "account-takeover", Why: "stolen passwords and guesses at the login form",
			Statement: Managed{Group: accountTakeover, Login: loginPath, Counted: p.chosen(accountTakeover)}, Action: Theirs,
		})
	}
	return rules
}

// chosen are the rules of a group that the owner excepts.
func (p Policy) chosen(group Group) []string {
	return slices.DeleteFunc(group.Rules(), func(rule string) bool { return !slices.Contains(p.CountedRules, rule) })
}

// loginPath is where the login form of Magento is sent to; the router does not care about the case of an action.
const loginPath = `^/+(?:[A-Za-z0-9_.]+/+){0,2}customer/+[aA]ccount/+[lL]ogin[pP]ost/*$`
