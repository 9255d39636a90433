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
		out := where(where(r.all(typeEgress), "securityGroupId", from), "referencedSecurityGroupId", to)
		require.Len(t, out, 1, "%s to %s", flow.From, flow.To)
		assert.EqualValues(t, flow.Port, out[0].Inputs["fromPort"])
		in := where(where(r.all(typeIngress), "securityGroupId", to), "referencedSecurityGroupId", from)
		require.Len(t, in, 1, "%s to %s", flow.From, flow.To)
		assert.EqualValues(t, flow.Port, in[0].Inputs["fromPort"])
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
