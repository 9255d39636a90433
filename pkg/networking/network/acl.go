package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// makeDataACL registers the network ACL of the data subnets, a second fence that does not depend on which
// security group something carries: TCP within the VPC, in and out, and nothing else. An ACL keeps no
// state, so the answers to ephemeral ports need the same permission; and ports are left to the security
// groups, because the managed stores replicate among themselves on ports that AWS does not publish. The
// resolver, instance metadata and time are not subject to ACLs (VPC User Guide, "Control subnet traffic
// with network access control lists"). What no rule allows is denied.
func (b *builder) makeDataACL() error {
	const (
		ruleNumber = 100
		lastPort   = 65535
	)
	within := pulumi.String(b.args.Plan.VPC.String())
	if _, err := ec2.NewNetworkAcl(b.Ctx, b.Child("data-acl"), &ec2.NetworkAclArgs{
		VpcId:     b.vpc.ID(),
		SubnetIds: subnetIDs(b.subnets.data),
		Ingress: ec2.NetworkAclIngressArray{ec2.NetworkAclIngressArgs{
			RuleNo:    pulumi.Int(ruleNumber),
			Action:    pulumi.String("allow"),
			Protocol:  pulumi.String("tcp"),
			CidrBlock: within,
			FromPort:  pulumi.Int(0),
			ToPort:    pulumi.Int(lastPort),
		}},
		Egress: ec2.NetworkAclEgressArray{ec2.NetworkAclEgressArgs{
			RuleNo:    pulumi.Int(ruleNumber),
			Action:    pulumi.String("allow"),
			Protocol:  pulumi.String("tcp"),
			CidrBlock: within,
			FromPort:  pulumi.Int(0),
			ToPort:    pulumi.Int(lastPort),
		}},
		Tags: b.tags("data"),
	}, b.Parent); err != nil {
		return fmt.Errorf("creating the network ACL of the data subnets: %w", err)
	}
	return nil
}
