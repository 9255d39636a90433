package rules

import "strings"

const (
	// IncludedCapacity is what the price of a web ACL includes (AWS WAF pricing, "web ACL capacity units": beyond it
	// each 500 units cost 0.20 USD a million requests).
	IncludedCapacity = 1500

	// MaxCapacity is the most that a web ACL may have (WAF Developer Guide, "AWS WAF quotas").
	MaxCapacity = 5000
)

// What statements cost in web ACL capacity units (WAF Developer Guide, "Rule statements list", under "WCUs" of each).
const (
	regexCost          = 3
	sizeCost           = 1
	setCost            = 1
	countryCost        = 1
	labelCost          = 1
	rateCost           = 2
	transformationCost = 10
)

// Capacity is what the web ACL costs in web ACL capacity units. A transformation of a component is paid once, however
// many statements want it (WAF Developer Guide, "Web ACL capacity units", on optimisations; measured by
// mdleom.com/blog/2021/07/23/aws-waf-wcu). AWS has the last word: the units are in the output capacity of the ACL.
func (a ACL) Capacity() int {
	total := 0
	paid := map[string]bool{}
	for _, rule := range a.Rules {
		walk(rule.Statement, 0, func(s Statement, _ int) {
			total += a.cost(s)
			if regex, ok := s.(Regex); ok {
				for _, t := range regex.Part.Transformations() {
					if key := regex.Part.component() + " " + string(t); !paid[key] {
						paid[key] = true
						total += transformationCost
					}
				}
			}
		})
	}
	return total
}

// cost is that of a statement alone, without what is combined in it and without transformations.
func (a ACL) cost(s Statement) int {
	switch s := s.(type) {
	case Regex:
		return regexCost
	case Unread, HasHeader:
		return sizeCost
	case From:
		v4, v6 := a.Families(s.Set)
		return setCost * (min(len(v4), 1) + min(len(v6), 1))
	case Country:
		return countryCost
	case Label, Namespace:
		return labelCost
	case Rate:
		return rateCost + labelCost
	case Managed:
		if s.Of != "" {
			return s.Group.Capacity() + labelCost
		}
		return s.Group.Capacity()
	}
	return 0
}

// Group is a managed group of rules by its name at AWS.
type Group string

// The managed groups that are used.
const (
	IPReputation    Group = "AWSManagedRulesAmazonIpReputationList"
	Core            Group = "AWSManagedRulesCommonRuleSet"
	KnownBadInputs  Group = "AWSManagedRulesKnownBadInputsRuleSet"
	SQLInjection    Group = "AWSManagedRulesSQLiRuleSet"
	PHP             Group = "AWSManagedRulesPHPRuleSet"
	Unix            Group = "AWSManagedRulesUnixRuleSet"
	Bots            Group = "AWSManagedRulesBotControlRuleSet"
	AccountTakeover Group = "AWSManagedRulesATPRuleSet"
)

// group is what is known of a managed group: its capacity and the namespace of its labels (WAF Developer Guide, "AWS
// Managed Rules rule groups list").
type group struct {
	capacity  int
	namespace string
}

var groups = map[Group]group{
	IPReputation:    {25, "amazon-ip-list"},
	Core:            {700, "core-rule-set"},
	KnownBadInputs:  {200, "known-bad-inputs"},
	SQLInjection:    {200, "sql-database"},
	PHP:             {100, "php-app"},
	Unix:            {100, "posix-os"},
	Bots:            {50, "bot-control"},
	AccountTakeover: {50, "atp"},
}

// Capacity is what the group costs in web ACL capacity units.
func (g Group) Capacity() int { return groups[g].capacity }

// Namespace is what the labels of the group begin with.
func (g Group) Namespace() Namespace {
	return Namespace("awswaf:managed:aws:" + groups[g].namespace + ":")
}

// labelSuffixes are the ends of rules' names that their labels write otherwise (the same list of groups).
var labelSuffixes = map[string]string{
	"_BODY": "_Body", "_HEADER": "_Header", "_QUERYSTRING": "_QueryString", "_URIPATH": "_URIPath",
	"_QUERYARGUMENTS": "_QueryArguments", "_COOKIE": "_Cookie",
}

// Label is what a rule of the group puts on a request. The POSIX group alone labels as it names.
func (g Group) Label(rule string) Label {
	if g != Unix {
		for suffix, written := range labelSuffixes {
			if base, ok := strings.CutSuffix(rule, suffix); ok {
				return Label(string(g.Namespace()) + base + written)
			}
		}
	}
	return Label(string(g.Namespace()) + rule)
}
