package rules

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/enum"
)

// Mode is whether the rules stop requests.
type Mode string

// The modes. A first rollout counts, until the logs show that no customer would be stopped. Two rules stop in either:
// the admin stays closed outside its networks, and so does the way around that.
const (
	ModeBlock Mode = "block"
	ModeCount Mode = "count"
)

// Modes lists the modes.
func Modes() []Mode { return []Mode{ModeBlock, ModeCount} }

// BotControl is how closely AWS looks at robots.
type BotControl string

// The levels of bot control.
const (
	BotsOff      BotControl = "off"
	BotsCommon   BotControl = "common"   // robots that say what they are, by name and address
	BotsTargeted BotControl = "targeted" // robots that hide it, by behaviour and with tokens
)

// BotControls lists the levels.
func BotControls() []BotControl { return []BotControl{BotsOff, BotsCommon, BotsTargeted} }

// Policy is what the owner of a shop decides about its web ACL.
type Policy struct {
	Mode     Mode
	Capacity int // units that the rules may need

	AdminPath string // the admin's first segment, its front name
	AdminOpen bool   // to AdminNetworks; to no network otherwise

	AdminNetworks   []netip.Prefix
	TrustedNetworks []netip.Prefix // no limit of requests, no country and no bot control
	BlockedNetworks []netip.Prefix

	BlockedCountries []string
	AllowedCountries []string // empty for all

	StoreCodes      []string // of store views that are in URLs, beside those that are languages
	CallbackPaths   []string // that other systems send to, such as /stripe/webhooks
	UploadPaths     []string // of modules that take files or long forms from customers
	HealthCheckPath string   // that Route 53 asks from three continents; empty for none
	SOAP            bool     // whether Magento's SOAP API is used

	// MaintenancePage is what visitors outside AdminNetworks and TrustedNetworks get while the shop is being worked on, in
	// HTML; empty for a shop that is open.
	MaintenancePage string

	Limits     Limits
	BotControl BotControl

	// CountedRules are rules of the managed groups that are to stop no request, by their names at AWS.
	CountedRules []string

	AccountTakeoverPrevention bool
}

// Limits are how many requests an address may send in five minutes.
type Limits struct {
	Pages         int // everything but files
	CustomerLogin int
	AdminLogin    int
	Accounts      int // made, passwords reset, forms that send mail
	Payments      int // and coupons
	Searches      int
}

// maxPage is how long a page of WAF may be (WAF Developer Guide, "AWS WAF quotas": 4 KB).
const maxPage = 4 << 10

// limitWindow is what Limits are counted over, WAF's own default.
const limitWindow = 300

// Validate refuses a policy that makes no sensible web ACL, with all that is wrong. What is wrong with one rule alone,
// such as a limit, is found when the rules are made.
func (p Policy) Validate() error {
	problems := []error{p.networkProblems(), p.countryProblems(), p.pathProblems()}
	if len(p.MaintenancePage) > maxPage {
		problems = append(problems, fmt.Errorf("maintenance page: %d bytes; WAF takes %d", len(p.MaintenancePage), maxPage))
	}
	if err := enum.Check(p.Mode, Modes()); err != nil {
		problems = append(problems, fmt.Errorf("mode: %w", err))
	}
	if err := enum.Check(p.BotControl, BotControls()); err != nil {
		problems = append(problems, fmt.Errorf("bot control: %w", err))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return p.acl().Check(p.Capacity)
}

// ACL is the web ACL of the policy.
func (p Policy) ACL() (ACL, error) {
	if err := p.Validate(); err != nil {
		return ACL{}, err
	}
	if p.Mode == ModeCount {
		return p.acl().counting(), nil
	}
	return p.acl(), nil
}

func (p Policy) networkProblems() error {
	var problems []error
	if p.AdminOpen && len(p.AdminNetworks) == 0 {
		problems = append(problems, errors.New("the admin is open, but to no network"))
	}
	if p.MaintenancePage != "" && !p.AdminOpen && len(p.TrustedNetworks) == 0 {
		problems = append(problems, errors.New("maintenance: no network could reach the shop; the admin must be open, or networks be trusted"))
	}
	for _, list := range []struct {
		name     Set
		networks []netip.Prefix
	}{{AdminNetworks, p.AdminNetworks}, {TrustedNetworks, p.TrustedNetworks}, {BlockedNetworks, p.BlockedNetworks}} {
		for i, network := range list.networks {
			if network.Bits() == 0 {
				problems = append(problems, fmt.Errorf("%s: %s is every address", list.name, network))
			}
			if slices.Contains(list.networks[:i], network) {
				problems = append(problems, fmt.Errorf("%s: %s is named twice", list.name, network))
			}
		}
	}
	return errors.Join(problems...)
}

func (p Policy) countryProblems() error {
	var problems []error
	for _, codes := range [][]string{p.BlockedCountries, p.AllowedCountries} {
		for i, code := range codes {
			if !ValidCountry(code) {
				problems = append(problems, fmt.Errorf("%q is no country: must be a code of ISO 3166-1, such as DE", code))
			}
			if slices.Contains(codes[:i], code) {
				problems = append(problems, fmt.Errorf("country %s is named twice", code))
			}
		}
	}
	if len(p.BlockedCountries) > 0 && len(p.AllowedCountries) > 0 {
		problems = append(problems, errors.New("countries are both allowed and blocked: name the allowed ones alone"))
	}
	return errors.Join(problems...)
}

// pathFormat is of paths that need no escape in a pattern, of at least two segments: one segment could be the root
// of much of the shop.
var pathFormat = regexp.MustCompile(`^(?:/[a-z0-9_-]+){2,8}$`)

// CheckPath refuses a path that is no callback's and no upload's.
func CheckPath(path string) error {
	if !pathFormat.MatchString(path) {
		return errors.New("must be of 2 to 8 segments in lower case, such as /stripe/webhooks")
	}
	return nil
}

// storeCodeFormat is what Magento takes as the code of a store view (Magento\Store\Model\Validation\StoreCodeValidator), whose
// column has 32 characters.
var storeCodeFormat = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,31}$`)

// CheckStoreCode refuses what cannot be the code of a store view.
func CheckStoreCode(code string) error {
	if !storeCodeFormat.MatchString(code) {
		return errors.New("must be the code of a store view: a letter and up to 31 letters, digits and underscores")
	}
	return nil
}

func (p Policy) pathProblems() error {
	var problems []error
	for _, list := range []struct {
		name   string
		values []string
		check  func(string) error
	}{
		{"callback path", p.CallbackPaths, CheckPath}, {"upload path", p.UploadPaths, CheckPath},
		{"store code", p.StoreCodes, CheckStoreCode}, {"counted rule", p.CountedRules, CheckCountedRule},
	} {
		for i, value := range list.values {
			if err := list.check(value); err != nil {
				problems = append(problems, fmt.Errorf("%s %q: %w", list.name, value, err))
			}
			if slices.Contains(list.values[:i], value) {
				problems = append(problems, fmt.Errorf("%s %s is named twice", list.name, value))
			}
		}
	}
	if p.AdminPath == "" || strings.ContainsAny(p.AdminPath, "/?#%") {
		problems = append(problems, fmt.Errorf("admin path %q: must be one segment, without slashes", p.AdminPath))
	}
	return errors.Join(problems...)
}
