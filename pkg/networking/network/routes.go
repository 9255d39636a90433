package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const anywhere = "0.0.0.0/0"

// tables are a VPC's route tables: those of the private subnets in the order of the zones.
type tables struct {
	private []*ec2.RouteTable
	data    *ec2.RouteTable
}

// ids are those of all the tables.
func (t tables) ids() pulumi.StringArray { return append(tableIDs(t.private), t.data.ID()) }

func (n *Network) newRoutes(ctx *pulumi.Context, vpc *ec2.Vpc, s subnets) (tables, error) {
	gateway, err := n.newInternetGateway(ctx, vpc)
	if err != nil {
		return tables{}, err
	}
	if err := n.newPublicRoutes(ctx, vpc, gateway, s.public); err != nil {
		return tables{}, err
	}
	nats, err := n.newNATs(ctx, gateway, s.public)
	if err != nil {
		return tables{}, err
	}
	private, err := n.newPrivateRoutes(ctx, vpc, nats, s.private)
	if err != nil {
		return tables{}, err
	}
	n.PrivateRouteTableIDs = tableIDs(private).ToStringArrayOutput()
	data, err := n.newDataRoutes(ctx, vpc, s.data)
	return tables{private: private, data: data}, err
}

// newInternetGateway registers the gateway, without NAT too: a VPC that holds a CloudFront VPC origin must
// have one, if no route to it (CloudFront Developer Guide, "Restrict access with VPC origins").
func (n *Network) newInternetGateway(ctx *pulumi.Context, vpc *ec2.Vpc) (*ec2.InternetGateway, error) {
	gateway, err := ec2.NewInternetGateway(ctx, n.child("internet"), &ec2.InternetGatewayArgs{
		VpcId: vpc.ID(),
		Tags:  n.tags("internet"),
	}, pulumi.Parent(n))
	if err != nil {
		return nil, fmt.Errorf("creating the internet gateway: %w", err)
	}
	return gateway, nil
}

func (n *Network) newPublicRoutes(ctx *pulumi.Context, vpc *ec2.Vpc, gateway *ec2.InternetGateway, public []*ec2.Subnet) error {
	table, err := n.newTable(ctx, vpc, "public")
	if err != nil {
		return err
	}
	if _, err := ec2.NewRoute(ctx, n.child("public-default"), &ec2.RouteArgs{
		RouteTableId:         table.ID(),
		DestinationCidrBlock: pulumi.String(anywhere),
		GatewayId:            gateway.ID(),
	}, pulumi.Parent(n)); err != nil {
		return fmt.Errorf("routing the public subnets: %w", err)
	}
	for i, subnet := range public {
		if err := n.associate(ctx, "public-"+n.zone(i), table, subnet); err != nil {
			return err
		}
	}
	return nil
}

// newPrivateRoutes registers a table for each zone, so that a zone's way out can be its own.
func (n *Network) newPrivateRoutes(ctx *pulumi.Context, vpc *ec2.Vpc, nats []*ec2.NatGateway, private []*ec2.Subnet) ([]*ec2.RouteTable, error) {
	all := make([]*ec2.RouteTable, len(private))
	for i, subnet := range private {
		part := "private-" + n.zone(i)
		table, err := n.newTable(ctx, vpc, part)
		if err != nil {
			return nil, err
		}
		all[i] = table
		if err := n.associate(ctx, part, table, subnet); err != nil {
			return nil, err
		}
		if len(nats) == 0 {
			continue
		}
		if _, err := ec2.NewRoute(ctx, n.child(part+"-default"), &ec2.RouteArgs{
			RouteTableId:         table.ID(),
			DestinationCidrBlock: pulumi.String(anywhere),
			NatGatewayId:         nats[i%len(nats)].ID(), // the zone's own, or the only one
		}, pulumi.Parent(n)); err != nil {
			return nil, fmt.Errorf("routing the private subnet of %s: %w", n.zone(i), err)
		}
	}
	return all, nil
}

// newDataRoutes registers one table for all data subnets. It has no way out, so zones need not differ.
func (n *Network) newDataRoutes(ctx *pulumi.Context, vpc *ec2.Vpc, data []*ec2.Subnet) (*ec2.RouteTable, error) {
	table, err := n.newTable(ctx, vpc, "data")
	if err != nil {
		return nil, err
	}
	for i, subnet := range data {
		if err := n.associate(ctx, "data-"+n.zone(i), table, subnet); err != nil {
			return nil, err
		}
	}
	return table, nil
}

func (n *Network) newTable(ctx *pulumi.Context, vpc *ec2.Vpc, part string) (*ec2.RouteTable, error) {
	table, err := ec2.NewRouteTable(ctx, n.child(part+"-routes"), &ec2.RouteTableArgs{
		VpcId: vpc.ID(),
		Tags:  n.tags(part),
	}, pulumi.Parent(n))
	if err != nil {
		return nil, fmt.Errorf("creating the route table %s: %w", part, err)
	}
	return table, nil
}

func (n *Network) associate(ctx *pulumi.Context, part string, table *ec2.RouteTable, subnet *ec2.Subnet) error {
	if _, err := ec2.NewRouteTableAssociation(ctx, n.child(part+"-association"), &ec2.RouteTableAssociationArgs{
		RouteTableId: table.ID(),
		SubnetId:     subnet.ID(),
	}, pulumi.Parent(n)); err != nil {
		return fmt.Errorf("giving the subnet %s its route table: %w", part, err)
	}
	return nil
}

func (n *Network) zone(i int) string { return n.args.Plan.Zones[i].Zone }

func tableIDs(tables []*ec2.RouteTable) pulumi.StringArray {
	ids := make(pulumi.StringArray, len(tables))
	for i, table := range tables {
		ids[i] = table.ID()
	}
	return ids
}
