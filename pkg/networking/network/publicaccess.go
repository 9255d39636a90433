package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// makePublicAccess excludes the private subnets from VPC Block Public Access, and switches it on if this
// stack owns the switch. Blocking takes CloudFront's VPC origins for the internet (VPC User Guide, "VPC
// BPA basics"), and the load balancer that they call is in the private subnets; these have no route to
// the internet gateway, so that the exclusion opens nothing else. Exclusions are the subnets' own and are
// made in every mode, since another stack, or an administrator, may own the switch (EC2 API Reference,
// CreateVpcBlockPublicAccessExclusion: allowed, and without effect, while the switch is off).
func (b *builder) makePublicAccess() error {
	exclusions := make([]pulumi.Resource, len(b.subnets.private))
	for i, subnet := range b.subnets.private {
		part := "public-access-private-" + b.zone(i)
		exclusion, err := ec2.NewVpcBlockPublicAccessExclusion(b.Ctx, b.Child(part), &ec2.VpcBlockPublicAccessExclusionArgs{
			SubnetId:                     subnet.ID(),
			InternetGatewayExclusionMode: pulumi.String("allow-bidirectional"),
			Tags:                         b.tags(part),
		}, b.Parent)
		if err != nil {
			return fmt.Errorf("excluding the private subnet of %s from blocking: %w", b.zone(i), err)
		}
		exclusions[i] = exclusion
	}
	if b.args.PublicAccess != topology.PublicAccessBlocked {
		return nil
	}
	// After the exclusions, so that no moment of a deployment or of a destroy cuts the store off.
	if _, err := ec2.NewVpcBlockPublicAccessOptions(b.Ctx, b.Child("public-access"), &ec2.VpcBlockPublicAccessOptionsArgs{
		InternetGatewayBlockMode: pulumi.String("block-ingress"),
	}, b.Parent, pulumi.DependsOn(exclusions)); err != nil {
		return fmt.Errorf("blocking public access to the account's VPCs: %w", err)
	}
	return nil
}
