package rules

import (
	"net/netip"
	"slices"
)

// Action is what becomes of a request that a rule matches.
type Action string

// The actions. Count goes on to the next rule.
const (
	Allow Action = "allow"
	Block Action = "block"
	Count Action = "count"

	// Theirs leaves the action to the rules of a managed group.
	Theirs Action = "theirs"
)

// Rule is one rule of a web ACL.
type Rule struct {
	Name      string
	Why       string
	Statement Statement
	Action    Action
	Labels    []Label // put on requests that it matches, for the rules behind it
	Status    int     // of the answer to a request that is stopped; zero for 403
	Page      string  // that it answers with, in HTML; empty for WAF's own

	// Always keeps the rule's action in a first rollout, in which the others only count.
	Always bool
}

// Set is the name of a list of networks.
type Set string

// The lists of networks.
const (
	AdminNetworks   Set = "admin-networks"
	TrustedNetworks Set = "trusted-networks"
	BlockedNetworks Set = "blocked-networks"
)

// ACL is a web ACL: its rules in the order in which they are tried, and what becomes of a request that none stops.
type ACL struct {
	Rules   []Rule
	Default Action
	Sets    map[Set][]netip.Prefix
}

// InSet reports whether an address is in a list of networks.
func (a ACL) InSet(set Set, address netip.Addr) bool {
	return slices.ContainsFunc(a.Sets[set], func(network netip.Prefix) bool { return network.Contains(address) })
}

// Families splits a list by the kind of its addresses, since an IP set of WAF has one kind only.
func (a ACL) Families(set Set) (v4, v6 []netip.Prefix) {
	for _, network := range a.Sets[set] {
		if network.Addr().Is4() {
			v4 = append(v4, network)
		} else {
			v6 = append(v6, network)
		}
	}
	return v4, v6
}

// counting is the ACL of a first rollout: every rule counts, but for those that may never be without effect.
func (a ACL) counting() ACL {
	rules := slices.Clone(a.Rules)
	for i := range rules {
		if !rules[i].Always {
			rules[i].Action = Count
		}
	}
	a.Rules = rules
	return a
}

// walk calls visit for a statement and all that is in it, with how many combinations are around it.
func walk(s Statement, depth int, visit func(s Statement, depth int)) {
	visit(s, depth)
	switch s := s.(type) {
	case And:
		for _, inner := range s {
			walk(inner, depth+1, visit)
		}
	case Or:
		for _, inner := range s {
			walk(inner, depth+1, visit)
		}
	case Not:
		walk(s.Statement, depth+1, visit)
	}
}
