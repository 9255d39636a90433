// Package network builds an environment's VPC: three tiers of subnets in each zone, the ways in and out,
// private access to AWS's services, the security groups of every tier, and the record of all traffic.
// What it builds is decided in pkg/aws/topology, as data.
package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/component"
)

// NetworkType is the type token of a Network.
const NetworkType = "magento:network:Network"

// Network is a VPC and all that is in it before anything runs there.
type Network struct {
	pulumi.ResourceState

	VPCID pulumi.StringOutput

	// The subnets' ids, in the order of the plan's zones.
	PublicSubnetIDs  pulumi.StringArrayOutput
	PrivateSubnetIDs pulumi.StringArrayOutput
	DataSubnetIDs    pulumi.StringArrayOutput

	// PrivateRouteTableIDs has one table for each zone, in order.
	PrivateRouteTableIDs pulumi.StringArrayOutput
	// NATPublicIPs are the addresses from which payment providers and others see the store; empty without NAT.
	NATPublicIPs pulumi.StringArrayOutput
	// SecurityGroupIDs has an entry for each of topology.Groups.
	SecurityGroupIDs map[topology.Group]pulumi.StringOutput
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Network
	args Args

	vpc      *ec2.Vpc
	internet *ec2.InternetGateway
	subnets  subnets
	nats     []*ec2.NatGateway
	tables   tables
	groups   map[topology.Group]*ec2.SecurityGroup
}

// New registers a Network.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Network, error) {
	n := &Network{}
	return n, component.New(ctx, NetworkType, name, args, n, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Network: n, args: args}
		err := component.Steps(
			b.makeVPC, b.makeSubnets, b.makeRoutes, b.makeGroups, b.makeDataACL,
			b.makeGatewayEndpoints, b.makeInterfaceEndpoints, b.makeRotationEndpoints, b.makeMailEndpoint, b.makeFlowLogs, b.makePublicAccess,
		)
		return n.outputs(), err
	}, opts...)
}

// makeVPC registers the VPC and closes what AWS puts into each: the default security group, which would
// admit its own members and let everything out (FSBP control EC2.2), and the main route table, which a
// subnet without an association of its own would fall back to. The default network ACL stays as it is:
// public and private subnets use it, and filter by security group.
func (b *builder) makeVPC() (err error) {
	b.vpc, err = ec2.NewVpc(b.Ctx, b.Child("vpc"), &ec2.VpcArgs{
		CidrBlock: pulumi.String(b.args.Plan.VPC.String()),
		// Private DNS names of interface endpoints and of the cluster's private API need both.
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true),
		Tags:               b.tags("vpc"),
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return fmt.Errorf("creating the vpc: %w", err)
	}
	b.VPCID = b.vpc.ID().ToStringOutput()
	if _, err := ec2.NewDefaultSecurityGroup(b.Ctx, b.Child("default-group"), &ec2.DefaultSecurityGroupArgs{
		VpcId: b.vpc.ID(),
		Tags:  b.tags("default-unused"),
	}, b.Parent); err != nil {
		return fmt.Errorf("closing the default security group: %w", err)
	}
	if _, err := ec2.NewDefaultRouteTable(b.Ctx, b.Child("default-routes"), &ec2.DefaultRouteTableArgs{
		DefaultRouteTableId: b.vpc.DefaultRouteTableId,
		Routes:              ec2.DefaultRouteTableRouteArray{},
		Tags:                b.tags("default-unused"),
	}, b.Parent); err != nil {
		return fmt.Errorf("emptying the main route table: %w", err)
	}
	return nil
}

// tags returns the name of a part, by which consoles distinguish the environments of an account.
func (b *builder) tags(part string) pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(b.args.Environment.Name(part))}
}

func (n *Network) outputs() pulumi.Map {
	groups := pulumi.StringMap{}
	for group, id := range n.SecurityGroupIDs {
		groups[string(group)] = id
	}
	return pulumi.Map{
		"vpcId":                n.VPCID,
		"publicSubnetIds":      n.PublicSubnetIDs,
		"privateSubnetIds":     n.PrivateSubnetIDs,
		"dataSubnetIds":        n.DataSubnetIDs,
		"privateRouteTableIds": n.PrivateRouteTableIDs,
		"natPublicIps":         n.NATPublicIPs,
		"securityGroupIds":     groups,
	}
}
