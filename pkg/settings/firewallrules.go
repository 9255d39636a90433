package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
)

// minLimit is the least that WAF counts to (API Reference, RateBasedStatement).
const minLimit = 10

func (s Firewall) rules() []rule {
	var limits []rule
	for _, limit := range []struct {
		name  string
		value int
	}{
		{"pagesLimit", s.PagesLimit}, {"customerLoginLimit", s.CustomerLoginLimit}, {"adminLoginLimit", s.AdminLoginLimit},
		{"accountsLimit", s.AccountsLimit}, {"paymentsLimit", s.PaymentsLimit}, {"searchesLimit", s.SearchesLimit},
	} {
		limits = append(limits, cdnRule(func(refuse refusal) {
			if limit.value < minLimit {
				refuse(limit.name, strconv.Itoa(limit.value), fmt.Sprintf("must be %d or more, the least that WAF counts to", minLimit))
			}
		}, limit.name))
	}
	return append(limits,
		cdnRule(func(refuse refusal) { choose(refuse, "firewallMode", s.FirewallMode, rules.Modes()) }, "firewallMode"),
		cdnRule(func(refuse refusal) { choose(refuse, "botControl", s.BotControl, rules.BotControls()) }, "botControl"),
		cdnRule(s.checkNetworks, "adminOpen", "adminNetworks", "trustedNetworks", "blockedNetworks"),
		cdnRule(s.checkCountries, "allowedCountries", "blockedCountries"),
		cdnRule(s.checkLists, "callbackPaths", "uploadPaths", "storeCodes", "countedRules"),
		cdnRule(s.checkCapacity, "firewallCapacity", "adminPath", "adminOpen", "adminNetworks", "trustedNetworks", "blockedNetworks", "maintenance",
			"allowedCountries", "blockedCountries", "callbackPaths", "uploadPaths", "storeCodes", "countedRules", "firewallMode", "botControl", "pagesLimit", "customerLoginLimit",
			"adminLoginLimit", "accountsLimit", "paymentsLimit", "searchesLimit"),
	)
}

func (s Firewall) checkNetworks(refuse refusal) {
	if s.AdminOpen && len(s.AdminNetworks) == 0 {
		refuse("adminNetworks", "[]", "must name the networks of the staff, or adminOpen must be false: the admin is for them alone")
	}
	for _, list := range []struct {
		name     string
		networks []Network
	}{{"adminNetworks", s.AdminNetworks}, {"trustedNetworks", s.TrustedNetworks}, {"blockedNetworks", s.BlockedNetworks}} {
		for i, network := range list.networks {
			if network.Bits() == 0 {
				refuse(list.name, network.String(), "must not be everybody")
			}
			if why := unseen(network.Prefix); why != "" {
				refuse(list.name, network.String(), why)
			}
			if slices.Contains(list.networks[:i], network) {
				refuse(list.name, network.String(), "named twice")
			}
		}
	}
}

func (s Firewall) checkCountries(refuse refusal) {
	for _, list := range []struct {
		name  string
		codes []string
	}{{"allowedCountries", s.AllowedCountries}, {"blockedCountries", s.BlockedCountries}} {
		for i, code := range list.codes {
			if !rules.ValidCountry(code) {
				refuse(list.name, code, "must be a code of ISO 3166-1, such as DE")
			}
			if slices.Contains(list.codes[:i], code) {
				refuse(list.name, code, "named twice")
			}
		}
	}
	if len(s.AllowedCountries) > 0 && len(s.BlockedCountries) > 0 {
		refuse("blockedCountries", strings.Join(s.BlockedCountries, ", "), "must be empty beside allowedCountries, which block all others")
	}
}

// checkLists refuses what the rules could not be made of, each value of each list.
func (s Firewall) checkLists(refuse refusal) {
	for _, list := range []struct {
		name   string
		values []string
		check  func(string) error
	}{
		{"callbackPaths", s.CallbackPaths, rules.CheckPath}, {"uploadPaths", s.UploadPaths, rules.CheckPath},
		{"storeCodes", s.StoreCodes, rules.CheckStoreCode}, {"countedRules", s.CountedRules, rules.CheckCountedRule},
	} {
		for i, value := range list.values {
			if err := list.check(value); err != nil {
				refuse(list.name, value, err.Error())
			}
			if slices.Contains(list.values[:i], value) {
				refuse(list.name, value, "named twice")
			}
		}
	}
}

// checkCapacity asks the rules themselves, once everything else is right: what is left is what all of them need together.
func (s Firewall) checkCapacity(refuse refusal) {
	value := strconv.Itoa(s.FirewallCapacity)
	if s.FirewallCapacity < rules.IncludedCapacity || s.FirewallCapacity > rules.MaxCapacity {
		refuse("firewallCapacity", value, fmt.Sprintf("must be %d to %d", rules.IncludedCapacity, rules.MaxCapacity))
		return
	}
	for _, other := range s.rules()[:len(s.rules())-1] {
		if len(other.check()) > 0 {
			return
		}
	}
	for _, problem := range messages("", "", s.FirewallPolicy().Validate()) {
		refuse("firewallCapacity", value, problem.Message)
	}
}
