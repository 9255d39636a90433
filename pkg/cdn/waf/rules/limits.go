package rules

// staticFiles are what a page brings along, dozens of them.
var staticFiles = Regex{File, `^/(?:pub/)?(?:static|media)/`}

// tooMany is the status of the answer to too many requests (RFC 6585, section 4).
const tooMany = 429

// limits counts requests of one address, by what they try. Each limit has a rule that labels what it is about, in
// every form that Magento takes it in, and one that counts what is labelled.
func (p Policy) limits() []Rule {
	rules := []Rule{label("limit-unread", "queries whose end nobody has read, which may ask for any of it", And{graphql, Unread{}}, customerLogin, accounts, payments)}
	for _, l := range []struct {
		name, why string
		as        Label
		limit     int
		what      Statement
	}{
		{"admin-login", "guessing the admin's passwords", adminLogin, p.Limits.AdminLogin, adminForm()},
		{"customer-login", "guessing customers' passwords", customerLogin, p.Limits.CustomerLogin, p.customerLogins()},
		{"accounts", "making accounts, resetting passwords and sending mail to others", accounts, p.Limits.Accounts, accountForms()},
		{"payments", "trying stolen cards, coupons and gift cards", payments, p.Limits.Payments, paymentSteps()},
		{"searches", "searching, which costs the most", searches, p.Limits.Searches, searchPages()},
		{"pages", "scraping and floods", pages, p.Limits.Pages, Not{staticFiles}},
	} {
		rules = append(rules,
			label("limit-"+l.name, "what is counted as: "+l.why, l.what, l.as),
			Rule{
				Name: "too-many-" + l.name, Why: l.why, Action: Block, Status: tooMany,
				Statement: Rate{Limit: l.limit, Window: limitWindow, Of: l.as},
			})
	}
	return rules
}

// operations is a request to GraphQL that names one of the operations.
func operations(pattern string) Statement { return And{graphql, Regex{Body, pattern}} }

// version is before every call of Magento's REST API, below any store, synchronous or not.
const version = `v\d+/`

// adminForm is the form for logins, which any page of the admin takes.
func adminForm() Statement { return And{admin, Regex{Body, encoded(`login[`)}} }

// adminTokens are the logins of the admin's users by REST, and their second factor.
func adminTokens() Regex { return route(version+`integration/admin/token`, version+`tfa`) }

func (p Policy) customerLogins() Statement {
	routes := route(`customer/(?:account/loginpost|ajax/login)`, version+`integration/customer/token`)
	const operation = `generatecustomertoken`
	if p.SOAP {
		return Or{routes, And{Or{api, graphql}, Regex{Body, operation + `|create(?:customer|admin)accesstoken`}}}
	}
	return Or{routes, operations(operation)}
}

func accountForms() Statement {
	return Or{
		route(
			`customer/account/(?:(?:create|forgot|reset)[a-z]*post|confirmation)`,
			`contact/index/post`, `newsletter/subscriber`, `sendfriend`,
			version+`customers(?:/*$|/.*(?:password|available))`,
		),
		operations(`createcustomer(?:v2)?[^a-z0-9_]|requestpasswordreset|resetpassword|isemailavailable|subscribeemail|contactus`),
	}
}

func paymentSteps() Statement {
	return Or{
		route(`couponpost`, `saveorder`, `paypal/transparent`, `instantpurchase`, `braintree`, `giftcard/c\w+`,
			version+`(?:guest-carts/*$|(?:guest-)?carts/[^/]+/(?:[a-z-]*payment.*|order|coupons|gift-?cards))`),
		operations(`placeorder|setpaymentmethod|apply(?:coupon|giftcard)|create(?:guest|empty)cart|giftcardaccount`),
	}
}

// searchPages leaves out what is asked of GraphQL with GET, which has its operations in the query.
func searchPages() Statement {
	return Or{
		route(`catalogsearch`, `search/(?:ajax|term)`, version+`search`),
		operations(`[^a-z0-9_]search\s*:`),
	}
}
