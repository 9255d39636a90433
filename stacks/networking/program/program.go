// Package program is the networking layer: the VPC with everything that decides who reaches whom, and the
// hosted zone of the shop's names.
package program

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/dns"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/network"
	"github.com/magestack/magestack/pkg/network/topology"
	"github.com/magestack/magestack/pkg/provider"
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
	aws, err := provider.NewAWS(ctx, "aws", "networking", set.Account())
	if err != nil {
		return err
	}
	vpc, err := network.NewNetwork(ctx, "network", network.Args{
		Account:              set.Account(),
		Environment:          ctx.Stack(),
		Plan:                 plan,
		NAT:                  set.NAT,
		Endpoints:            set.InterfaceEndpoints,
		PublicAccess:         set.PublicAccess,
		FlowLogRetentionDays: int(set.FlowLogRetentionDays),
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

// newZones registers the hosted zones of all domains, the main one first.
func newZones(ctx *pulumi.Context, set settings.Networking, aws pulumi.ProviderResource) ([]*dns.Zone, error) {
	var issuers *dns.Issuers
	if set.IssuersRecord {
		issuers = &dns.Issuers{Mail: set.IssuersMail}
		for _, name := range set.FurtherIssuers {
			issuers.More = append(issuers.More, string(name))
		}
	}
	main, err := dns.NewZone(ctx, "zone", dns.ZoneArgs{DomainName: string(set.DomainName), ZoneID: set.HostedZoneID, Issuers: issuers}, pulumi.Provider(aws))
	if err != nil {
		return nil, err
	}
	zones := []*dns.Zone{main}
	for _, domain := range set.FurtherDomains {
		zone, err := dns.NewZone(ctx, "zone-"+string(domain.Name), dns.ZoneArgs{
			DomainName: string(domain.Name), ZoneID: domain.ZoneID, Issuers: issuers,
		}, pulumi.Provider(aws))
		if err != nil {
			return nil, err
		}
		zones = append(zones, zone)
	}
	return zones, nil
}

func publish(ctx *pulumi.Context, set settings.Networking, vpc *network.Network, zones []*dns.Zone) error {
	var furtherDomains, furtherZones pulumi.StringArray
	for i, domain := range set.FurtherDomains {
		furtherDomains, furtherZones = append(furtherDomains, pulumi.String(domain.Name)), append(furtherZones, zones[i+1].ID)
	}
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
		HostedZoneID:                zones[0].ID,
		NameServers:                 zones[0].NameServers,
		FurtherDomains:              furtherDomains,
		FurtherHostedZoneIDs:        furtherZones,
	}); err != nil {
		return fmt.Errorf("publishing the network: %w", err)
	}
	return nil
}
