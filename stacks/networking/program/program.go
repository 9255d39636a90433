// Package program is the networking layer: the VPC with everything that decides who reaches whom, and the
// hosted zones of the shop's names.
package program

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/networking/network"
	"github.com/magestack/magestack/pkg/settings"
)

// Run registers the resources of the layer.
func Run(ctx *pulumi.Context, config settings.Config) error {
	set, err := settings.LoadNetworking(config)
	if err != nil {
		return err
	}
	plan, err := set.Plan()
	if err != nil {
		return err
	}
	aws, err := provider.NewAWS(ctx, "aws", "networking", set.Account(), provider.Tagged(set.DefaultTags))
	if err != nil {
		return err
	}
	vpc, err := network.New(ctx, "network", network.Args{
		Account:              set.Account(),
		Environment:          naming.Environment(ctx.Stack()),
		Plan:                 plan,
		NAT:                  set.NAT,
		Endpoints:            set.InterfaceEndpoints,
		ForeignBuckets:       foreignBuckets(set),
		PublicAccess:         set.PublicAccess,
		FlowLogRetentionDays: int(set.FlowLogRetentionDays),
		Protect:              set.ProtectNetwork,
	}, pulumi.Provider(aws))
	if err != nil {
		return err
	}
	zones, err := newZones(ctx, set, aws)
	if err != nil {
		return err
	}
	return publish(ctx, set, vpc, zones)
}

// foreignBuckets are the accounts of the buckets by their names.
func foreignBuckets(set settings.Networking) map[string]string {
	owners := map[string]string{}
	for _, bucket := range set.ForeignBuckets {
		owners[string(bucket.Name)] = string(bucket.Owner)
	}
	return owners
}

func publish(ctx *pulumi.Context, set settings.Networking, vpc *network.Network, zones zones) error {
	group := func(g topology.Group) pulumi.StringOutput { return vpc.SecurityGroupIDs[g] }
	if err := layer.Export(ctx, layer.NetworkingOutputs{
		VPCID:                       vpc.VPCID,
		VPCCIDR:                     pulumi.String(set.VPCCIDR.String()),
		Zones:                       pulumi.ToStringArray(set.Zones),
		PublicSubnetIDs:             vpc.PublicSubnetIDs,
		PrivateSubnetIDs:            vpc.PrivateSubnetIDs,
		DataSubnetIDs:               vpc.DataSubnetIDs,
		NATPublicIPs:                vpc.NATPublicIPs,
		LoadBalancerSecurityGroupID: group(topology.GroupLoadBalancer),
		NodesSecurityGroupID:        group(topology.GroupNodes),
		DatabaseSecurityGroupID:     group(topology.GroupDatabase),
		CacheSecurityGroupID:        group(topology.GroupCache),
		SearchSecurityGroupID:       group(topology.GroupSearch),
		QueueSecurityGroupID:        group(topology.GroupQueue),
		EndpointsSecurityGroupID:    group(topology.GroupEndpoints),
		QuarantineSecurityGroupID:   group(topology.GroupQuarantine),
		DomainName:                  pulumi.String(set.DomainName),
		HostedZoneID:                zones.main.ID,
		NameServers:                 zones.main.NameServers,
		AdditionalZoneIDs:           zones.ids,
		AdditionalNameServers:       zones.nameServers,
	}); err != nil {
		return fmt.Errorf("publishing the network: %w", err)
	}
	return nil
}
