package rules

// counted are the rules of the managed groups that Magento trips in everyday use: pages, blocks and templates are HTML
// with scripts, directives and shell-like text, grids have long queries, and cookies of marketing are many. They count
// and label, and findings stops what they label where no such content is due.
var counted = map[Group][]string{
	Core: {
		"NoUserAgent_HEADER", "SizeRestrictions_QUERYSTRING", "SizeRestrictions_Cookie_HEADER", "SizeRestrictions_BODY",
		"SizeRestrictions_URIPATH", "GenericLFI_BODY", "GenericRFI_BODY", "CrossSiteScripting_BODY",
	},
	SQLInjection: {"SQLi_BODY", "SQLiExtendedPatterns_BODY"},
	PHP:          {"PHPHighRiskMethodsVariables_BODY"},
	Unix:         {"UNIXShellCommandsVariables_BODY"},
}

func managedGroups() []Rule {
	rule := func(name, why string, group Group) Rule {
		return Rule{Name: name, Why: why, Statement: Managed{Group: group, Counted: counted[group]}, Action: Theirs}
	}
	return []Rule{
		rule("core", "what web applications are attacked with", Core),
		rule("known-bad-inputs", "payloads of known vulnerabilities", KnownBadInputs),
		rule("sql-injection", "SQL in queries, bodies and cookies", SQLInjection),
		rule("php", "calls and variables of PHP", PHP),
		rule("unix", "commands and files of Unix", Unix),
	}
}

// findings stops what the managed groups have only counted, outside the admin, the APIs and the callbacks. A cookie
// header that is too long stops nobody.
func findings() []Rule {
	found := Or{SQLInjection.Namespace(), PHP.Namespace(), Unix.Namespace()}
	for _, rule := range counted[Core] {
		switch rule {
		case "SizeRestrictions_Cookie_HEADER", "SizeRestrictions_BODY":
		default:
			found = append(found, Core.Label(rule))
		}
	}
	return []Rule{
		{
			Name: "findings", Why: "what the managed groups found, where neither HTML nor code is due",
			Statement: And{found, Not{rich}}, Action: Block,
		},
		{
			Name: "long-bodies", Why: "bodies too long to be read whole, where no file is due",
			Statement: And{Core.Label("SizeRestrictions_BODY"), Not{rich}, Not{filesOfCustomers}}, Action: Block,
		},
	}
}

// filesOfCustomers is where customers send files: options of products that take one.
var filesOfCustomers = route(`(?:checkout/cart|wishlist/index)/(?:add|updateitemoptions)`)

// paidGroups are the groups that AWS bills by the request.
func (p Policy) paidGroups() []Rule {
	var rules []Rule
	if p.BotControl != BotsOff && p.BotControl != "" {
		level := map[BotControl]string{BotsCommon: "COMMON", BotsTargeted: "TARGETED"}[p.BotControl]
		rules = append(rules,
			label("limit-browsing", "what people and not machines ask for", And{Not{staticFiles}, Not{rich}}, browsing),
			Rule{
				Name: "bots", Why: "robots that are not the search engines they say they are",
				Statement: Managed{Group: Bots, Level: level, Of: browsing}, Action: Theirs,
			})
	}
	if p.AccountTakeoverPrevention {
		rules = append(rules, Rule{
			Name: "account-takeover", Why: "stolen passwords and guesses at the login form",
			Statement: Managed{Group: AccountTakeover, Login: loginPath}, Action: Theirs,
		})
	}
	return rules
}

// loginPath is where the login form of Magento is sent to; the router does not care about the case of an action.
const loginPath = `^/+(?:[A-Za-z0-9_.]+/+){0,2}customer/+[aA]ccount/+[lL]ogin[pP]ost/*$`
