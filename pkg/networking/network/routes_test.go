package network_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/aws/topology"
)

func TestNATModes(t *testing.T) {
	for mode, through := range map[topology.NAT][]string{ // the gateway of each zone
		topology.NATPerZone: {"net-nat-eu-central-1a/id", "net-nat-eu-central-1b/id", "net-nat-eu-central-1c/id"},
		topology.NATSingle:  {"net-nat-eu-central-1a/id", "net-nat-eu-central-1a/id", "net-nat-eu-central-1a/id"},
		topology.NATNone:    nil,
	} {
		t.Run(string(mode), func(t *testing.T) {
			args := arguments(t)
			args.NAT = mode
			r, out := deploy(t, args)

			gateways := map[string]bool{}
			for _, id := range through {
				gateways[id] = true
			}
			require.Len(t, r.all(typeNAT), len(gateways))
			assert.Len(t, r.all(typeAddress), len(gateways))
			assert.Len(t, out.ips, len(gateways))

			require.Len(t, out.tables, 3, "each zone has its table, with a way out or without")
			for i, table := range out.tables {
				routes := where(r.all(typeRoute), "routeTableId", table)
				if through == nil {
					assert.Empty(t, routes)
					continue
				}
				require.Len(t, routes, 1)
				assert.Equal(t, "0.0.0.0/0", routes[0].Inputs["destinationCidrBlock"])
				assert.Equal(t, through[i], routes[0].Inputs["natGatewayId"])
				assert.NotContains(t, routes[0].Inputs, "gatewayId")
			}
			assert.Len(t, r.all(typeGateway), 1, "a VPC origin needs an internet gateway in every mode")
		})
	}
}

func TestNATGatewaysArePublicAndGoBeforeTheInternetGateway(t *testing.T) {
	r, _ := deploy(t, arguments(t))
	gateway := r.one(t, typeGateway)
	for _, nat := range r.all(typeNAT) {
		assert.Contains(t, nat.Inputs["subnetId"], "net-public-")
		assert.Equal(t, nat.Name+"-address/allocationId", nat.Inputs["allocationId"])
	}
	for _, res := range append(r.all(typeNAT), r.all(typeAddress)...) {
		assert.True(t, dependsOn(res, gateway), "%s would be destroyed after the internet gateway", res.Name)
	}
}

func TestOnlyPublicSubnetsReachTheInternetGateway(t *testing.T) {
	r, out := deploy(t, arguments(t))
	through := where(r.all(typeRoute), "gatewayId", "net-internet/id")
	require.Len(t, through, 1)
	var subnets []string
	for _, association := range where(r.all(typeAssociation), "routeTableId", through[0].Inputs["routeTableId"]) {
		subnets = append(subnets, association.Inputs["subnetId"].(string))
	}
	assert.ElementsMatch(t, out.public, subnets)
}

func TestDataSubnetsHaveNoWayOut(t *testing.T) {
	r, out := deploy(t, arguments(t))
	require.Len(t, out.data, 3)
	for _, subnet := range out.data {
		associations := where(r.all(typeAssociation), "subnetId", subnet)
		require.Len(t, associations, 1, "%s would use the main route table", subnet)
		assert.Empty(t, where(r.all(typeRoute), "routeTableId", associations[0].Inputs["routeTableId"]))
	}

	acl := r.one(t, typeACL)
	assert.ElementsMatch(t, out.data, acl.Inputs["subnetIds"])
	for _, direction := range []string{"ingress", "egress"} {
		rules := acl.Inputs[direction].([]any)
		require.Len(t, rules, 1, direction)
		rule := rules[0].(map[string]any)
		assert.Equal(t, "allow", rule["action"])
		assert.Equal(t, "tcp", rule["protocol"])
		assert.Equal(t, "10.20.0.0/16", rule["cidrBlock"])
	}
}
