package network

import (
	"fmt"
	"maps"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The tags by which others find subnets and security groups.
const (
	// tagInternalLoadBalancer offers a subnet for internal load balancers (EKS User Guide, "Route
	// application and HTTP traffic with Application Load Balancers"). Its counterpart for load balancers
	// that face the internet, kubernetes.io/role/elb, is set nowhere: nothing but the edge is public, and
	// without the tag an Ingress that asks for a public load balancer gets none.
	tagInternalLoadBalancer = "kubernetes.io/role/internal-elb"
)

// subnets are a VPC's subnets by tier, each tier in the order of the zones.
type subnets struct{ public, private, data []*ec2.Subnet }

// makeSubnets registers the three subnets of each zone.
func (b *builder) makeSubnets() error {
	forNodes := pulumi.StringMap{tagInternalLoadBalancer: pulumi.String("1")}
	s := &b.subnets
	for _, zone := range b.args.Plan.Zones {
		public, err := b.newSubnet("public", zone.Zone, zone.Public, nil)
		if err != nil {
			return err
		}
		private, err := b.newSubnet("private", zone.Zone, zone.Private, forNodes)
		if err != nil {
			return err
		}
		data, err := b.newSubnet("data", zone.Zone, zone.Data, nil)
		if err != nil {
			return err
		}
		s.public, s.private, s.data = append(s.public, public), append(s.private, private), append(s.data, data)
	}
	b.PublicSubnetIDs, b.PrivateSubnetIDs, b.DataSubnetIDs = subnetIDs(s.public), subnetIDs(s.private), subnetIDs(s.data)
	return nil
}

// newSubnet registers one tier's subnet of one zone. No subnet hands out public addresses, the public
// ones neither (FSBP control EC2.15): NAT gateways bring their own.
func (b *builder) newSubnet(tier, zone string, block netip.Prefix, extra pulumi.StringMap) (*ec2.Subnet, error) {
	part := tier + "-" + zone
	tags := b.tags(part)
	maps.Copy(tags, extra)
	subnet, err := ec2.NewSubnet(b.Ctx, b.Child(part), &ec2.SubnetArgs{
		VpcId:               b.vpc.ID(),
		AvailabilityZone:    pulumi.String(zone),
		CidrBlock:           pulumi.String(block.String()),
		MapPublicIpOnLaunch: pulumi.Bool(false),
		Tags:                tags,
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return nil, fmt.Errorf("creating the %s subnet of %s: %w", tier, zone, err)
	}
	return subnet, nil
}

func subnetIDs(tier []*ec2.Subnet) pulumi.StringArrayOutput {
	ids := make(pulumi.StringArray, len(tier))
	for i, subnet := range tier {
		ids[i] = subnet.ID()
	}
	return ids.ToStringArrayOutput()
}
