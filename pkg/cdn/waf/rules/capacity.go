package rules

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
		if s.Of != "" || s.Outside != "" {
			return s.Group.Capacity() + labelCost
		}
		return s.Group.Capacity()
	}
	return 0
}
