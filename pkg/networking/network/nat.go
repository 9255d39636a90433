package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// makeNATs registers the NAT gateways that the strategy asks for, from the first zone on.
func (b *builder) makeNATs() error {
	public := b.subnets.public
	switch b.args.NAT {
	case topology.NATSingle:
		public = public[:1]
	case topology.NATNone:
		public = nil
	case topology.NATPerZone:
	}
	b.nats = make([]*ec2.NatGateway, len(public))
	addresses := make(pulumi.StringArray, len(public))
	for i, subnet := range public {
		nat, address, err := b.newNAT(subnet, b.zone(i))
		if err != nil {
			return err
		}
		b.nats[i], addresses[i] = nat, address.PublicIp
	}
	b.NATPublicIPs = addresses.ToStringArrayOutput()
	return nil
}

// newNAT registers a zone's NAT gateway and its address. Both depend on the internet gateway, which AWS
// does not detach from a VPC while public addresses are mapped in it: destroying would fail otherwise.
func (b *builder) newNAT(subnet *ec2.Subnet, zone string) (*ec2.NatGateway, *ec2.Eip, error) {
	part := "nat-" + zone
	afterGateway := pulumi.DependsOn([]pulumi.Resource{b.internet})
	address, err := ec2.NewEip(b.Ctx, b.Child(part+"-address"), &ec2.EipArgs{
		Domain: pulumi.String("vpc"),
		Tags:   b.tags(part),
	}, b.Parent, pulumi.Protect(b.args.Protect), afterGateway)
	if err != nil {
		return nil, nil, fmt.Errorf("allocating the address of the NAT gateway of %s: %w", zone, err)
	}
	nat, err := ec2.NewNatGateway(b.Ctx, b.Child(part), &ec2.NatGatewayArgs{
		SubnetId:     subnet.ID(),
		AllocationId: address.AllocationId,
		Tags:         b.tags(part),
	}, b.Parent, afterGateway)
	if err != nil {
		return nil, nil, fmt.Errorf("creating the NAT gateway of %s: %w", zone, err)
	}
	return nat, address, nil
}
