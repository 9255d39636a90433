package network

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// newGatewayEndpoints routes S3 and DynamoDB past the NAT gateways, in the private tables and in that of
// the data subnets. The data tier's groups and ACL let nothing use its route yet; it is there so that a
// store that must read from S3 one day (Aurora's LOAD DATA FROM S3) needs no way to the internet for it.
func (n *Network) newGatewayEndpoints(ctx *pulumi.Context, vpc *ec2.Vpc, t tables) error {
	s3, err := s3Policy(n.args.Account, n.args.ForeignBuckets)
	if err != nil {
		return err
	}
	dynamoDB, err := servicePolicy(n.args.Account)
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
		if _, err := ec2.NewVpcEndpoint(ctx, n.child(part), &ec2.VpcEndpointArgs{
			VpcId:           vpc.ID(),
			VpcEndpointType: pulumi.String("Gateway"),
			ServiceName:     pulumi.String(endpoint.service.ServiceName(n.args.Account.Region)),
			RouteTableIds:   t.ids(),
			Policy:          endpoint.policy,
			Tags:            n.tags(part),
		}, pulumi.Parent(n)); err != nil {
			return fmt.Errorf("creating the endpoint of %s: %w", endpoint.service, err)
		}
	}
	return nil
}

// newInterfaceEndpoints puts the services' addresses into every private subnet. With private DNS, clients
// use them under the usual names; where a name had resolved to the internet, it now does to the VPC only.
func (n *Network) newInterfaceEndpoints(ctx *pulumi.Context, vpc *ec2.Vpc, private []*ec2.Subnet, group *ec2.SecurityGroup) error {
	for _, endpoint := range n.args.Endpoints {
		document, err := interfacePolicy(n.args.Account, endpoint)
		if err != nil {
			return err
		}
		part := "endpoint-" + strings.ReplaceAll(string(endpoint), ".", "-")
		if _, err := ec2.NewVpcEndpoint(ctx, n.child(part), &ec2.VpcEndpointArgs{
			VpcId:             vpc.ID(),
			VpcEndpointType:   pulumi.String("Interface"),
			ServiceName:       pulumi.String(endpoint.ServiceName(n.args.Account.Region)),
			SubnetIds:         subnetIDs(private),
			SecurityGroupIds:  pulumi.StringArray{group.ID()},
			PrivateDnsEnabled: pulumi.Bool(true),
			Policy:            document,
			Tags:              n.tags(part),
		}, pulumi.Parent(n)); err != nil {
			return fmt.Errorf("creating the endpoint of %s: %w", endpoint, err)
		}
	}
	return nil
}
