package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
)

const anywhere = "0.0.0.0/0"

// tables are a VPC's route tables: those of the private subnets in the order of the zones.
type tables struct {
	private []*ec2.RouteTable
	data    *ec2.RouteTable
}

// ids are those of all the tables.
func (t tables) ids() pulumi.StringArray { return append(tableIDs(t.private), t.data.ID()) }

// makeRoutes registers the ways in and out, and which tier takes which.
func (b *builder) makeRoutes() error {
	return component.Steps(b.makeInternetGateway, b.makePublicRoutes, b.makeNATs, b.makePrivateRoutes, b.makeDataRoutes)
}

// makeInternetGateway registers the gateway, without NAT too: a VPC that holds a CloudFront VPC origin must
// have one, if no route to it (CloudFront Developer Guide, "Restrict access with VPC origins").
func (b *builder) makeInternetGateway() (err error) {
	b.internet, err = ec2.NewInternetGateway(b.Ctx, b.Child("internet"), &ec2.InternetGatewayArgs{
		VpcId: b.vpc.ID(),
		Tags:  b.tags("internet"),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("creating the internet gateway: %w", err)
	}
	return nil
}

// makePublicRoutes registers the one table of all public subnets, to the internet gateway.
func (b *builder) makePublicRoutes() error {
	table, err := b.newTable("public")
	if err != nil {
		return err
	}
	if _, err := ec2.NewRoute(b.Ctx, b.Child("public-default"), &ec2.RouteArgs{
		RouteTableId:         table.ID(),
		DestinationCidrBlock: pulumi.String(anywhere),
		GatewayId:            b.internet.ID(),
	}, b.Parent); err != nil {
		return fmt.Errorf("routing the public subnets: %w", err)
	}
	for i, subnet := range b.subnets.public {
		if err := b.associate("public-"+b.zone(i), table, subnet); err != nil {
			return err
		}
	}
	return nil
}

// makePrivateRoutes registers a table for each zone, so that a zone's way out can be its own.
func (b *builder) makePrivateRoutes() error {
	for i, subnet := range b.subnets.private {
		part := "private-" + b.zone(i)
		table, err := b.newTable(part)
		if err != nil {
			return err
		}
		b.tables.private = append(b.tables.private, table)
		if err := b.associate(part, table, subnet); err != nil {
			return err
		}
		if len(b.nats) == 0 {
			continue
		}
		if _, err := ec2.NewRoute(b.Ctx, b.Child(part+"-default"), &ec2.RouteArgs{
			RouteTableId:         table.ID(),
			DestinationCidrBlock: pulumi.String(anywhere),
			NatGatewayId:         b.nats[i%len(b.nats)].ID(), // the zone's own, or the only one
		}, b.Parent); err != nil {
			return fmt.Errorf("routing the private subnet of %s: %w", b.zone(i), err)
		}
	}
	b.PrivateRouteTableIDs = tableIDs(b.tables.private).ToStringArrayOutput()
	return nil
}

// makeDataRoutes registers one table for all data subnets. It has no way out, so zones need not differ.
func (b *builder) makeDataRoutes() (err error) {
	if b.tables.data, err = b.newTable("data"); err != nil {
		return err
	}
	for i, subnet := range b.subnets.data {
		if err := b.associate("data-"+b.zone(i), b.tables.data, subnet); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) newTable(part string) (*ec2.RouteTable, error) {
	table, err := ec2.NewRouteTable(b.Ctx, b.Child(part+"-routes"), &ec2.RouteTableArgs{
		VpcId: b.vpc.ID(),
		Tags:  b.tags(part),
	}, b.Parent)
	if err != nil {
		return nil, fmt.Errorf("creating the route table %s: %w", part, err)
	}
	return table, nil
}

func (b *builder) associate(part string, table *ec2.RouteTable, subnet *ec2.Subnet) error {
	if _, err := ec2.NewRouteTableAssociation(b.Ctx, b.Child(part+"-association"), &ec2.RouteTableAssociationArgs{
		RouteTableId: table.ID(),
		SubnetId:     subnet.ID(),
	}, b.Parent); err != nil {
		return fmt.Errorf("giving the subnet %s its route table: %w", part, err)
	}
	return nil
}

func (b *builder) zone(i int) string { return b.args.Plan.Zones[i].Zone }

func tableIDs(tables []*ec2.RouteTable) pulumi.StringArray {
	ids := make(pulumi.StringArray, len(tables))
	for i, table := range tables {
		ids[i] = table.ID()
	}
	return ids
}
