package network_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/aws/topology"
)

func TestGroups(t *testing.T) {
	r, _ := deploy(t, arguments(t))
	require.Len(t, r.all(typeGroup), len(topology.Groups()))
	for _, group := range r.all(typeGroup) {
		assert.NotContains(t, group.Inputs, "ingress", "rules in a group and beside it remove each other")
		assert.NotContains(t, group.Inputs, "egress")
		assert.Equal(t, true, group.Inputs["revokeRulesOnDelete"])
		assert.NotEmpty(t, group.Inputs["description"])
	}
}

func TestRules(t *testing.T) {
	r, _ := deploy(t, arguments(t))
	ingress, egress := r.all(typeIngress), r.all(typeEgress)
	require.Len(t, ingress, len(topology.Flows())+len(topology.Entries()))
	require.Len(t, egress, len(topology.Flows())+len(topology.Exits()))
	for _, rule := range append(ingress, egress...) {
		assert.NotEmpty(t, rule.Inputs["description"], rule.Name)
		assert.Equal(t, "tcp", rule.Inputs["ipProtocol"], rule.Name)
		assert.Equal(t, rule.Inputs["fromPort"], rule.Inputs["toPort"], rule.Name)
	}
	for _, flow := range topology.Flows() {
		from, to := "net-"+string(flow.From)+"/id", "net-"+string(flow.To)+"/id"
		between := func(kind, own, peer string) []recorded {
			return where(where(where(r.all(kind), "securityGroupId", own), "referencedSecurityGroupId", peer), "fromPort", float64(flow.Port))
		}
		assert.Len(t, between(typeEgress, from, to), 1, "%s to %s on %d", flow.From, flow.To, flow.Port)
		assert.Len(t, between(typeIngress, to, from), 1, "%s to %s on %d", flow.From, flow.To, flow.Port)
	}
}

func TestOnlyTheEdgeEntersAndOnlyNodesLeave(t *testing.T) {
	r, _ := deploy(t, arguments(t))
	for _, rule := range r.all(typeIngress) {
		assert.NotContains(t, rule.Inputs, "cidrIpv4", rule.Name)
		assert.NotContains(t, rule.Inputs, "cidrIpv6", rule.Name)
		if list, found := rule.Inputs["prefixListId"]; found {
			assert.Equal(t, prefixListID, list)
			assert.Equal(t, "net-load-balancer/id", rule.Inputs["securityGroupId"])
			assert.EqualValues(t, 443, rule.Inputs["fromPort"])
		}
	}
	for _, rule := range r.all(typeEgress) {
		if cidr, found := rule.Inputs["cidrIpv4"]; found {
			assert.Equal(t, "0.0.0.0/0", cidr)
			assert.Equal(t, "net-nodes/id", rule.Inputs["securityGroupId"])
			assert.EqualValues(t, 443, rule.Inputs["fromPort"])
		}
	}
}
