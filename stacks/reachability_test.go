package stacks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
)

// TestRules lists every rule that there is. A rule that is not listed here must not exist.
func TestRules(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		assert.Equal(t, []string{
			"cluster (EKS) -> cluster (EKS) all",
			"load-balancer -> nodes tcp/8080",
			"nodes -> cache tcp/6379",
			"nodes -> database tcp/3306",
			"nodes -> endpoints tcp/443",
			"nodes -> endpoints tcp/465",
			"nodes -> queue tcp/443",
			"nodes -> queue tcp/5671",
			"nodes -> search tcp/443",
			"pl:com.amazonaws.global.cloudfront.origin-facing -> load-balancer tcp/443",
			"rotation -> cache tcp/6379",
			"rotation -> database tcp/3306",
			"rotation -> endpoints tcp/443",
			"rotation -> nodes tcp/6033",
			"rotation -> queue tcp/443",
			"rotation -> queue tcp/5671",
			"rotation -> search tcp/443",
		}, written(recorded, func(r rule) bool { return !r.out }), "ingress")
		assert.Equal(t, []string{
			"cluster (EKS) -> 0.0.0.0/0 all",
			"load-balancer -> nodes tcp/8080",
			"nodes -> 0.0.0.0/0 tcp/443",
			"nodes -> cache tcp/6379",
			"nodes -> database tcp/3306",
			"nodes -> endpoints tcp/443",
			"nodes -> endpoints tcp/465",
			"nodes -> queue tcp/443",
			"nodes -> queue tcp/5671",
			"nodes -> search tcp/443",
			"rotation -> cache tcp/6379",
			"rotation -> database tcp/3306",
			"rotation -> endpoints tcp/443",
			"rotation -> nodes tcp/6033",
			"rotation -> queue tcp/443",
			"rotation -> queue tcp/5671",
			"rotation -> search tcp/443",
		}, written(recorded, func(r rule) bool { return r.out }), "egress")
	})
}

// TestReachability derives who reaches whom: what a group lets in, if whoever wears the peer's group is let out by
// any of the groups that it wears. A node wears EKS's group beside ours, which lets everything out: for what nodes
// reach, ingress alone decides.
func TestReachability(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		assert.Equal(t, []string{
			"cluster (EKS) -> cluster (EKS) all",
			"load-balancer -> nodes tcp/8080",
			"nodes -> cache tcp/6379",
			"nodes -> database tcp/3306",
			"nodes -> endpoints tcp/443",
			"nodes -> endpoints tcp/465",
			"nodes -> queue tcp/443",
			"nodes -> queue tcp/5671",
			"nodes -> search tcp/443",
			"pl:com.amazonaws.global.cloudfront.origin-facing -> load-balancer tcp/443",
			"rotation -> cache tcp/6379",
			"rotation -> database tcp/3306",
			"rotation -> endpoints tcp/443",
			"rotation -> nodes tcp/6033",
			"rotation -> queue tcp/443",
			"rotation -> queue tcp/5671",
			"rotation -> search tcp/443",
		}, connections(recorded))
	})
}

// TestEveryGroupIsThere keeps the tests above from passing because a group is missing.
func TestEveryGroupIsThere(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		var names []string
		for _, name := range groupNames(recorded) {
			names = append(names, name)
		}
		assert.ElementsMatch(t, []string{"load-balancer", "nodes", "database", "cache", "search", "queue", "endpoints", "quarantine", "rotation",
			clusterGroup, "default of the VPC"}, names)
	})
}

// TestRulesAreSeenHoweverTheyAreWritten adds rules in every layer, in every form, and wants each to be seen.
func TestRulesAreSeenHoweverTheyAreWritten(t *testing.T) {
	ids := map[string]string{}
	for id, name := range groupNames(planned(t, "staging")) {
		ids[name] = id
	}
	for _, c := range []struct {
		name, kind string
		inputs     map[string]any
		rule       string
		connects   bool
	}{
		{"from EKS's group", ingressRule, map[string]any{"securityGroupId": ids["database"], "referencedSecurityGroupId": ids[clusterGroup],
			"ipProtocol": "tcp", "fromPort": 3306.0, "toPort": 3306.0}, "cluster (EKS) -> database tcp/3306", true},
		{"to nodes, whom EKS's group lets out", ingressRule, map[string]any{"securityGroupId": ids["queue"], "referencedSecurityGroupId": ids["nodes"],
			"ipProtocol": "tcp", "fromPort": 15671.0, "toPort": 15672.0}, "nodes -> queue tcp/15671-15672", true},
		{"from who is not let out", ingressRule, map[string]any{"securityGroupId": ids["queue"], "referencedSecurityGroupId": ids["search"],
			"ipProtocol": "-1"}, "search -> queue all", false},
		{"from an unknown group", ingressRule, map[string]any{"securityGroupId": ids["cache"], "referencedSecurityGroupId": "sg-0123",
			"ipProtocol": "tcp", "fromPort": 1.0, "toPort": 2.0}, "sg-0123 -> cache tcp/1-2", true},
		{"into an unknown group", ingressRule, map[string]any{"securityGroupId": "sg-0456", "cidrIpv4": "10.0.0.0/8",
			"ipProtocol": "tcp", "fromPort": 22.0, "toPort": 22.0}, "10.0.0.0/8 -> sg-0456 tcp/22", true},
		{"the older resource", olderRule, map[string]any{"type": "ingress", "securityGroupId": ids["database"], "cidrBlocks": []any{"0.0.0.0/0"},
			"protocol": "tcp", "fromPort": 3306.0, "toPort": 3306.0}, "0.0.0.0/0 -> database tcp/3306", true},
		{"itself", olderRule, map[string]any{"type": "ingress", "securityGroupId": ids["nodes"], "self": true, "protocol": "-1"}, "nodes -> nodes all", true},
		{"inside a group", securityGroup, map[string]any{"ingress": []any{map[string]any{"securityGroups": []any{ids["nodes"]},
			"protocol": "tcp", "fromPort": 22.0, "toPort": 22.0}}}, "nodes -> added tcp/22", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			recorded := planned(t, "staging")
			added := plan.Resource{Type: c.kind, Name: "added", ID: "sg-added", Inputs: c.inputs}
			last := len(recorded.Stacks) - 1
			recorded.Stacks[last].Resources = append(recorded.Stacks[last].Resources, added)
			assert.Contains(t, written(recorded, func(r rule) bool { return !r.out }), c.rule)
			assert.Equal(t, c.connects, slices.Contains(connections(recorded), c.rule), connections(recorded))
		})
	}
}

// written lists the rules of one kind, sorted.
func written(recorded *plan.Environment, wanted func(rule) bool) []string {
	var found []string
	for _, r := range rules(recorded) {
		if wanted(r) {
			found = append(found, r.String())
		}
	}
	slices.Sort(found)
	return found
}

// connections lists who may open a connection to whom inside the VPC, or into it. Who is no group of ours, such as
// addresses, is taken to send whatever it likes.
func connections(recorded *plan.Environment) []string {
	all, worn, ours := rules(recorded), wardrobes(recorded), map[string]bool{}
	for _, name := range groupNames(recorded) {
		ours[name] = true
	}
	return written(recorded, func(in rule) bool {
		if in.out {
			return false
		}
		return !ours[in.peer] || slices.ContainsFunc(all, func(out rule) bool {
			return out.out && (out.group == in.peer || worn[pair(out.group, in.peer)]) && out.reaches(in)
		})
	})
}

// reaches reports whether what one rule lets out can be what another lets in. Addresses may be of any group.
func (r rule) reaches(in rule) bool {
	peer := r.peer == in.group || strings.Contains(r.peer, "/") || strings.HasPrefix(r.peer, "pl-")
	return peer && (r.all() || in.all() || r.protocol == in.protocol && r.from <= in.to && in.from <= r.to)
}

// wardrobes are the pairs of groups that something wears together.
func wardrobes(recorded *plan.Environment) map[string]bool {
	names, together := groupNames(recorded), map[string]bool{}
	for _, r := range recorded.Resources() {
		if !r.Custom && !r.Remote || slices.Contains([]string{ingressRule, egressRule, olderRule, securityGroup, defaultGroup}, r.Type) {
			continue
		}
		var worn []string
		eachText(r.Inputs, func(text string) {
			if name, ok := names[text]; ok {
				worn = append(worn, name)
			}
		})
		for _, one := range worn {
			for _, other := range worn {
				together[pair(one, other)] = true
			}
		}
	}
	return together
}

func pair(one, other string) string { return one + " and " + other }
