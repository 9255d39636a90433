package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// newNATs registers the NAT gateways that the strategy asks for, from the first zone on.
func (n *Network) newNATs(ctx *pulumi.Context, gateway *ec2.InternetGateway, public []*ec2.Subnet) ([]*ec2.NatGateway, error) {
	switch n.args.NAT {
	case topology.NATSingle:
		public = public[:1]
	case topology.NATNone:
		public = nil
	case topology.NATPerZone:
	}
	nats := make([]*ec2.NatGateway, len(public))
	addresses := make(pulumi.StringArray, len(public))
	for i, subnet := range public {
		nat, address, err := n.newNAT(ctx, gateway, subnet, n.zone(i))
		if err != nil {
			return nil, err
		}
		nats[i], addresses[i] = nat, address.PublicIp
	}
	n.NATPublicIPs = addresses.ToStringArrayOutput()
	return nats, nil
}

// newNAT registers a zone's NAT gateway and its address. Both depend on the internet gateway, which AWS
// does not detach from a VPC while public addresses are mapped in it: destroying would fail otherwise.
func (n *Network) newNAT(ctx *pulumi.Context, gateway *ec2.InternetGateway, subnet *ec2.Subnet, zone string) (*ec2.NatGateway, *ec2.Eip, error) {
	part := "nat-" + zone
	afterGateway := pulumi.DependsOn([]pulumi.Resource{gateway})
	address, err := ec2.NewEip(ctx, n.child(part+"-address"), &ec2.EipArgs{
		Domain: pulumi.String("vpc"),
		Tags:   n.tags(part),
	}, pulumi.Parent(n), pulumi.Protect(n.args.Protect), afterGateway)
	if err != nil {
		return nil, nil, fmt.Errorf("allocating the address of the NAT gateway of %s: %w", zone, err)
	}
	nat, err := ec2.NewNatGateway(ctx, n.child(part), &ec2.NatGatewayArgs{
		SubnetId:     subnet.ID(),
		AllocationId: address.AllocationId,
		Tags:         n.tags(part),
	}, pulumi.Parent(n), afterGateway)
	if err != nil {
		return nil, nil, fmt.Errorf("creating the NAT gateway of %s: %w", zone, err)
	}
	return nat, address, nil
}
