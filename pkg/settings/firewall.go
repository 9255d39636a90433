package settings

import (
	"github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/magento"
	"github.com/magestack/magestack/pkg/magento/page"
)

// Firewall holds what magento-cdn is told of the web ACL.
type Firewall struct {
	// AdminPath is the front name of the admin, as Magento has it in env.php. magento-compute reads it, too: its load
	// balancer sends what is below it to the admin's pods.
	AdminPath magento.AdminPath `key:"adminPath" differs:"domain"`

	// AdminOpen lets AdminNetworks in to the admin. Off, nobody gets there from outside.
	AdminOpen bool `key:"adminOpen" default:"true" differs:"purpose"`

	// AdminNetworks are the public addresses of the shop's staff: the only ones that may ask for the admin, or log in to it by
	// REST. Integrations with tokens of their own come from anywhere.
	AdminNetworks []Network `key:"adminNetworks" default:"[]" differs:"domain"`

	// TrustedNetworks are those of monitors and of systems of the shop's own. No limit of requests, no country and no bot
	// control is about them; what they send is looked at as everybody's.
	TrustedNetworks []Network `key:"trustedNetworks" default:"[]" differs:"domain"`

	// BlockedNetworks get no answer but 403.
	BlockedNetworks []Network `key:"blockedNetworks" default:"[]" differs:"domain"`

	// AllowedCountries are where visitors may come from, by ISO 3166-1 codes. Empty for all.
	AllowedCountries []string `key:"allowedCountries" default:"[]" allowed:"a list of codes such as DE; not beside blockedCountries"`

	// BlockedCountries are where they may not come from.
	BlockedCountries []string `key:"blockedCountries" default:"[]" allowed:"a list of codes such as DE; not beside allowedCountries"`

	// CallbackPaths are what payment providers and other systems send to: bodies there may be anything, and come from
	// anywhere. PayPal's IPN is among them always.
	CallbackPaths []string `key:"callbackPaths" default:"[]" allowed:"a list of paths of 2 to 8 segments in lower case, such as /stripe/webhooks"`

	// UploadPaths are where modules of the shop's own take files or long forms from customers. Elsewhere a body beyond 8 KB is
	// stopped, since not all of it can be looked at. Those of Magento Open Source and Adobe Commerce are known: carts, wishlists,
	// several addresses, accounts, orders by SKU, returns, gift registries, requisition lists and quotes.
	UploadPaths []string `key:"uploadPaths" default:"[]" allowed:"a list of paths of 2 to 8 segments in lower case, such as /designer/file/upload"`

	// StoreCodes are codes of store views that are in URLs (web/url/use_store) and are not default, a language or a language and
	// more, such as de or de_at, which are known. The APIs below a code that nobody named are taken for pages.
	StoreCodes []string `key:"storeCodes" default:"[]" allowed:"a list of codes of store views, such as outlet"`

	// Maintenance shows every visitor a page that says that the shop will be back, and lets adminNetworks and
	// trustedNetworks in. It takes effect within a minute.
	Maintenance bool `key:"maintenance" default:"false" differs:"purpose"`

	// SOAP is whether Magento's SOAP API is used. Off, it is blocked. On, the staff may log in by it from anywhere: a login
	// there is known by its body alone.
	SOAP bool `key:"soap" default:"false"`

	// FirewallMode is whether the rules stop requests. A first rollout counts, until the logs show that no customer would
	// be stopped. The admin stays closed to all but adminNetworks in either.
	FirewallMode rules.Mode `key:"firewallMode" default:"block" differs:"purpose" allowed:"block or count"`

	// FirewallCapacity is how many web ACL capacity units the rules may need. 1,500 are included; each 500 beyond cost
	// 0.20 USD a million requests.
	FirewallCapacity int `key:"firewallCapacity" default:"1500" allowed:"1500 to 5000"`

	// CountedRules are rules of AWS's managed groups that are to stop nobody, but to count and be logged: where the shop's own
	// pages or modules trip one. Those about cookies and headers alone count anyhow.
	CountedRules []string `key:"countedRules" default:"[]" allowed:"a list of names of rules as AWS writes them, such as SQLi_QUERYARGUMENTS"`

	// PagesLimit is how many requests for anything but files an address may send in five minutes. An office or a mobile
	// network may be one address.
	PagesLimit int `key:"pagesLimit" default:"5000" allowed:"10 or more"`

	// CustomerLoginLimit is how many logins an address may try in five minutes, in every form: the page, AJAX, REST and
	// GraphQL together.
	CustomerLoginLimit int `key:"customerLoginLimit" default:"50" allowed:"10 or more"`

	// AdminLoginLimit is the same for the admin, by its page, its tokens and its second factor.
	AdminLoginLimit int `key:"adminLoginLimit" default:"20" allowed:"10 or more"`

	// AccountsLimit is how many accounts, password resets and forms that send mail.
	AccountsLimit int `key:"accountsLimit" default:"30" allowed:"10 or more"`

	// PaymentsLimit is how many payments, new carts, coupons and gift cards: what tries of stolen cards look like.
	PaymentsLimit int `key:"paymentsLimit" default:"100" allowed:"10 or more"`

	// SearchesLimit is how many searches, which cost the most.
	SearchesLimit int `key:"searchesLimit" default:"400" allowed:"10 or more"`

	// BotControl has AWS look for robots that say who they are (common) or hide it (targeted), for pages alone. It costs 10
	// USD a month, and 1 or 10 USD a million requests (AWS WAF pricing, 2025).
	BotControl rules.BotControl `key:"botControl" default:"off" allowed:"off, common or targeted"`

	// AccountTakeoverPrevention compares logins at the form with stolen credentials. It costs 10 USD a month, and about 1
	// USD a thousand attempts after the first 10,000 (AWS WAF pricing, 2025).
	AccountTakeoverPrevention bool `key:"accountTakeoverPrevention" default:"false"`
}

// FirewallPolicy is what the settings come to.
func (s Firewall) FirewallPolicy() rules.Policy {
	maintenancePage := ""
	if s.Maintenance {
		maintenancePage = page.Unavailable
	}
	return rules.Policy{
		MaintenancePage: maintenancePage,
		Mode:            s.FirewallMode, Capacity: s.FirewallCapacity,
		AdminPath: string(s.AdminPath), AdminOpen: s.AdminOpen,
		AdminNetworks: prefixes(s.AdminNetworks), TrustedNetworks: prefixes(s.TrustedNetworks), BlockedNetworks: prefixes(s.BlockedNetworks),
		BlockedCountries: s.BlockedCountries, AllowedCountries: s.AllowedCountries,
		CallbackPaths: s.CallbackPaths, UploadPaths: s.UploadPaths, StoreCodes: s.StoreCodes, CountedRules: s.CountedRules, HealthCheckPath: HealthCheckPath, SOAP: s.SOAP,
		Limits: rules.Limits{
			Pages: s.PagesLimit, CustomerLogin: s.CustomerLoginLimit, AdminLogin: s.AdminLoginLimit,
			Accounts: s.AccountsLimit, Payments: s.PaymentsLimit, Searches: s.SearchesLimit,
		},
		BotControl: s.BotControl, AccountTakeoverPrevention: s.AccountTakeoverPrevention,
	}
}
