package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// makeMailEndpoint registers the way of mails to SES, where they are sent. It is in those zones that SES's SMTP interface is in,
// which are not all of every region: AWS is asked, for what a zone's name stands for differs from account to account. Pods of the
// other zones use it across zones. It has no policy: SMTP carries no signed request that one could judge.
func (b *builder) makeMailEndpoint() error {
	if !b.args.Mail {
		return nil
	}
	name := topology.EndpointMail.ServiceName(b.args.Account.Region)
	service, err := ec2.LookupVpcEndpointService(b.Ctx, &ec2.LookupVpcEndpointServiceArgs{
		ServiceName: pulumi.StringRef(name), ServiceType: pulumi.StringRef("Interface"),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("looking up %s, SES's SMTP interface, which not every region has (set magento-data:mail to none there): %w", name, err)
	}
	var subnets []*ec2.Subnet
	for i, zone := range b.args.Plan.Zones {
		if slices.Contains(service.AvailabilityZones, zone.Zone) {
			subnets = append(subnets, b.subnets.private[i])
		}
	}
	if len(subnets) == 0 {
		return fmt.Errorf("%s: is in none of the zones %s; it is in %s: append one of these to magento-networking:zones, or set magento-data:mail to none",
			name, strings.Join(b.args.Plan.ZoneNames(), ", "), strings.Join(service.AvailabilityZones, ", "))
	}
	const part = "endpoint-" + string(topology.EndpointMail)
	if _, err := ec2.NewVpcEndpoint(b.Ctx, b.Child(part), &ec2.VpcEndpointArgs{
		VpcId:             b.vpc.ID(),
		VpcEndpointType:   pulumi.String("Interface"),
		ServiceName:       pulumi.String(name),
		SubnetIds:         subnetIDs(subnets),
		SecurityGroupIds:  pulumi.StringArray{b.groups[topology.GroupEndpoints].ID()},
		PrivateDnsEnabled: pulumi.Bool(true),
		Tags:              b.tags(part),
	}, b.Parent); err != nil {
		return fmt.Errorf("creating the endpoint of mails: %w", err)
	}
	return nil
}
