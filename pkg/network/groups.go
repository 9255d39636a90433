package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/network/topology"
)

type securityGroups map[topology.Group]*ec2.SecurityGroup

// newGroups registers the security groups, and their rules one by one, for rules in a group and rules
// beside it remove each other. A group starts without any rule: the provider removes the one with which
// AWS lets everything out (its documentation of SecurityGroup, "NOTE on Egress rules").
func (n *Network) newGroups(ctx *pulumi.Context, v *ec2.Vpc) (securityGroups, error) {
	groups := securityGroups{}
	n.SecurityGroupIDs = map[topology.Group]pulumi.StringOutput{}
	for _, group := range topology.Groups() {
		tags := n.tags(string(group))
		if group == topology.GroupNodes {
			tags[tagKarpenter] = pulumi.String(n.args.ClusterName)
		}
		created, err := ec2.NewSecurityGroup(ctx, n.child(string(group)), &ec2.SecurityGroupArgs{
			VpcId:       v.ID(),
			Description: pulumi.String(group.Description()),
			// Rules that were added from outside, by a controller or by hand, would keep the group alive.
			RevokeRulesOnDelete: pulumi.Bool(true),
			Tags:                tags,
		}, pulumi.Parent(n))
		if err != nil {
			return nil, fmt.Errorf("creating the security group %s: %w", group, err)
		}
		groups[group] = created
		n.SecurityGroupIDs[group] = created.ID().ToStringOutput()
	}
	if err := n.newFlows(ctx, groups); err != nil {
		return nil, err
	}
	if err := n.newEntries(ctx, groups); err != nil {
		return nil, err
	}
	return groups, n.newExits(ctx, groups)
}

// newFlows opens both ends of every flow between groups.
func (n *Network) newFlows(ctx *pulumi.Context, groups securityGroups) error {
	for _, flow := range topology.Flows() {
		part := fmt.Sprintf("%s-to-%s-%d", flow.From, flow.To, flow.Port)
		if _, err := vpc.NewSecurityGroupEgressRule(ctx, n.child(part+"-egress"), &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId:           groups[flow.From].ID(),
			ReferencedSecurityGroupId: groups[flow.To].ID(),
			IpProtocol:                pulumi.String("tcp"),
			FromPort:                  pulumi.Int(flow.Port),
			ToPort:                    pulumi.Int(flow.Port),
			Description:               pulumi.String(flow.Description),
			Tags:                      n.tags(part),
		}, pulumi.Parent(n)); err != nil {
			return fmt.Errorf("letting %s out to %s: %w", flow.From, flow.To, err)
		}
		if _, err := vpc.NewSecurityGroupIngressRule(ctx, n.child(part+"-ingress"), &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId:           groups[flow.To].ID(),
			ReferencedSecurityGroupId: groups[flow.From].ID(),
			IpProtocol:                pulumi.String("tcp"),
			FromPort:                  pulumi.Int(flow.Port),
			ToPort:                    pulumi.Int(flow.Port),
			Description:               pulumi.String(flow.Description),
			Tags:                      n.tags(part),
		}, pulumi.Parent(n)); err != nil {
			return fmt.Errorf("letting %s in to %s: %w", flow.From, flow.To, err)
		}
	}
	return nil
}

// newEntries opens the ways into the VPC, by the ids that the prefix lists have in this region.
func (n *Network) newEntries(ctx *pulumi.Context, groups securityGroups) error {
	for _, entry := range topology.Entries() {
		list, err := ec2.LookupManagedPrefixList(ctx, &ec2.LookupManagedPrefixListArgs{
			Name: pulumi.StringRef(entry.PrefixList),
		}, pulumi.Parent(n))
		if err != nil {
			return fmt.Errorf("looking up the prefix list %s: %w", entry.PrefixList, err)
		}
		part := fmt.Sprintf("outside-to-%s-%d", entry.To, entry.Port)
		if _, err := vpc.NewSecurityGroupIngressRule(ctx, n.child(part+"-ingress"), &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: groups[entry.To].ID(),
			PrefixListId:    pulumi.String(list.Id),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(entry.Port),
			ToPort:          pulumi.Int(entry.Port),
			Description:     pulumi.String(entry.Description),
			Tags:            n.tags(part),
		}, pulumi.Parent(n)); err != nil {
			return fmt.Errorf("letting %s in to %s: %w", entry.PrefixList, entry.To, err)
		}
	}
	return nil
}

func (n *Network) newExits(ctx *pulumi.Context, groups securityGroups) error {
	for _, exit := range topology.Exits() {
		part := fmt.Sprintf("%s-to-outside-%d", exit.From, exit.Port)
		if _, err := vpc.NewSecurityGroupEgressRule(ctx, n.child(part+"-egress"), &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: groups[exit.From].ID(),
			CidrIpv4:        pulumi.String(exit.CIDR),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(exit.Port),
			ToPort:          pulumi.Int(exit.Port),
			Description:     pulumi.String(exit.Description),
			Tags:            n.tags(part),
		}, pulumi.Parent(n)); err != nil {
			return fmt.Errorf("letting %s out to %s: %w", exit.From, exit.CIDR, err)
		}
	}
	return nil
}
