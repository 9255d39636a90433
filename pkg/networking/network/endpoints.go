package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// makeGatewayEndpoints routes S3 and DynamoDB past the NAT gateways, in the private tables and in that of
// the data subnets. The data tier's groups and ACL let nothing use its route yet; it is there so that a
// store that must read from S3 one day (Aurora's LOAD DATA FROM S3) needs no way to the internet for it.
func (b *builder) makeGatewayEndpoints() error {
	s3, err := s3Policy(b.args.Account, b.args.ForeignBuckets)
	if err != nil {
		return err
	}
	dynamoDB, err := servicePolicy(b.args.Account)
	if err != nil {
		return err
	}
	for _, endpoint := range []struct {
		service topology.Gateway
		policy  pulumi.StringOutput
	}{
		{topology.GatewayS3, s3},
		{topology.GatewayDynamoDB, dynamoDB},
	} {
		part := "endpoint-" + string(endpoint.service)
		if _, err := ec2.NewVpcEndpoint(b.Ctx, b.Child(part), &ec2.VpcEndpointArgs{
			VpcId:           b.vpc.ID(),
			VpcEndpointType: pulumi.String("Gateway"),
			ServiceName:     pulumi.String(endpoint.service.ServiceName(b.args.Account.Region)),
			RouteTableIds:   b.tables.ids(),
			Policy:          endpoint.policy,
			Tags:            b.tags(part),
		}, b.Parent); err != nil {
			return fmt.Errorf("creating the endpoint of %s: %w", endpoint.service, err)
		}
	}
	return nil
}

// makeInterfaceEndpoints puts the services' addresses into every private subnet. With private DNS, clients
// use them under the usual names; where a name had resolved to the internet, it now does to the VPC only.
func (b *builder) makeInterfaceEndpoints() error {
	for _, endpoint := range b.args.Endpoints {
		if err := b.makeInterfaceEndpoint(endpoint, b.subnets.private); err != nil {
			return err
		}
	}
	return nil
}

// makeRotationEndpoints adds what of the services that rotation calls the settings do not name, in one zone: each costs by the hour
// and zone, a credential is rotated once a month, and a rotation that fails with its zone is made up for after it.
func (b *builder) makeRotationEndpoints() error {
	for _, endpoint := range topology.RotationEndpoints() {
		if slices.Contains(b.args.Endpoints, endpoint) {
			continue
		}
		if err := b.makeInterfaceEndpoint(endpoint, b.subnets.private[:1]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) makeInterfaceEndpoint(endpoint topology.Endpoint, subnets []*ec2.Subnet) error {
	document, err := interfacePolicy(b.args.Account, endpoint)
	if err != nil {
		return err
	}
	part := "endpoint-" + strings.ReplaceAll(string(endpoint), ".", "-")
	if _, err := ec2.NewVpcEndpoint(b.Ctx, b.Child(part), &ec2.VpcEndpointArgs{
		VpcId:             b.vpc.ID(),
		VpcEndpointType:   pulumi.String("Interface"),
		ServiceName:       pulumi.String(endpoint.ServiceName(b.args.Account.Region)),
		SubnetIds:         subnetIDs(subnets),
		SecurityGroupIds:  pulumi.StringArray{b.groups[topology.GroupEndpoints].ID()},
		PrivateDnsEnabled: pulumi.Bool(true),
		Policy:            document,
		Tags:              b.tags(part),
	}, b.Parent); err != nil {
		return fmt.Errorf("creating the endpoint of %s: %w", endpoint, err)
	}
	return nil
}
