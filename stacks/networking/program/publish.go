package program

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/layer"
)

func (b *builder) publish() error {
	group := func(g topology.Group) pulumi.StringOutput { return b.network.SecurityGroupIDs[g] }
	if err := layer.Export(b.ctx, layer.NetworkingOutputs{
		VPCID:                       b.network.VPCID,
		VPCCIDR:                     pulumi.String(b.set.VPCCIDR.String()),
		Zones:                       pulumi.ToStringArray(b.set.Zones),
		PublicSubnetIDs:             b.network.PublicSubnetIDs,
		PrivateSubnetIDs:            b.network.PrivateSubnetIDs,
		DataSubnetIDs:               b.network.DataSubnetIDs,
		NATPublicIPs:                b.network.NATPublicIPs,
		LoadBalancerSecurityGroupID: group(topology.GroupLoadBalancer),
		NodesSecurityGroupID:        group(topology.GroupNodes),
		DatabaseSecurityGroupID:     group(topology.GroupDatabase),
		CacheSecurityGroupID:        group(topology.GroupCache),
		SearchSecurityGroupID:       group(topology.GroupSearch),
		QueueSecurityGroupID:        group(topology.GroupQueue),
		EndpointsSecurityGroupID:    group(topology.GroupEndpoints),
		QuarantineSecurityGroupID:   group(topology.GroupQuarantine),
		RotationSecurityGroupID:     group(topology.GroupRotation),
		DomainName:                  pulumi.String(b.set.DomainName),
		HostedZoneID:                b.zones.main.ID,
		NameServers:                 b.zones.main.NameServers,
		AdditionalZoneIDs:           b.zones.ids,
		AdditionalNameServers:       b.zones.nameServers,
	}); err != nil {
		return fmt.Errorf("publishing the networking layer: %w", err)
	}
	return nil
}
