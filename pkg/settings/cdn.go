package settings

import (
	"fmt"
	"slices"

	"github.com/magestack/magestack/pkg/enum"
	"github.com/magestack/magestack/pkg/naming"
)

// PriceClass is which of CloudFront's edge locations serve the shop.
type PriceClass string

// The price classes of CloudFront (CloudFront Developer Guide, "Choose the price class").
const (
	PriceClassEuropeAndNorthAmerica PriceClass = "PriceClass_100"
	PriceClassMost                  PriceClass = "PriceClass_200"
	PriceClassAll                   PriceClass = "PriceClass_All"
)

var priceClasses = []PriceClass{PriceClassEuropeAndNorthAmerica, PriceClassMost, PriceClassAll}

// Allowed lists the price classes.
func (PriceClass) Allowed() string { return "PriceClass_100, PriceClass_200 or PriceClass_All" }

// UnmarshalText refuses every other price class.
func (p *PriceClass) UnmarshalText(text []byte) error {
	if !slices.Contains(priceClasses, PriceClass(text)) {
		return fmt.Errorf("must be %s", p.Allowed())
	}
	*p = PriceClass(text)
	return nil
}

// CDN holds the settings of the project magento-cdn.
type CDN struct {
	AWS
	Edge
	Firewall
	Monitoring

	// HostNames are the names that the shop answers to, the main one first. Each is a domain of magento-networking or one
	// label below it.
	HostNames []HostName `key:"hostNames" differs:"domain"`

	// ProtectEdge makes Pulumi refuse to delete the distribution, the web ACL and its log. Only an environment that is made
	// to be thrown away may go without. What a distribution is made of cannot be deleted while it names it.
	ProtectEdge bool `key:"protectEdge" default:"true" differs:"purpose"`

	// PriceClass is which edge locations serve the shop: fewer are cheaper, and slower for far visitors.
	PriceClass PriceClass `key:"priceClass" default:"PriceClass_All" differs:"size"`
}

const hostNamesKey = naming.ProjectCDN + ":hostNames"

// LoadCDN reads and checks the settings of magento-cdn.
func LoadCDN(config Config) (CDN, error) { return load[CDN](config, naming.ProjectCDN) }

func (s CDN) rules() []rule {
	all := slices.Concat(s.AWS.rules(), s.Edge.rules(), s.Firewall.rules(), s.Monitoring.rules())
	all = append(all,
		cdnRule(s.checkBehaviors, "sessionPaths", "pagePaths", "pageCaching", "adminPath", "cacheBehaviors"),
		rule{[]string{naming.ProjectCDN + ":originShield", regionKey}, cdnRule(s.checkShield).check},
		rule{[]string{naming.ProjectCDN + ":standbyLoadBalancerArn", accountKey}, cdnRule(s.checkStandbyAccount).check},
	)
	return append(all, rule{[]string{hostNamesKey}, func() []Problem {
		if len(s.HostNames) == 0 {
			return []Problem{{hostNamesKey, "[]", "must name at least one host"}}
		}
		var problems []Problem
		seen := map[HostName]bool{}
		for _, name := range s.HostNames {
			if seen[name] {
				problems = append(problems, Problem{hostNamesKey, string(name), "named twice"})
			}
			seen[name] = true
		}
		return problems
	}})
}

// refusal notes what is wrong with a setting of magento-cdn.
type refusal func(name, value, message string)

// cdnRule is a rule about settings of magento-cdn.
func cdnRule(check func(refusal), names ...string) rule {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = naming.ProjectCDN + ":" + name
	}
	return rule{keys, func() []Problem {
		var problems []Problem
		check(func(name, value, message string) {
			problems = append(problems, Problem{naming.ProjectCDN + ":" + name, value, message})
		})
		return problems
	}}
}

func choose[T ~string](refuse refusal, name string, value T, allowed []T) {
	if enum.Check(value, allowed) != nil {
		refuse(name, string(value), "must be "+enum.Alternatives(allowed))
	}
}
