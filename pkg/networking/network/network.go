// Package network builds an environment's VPC: three tiers of subnets in each zone, the ways in and out,
// private access to AWS's services, the security groups of every tier, and the record of all traffic.
// What it builds is decided in pkg/aws/topology, as data.
package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
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

	name string
	args Args
}

// NewNetwork registers a Network.
func NewNetwork(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Network, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	n := &Network{name: name, args: args}
	if err := ctx.RegisterComponentResourceV2(NetworkType, name, args.inputs(), n, opts...); err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	if err := n.build(ctx); err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	return n, ctx.RegisterResourceOutputs(n, n.outputs())
}

func (n *Network) build(ctx *pulumi.Context) error {
	vpc, err := n.newVPC(ctx)
	if err != nil {
		return err
	}
	subnets, err := n.newSubnets(ctx, vpc)
	if err != nil {
		return err
	}
	tables, err := n.newRoutes(ctx, vpc, subnets)
	if err != nil {
		return err
	}
	groups, err := n.newGroups(ctx, vpc)
	if err != nil {
		return err
	}
	if err := n.newDataACL(ctx, vpc, subnets.data); err != nil {
		return err
	}
	if err := n.newGatewayEndpoints(ctx, vpc, tables); err != nil {
		return err
	}
	if err := n.newInterfaceEndpoints(ctx, vpc, subnets.private, groups[topology.GroupEndpoints]); err != nil {
		return err
	}
	if err := n.newFlowLogs(ctx, vpc); err != nil {
		return err
	}
	return n.newPublicAccess(ctx, subnets.private)
}

// newVPC registers the VPC and closes what AWS puts into each: the default security group, which would
// admit its own members and let everything out (FSBP control EC2.2), and the main route table, which a
// subnet without an association of its own would fall back to. The default network ACL stays as it is:
// public and private subnets use it, and filter by security group.
func (n *Network) newVPC(ctx *pulumi.Context) (*ec2.Vpc, error) {
	vpc, err := ec2.NewVpc(ctx, n.child("vpc"), &ec2.VpcArgs{
		CidrBlock: pulumi.String(n.args.Plan.VPC.String()),
		// Private DNS names of interface endpoints and of the cluster's private API need both.
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true),
		Tags:               n.tags("vpc"),
	}, pulumi.Parent(n), pulumi.Protect(n.args.Protect))
	if err != nil {
		return nil, fmt.Errorf("creating the vpc: %w", err)
	}
	n.VPCID = vpc.ID().ToStringOutput()
	if _, err := ec2.NewDefaultSecurityGroup(ctx, n.child("default-group"), &ec2.DefaultSecurityGroupArgs{
		VpcId: vpc.ID(),
		Tags:  n.tags("default-unused"),
	}, pulumi.Parent(n)); err != nil {
		return nil, fmt.Errorf("closing the default security group: %w", err)
	}
	if _, err := ec2.NewDefaultRouteTable(ctx, n.child("default-routes"), &ec2.DefaultRouteTableArgs{
		DefaultRouteTableId: vpc.DefaultRouteTableId,
		Routes:              ec2.DefaultRouteTableRouteArray{},
		Tags:                n.tags("default-unused"),
	}, pulumi.Parent(n)); err != nil {
		return nil, fmt.Errorf("emptying the main route table: %w", err)
	}
	return vpc, nil
}

// child is the logical name of a part of the network.
func (n *Network) child(part string) string { return n.name + "-" + part }

// tags name a part so that consoles tell the environments of an account apart.
func (n *Network) tags(part string) pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(n.args.Environment.Name(part))}
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
