package network_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/networking/network"
)

func TestEveryResourceHasAParentAndTheProvider(t *testing.T) {
	r, _ := deploy(t, arguments(t))
	require.Greater(t, len(r.resources), 80)
	for _, res := range r.resources {
		switch res.Type {
		case "pulumi:providers:aws":
		case network.NetworkType:
			assert.Equal(t, "net", res.Name)
		default:
			assert.Contains(t, res.Parent, network.NetworkType, "%s is outside the component", res.Name)
			assert.True(t, strings.HasPrefix(res.Name, "net-"), "%s is not named after the component", res.Name)
		}
		if strings.HasPrefix(res.Type, "aws:") {
			assert.Contains(t, res.Provider, "::aws::", "%s has no explicit provider", res.Name)
		}
	}
	require.Len(t, r.providers, 1)
	assert.Contains(t, r.providers[0], "::aws::", "the invoke has no explicit provider")
}

func TestOutputsAreInTheOrderOfTheZones(t *testing.T) {
	args := arguments(t)
	_, out := deploy(t, args)
	assert.Equal(t, "net-vpc/id", out.vpc)
	require.Len(t, out.private, 3)
	for i, zone := range args.Plan.ZoneNames() {
		assert.Equal(t, "net-public-"+zone+"/id", out.public[i])
		assert.Equal(t, "net-private-"+zone+"/id", out.private[i])
		assert.Equal(t, "net-data-"+zone+"/id", out.data[i])
		assert.Equal(t, "net-private-"+zone+"-routes/id", out.tables[i])
		assert.Equal(t, "net-nat-"+zone+"-address/publicIp", out.ips[i])
	}
	require.Len(t, out.groups, len(topology.Groups()))
	assert.Equal(t, "net-database/id", out.groups[topology.GroupDatabase])
}

func TestSubnetsFollowThePlan(t *testing.T) {
	args := arguments(t)
	r, _ := deploy(t, args)
	require.Len(t, r.all(typeSubnet), 9)
	for _, zone := range args.Plan.Zones {
		for tier, block := range map[string]netip.Prefix{"public": zone.Public, "private": zone.Private, "data": zone.Data} {
			subnet := r.named(t, typeSubnet, "net-"+tier+"-"+zone.Zone)
			assert.Equal(t, block.String(), subnet.Inputs["cidrBlock"])
			assert.Equal(t, zone.Zone, subnet.Inputs["availabilityZone"])
			assert.Equal(t, false, subnet.Inputs["mapPublicIpOnLaunch"])

			tags := subnet.Inputs["tags"].(map[string]any)
			assert.Equal(t, "magento-staging-"+tier+"-"+zone.Zone, tags["Name"])
			assert.NotContains(t, tags, "kubernetes.io/role/elb")
			if tier == "private" {
				assert.Equal(t, "1", tags["kubernetes.io/role/internal-elb"])
			} else {
				assert.Len(t, tags, 1)
			}
		}
	}
}

func TestDefaultsOfTheVPCAreClosed(t *testing.T) {
	r, _ := deploy(t, arguments(t))
	vpc := r.one(t, typeVPC)
	assert.Equal(t, true, vpc.Inputs["enableDnsSupport"])
	assert.Equal(t, true, vpc.Inputs["enableDnsHostnames"])
	group := r.one(t, typeDefaultGroup)
	assert.NotContains(t, group.Inputs, "ingress")
	assert.NotContains(t, group.Inputs, "egress")
	assert.Empty(t, r.one(t, typeDefaultRoutes).Inputs["routes"])
}

func TestPublicAccess(t *testing.T) {
	args := arguments(t)
	r, _ := deploy(t, args)
	options := r.one(t, typeOptions)
	assert.Equal(t, "block-ingress", options.Inputs["internetGatewayBlockMode"])
	require.Len(t, r.all(typeExclusion), 3)
	for i, exclusion := range r.all(typeExclusion) {
		assert.Equal(t, "net-private-"+args.Plan.ZoneNames()[i]+"/id", exclusion.Inputs["subnetId"])
		assert.Equal(t, "allow-bidirectional", exclusion.Inputs["internetGatewayExclusionMode"])
		assert.True(t, dependsOn(options, exclusion), "blocking comes before %s", exclusion.Name)
	}

	args.PublicAccess = topology.PublicAccessUnmanaged
	r, _ = deploy(t, args)
	assert.Empty(t, r.all(typeOptions), "the account's switch is touched")
	assert.Len(t, r.all(typeExclusion), 3, "another owner of the switch would cut CloudFront off")
}

// dependsOn reports whether a resource was registered as depending on another.
func dependsOn(r, on recorded) bool {
	for _, urn := range r.Dependencies {
		if strings.HasSuffix(urn, on.Type+"::"+on.Name) {
			return true
		}
	}
	return false
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	args := arguments(t)
	args.Account.ID, args.Account.Region = "12345", "eu-west-1"
	args.Environment = "Staging"
	args.NAT, args.PublicAccess = "", "off"
	args.Endpoints = []topology.Endpoint{"s3", topology.EndpointSQS, topology.EndpointSQS}
	args.FlowLogRetentionDays = 0
	args.Plan.Zones = args.Plan.Zones[1:]

	r := &record{}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := network.New(ctx, "net", args)
		return err
	}, pulumi.WithMocks("magento-networking", "staging", r))
	for _, want := range []string{
		`account "12345": must be twelve digits`,
		`environment "Staging": allowed are`,
		`nat "": must be zone, single or none`,
		`public access "off": must be blocked or unmanaged`,
		`endpoint "s3": must be sqs, `,
		`endpoint "sqs": named twice`,
		`flow log retention of 0 days: must be one of [365 400`,
		`plan of 10.20.0.0/16: must be what NewPlan makes`,
		`zone "eu-central-1b": must be a zone of eu-west-1`,
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.Empty(t, r.resources, "something was registered before the validation")
}
