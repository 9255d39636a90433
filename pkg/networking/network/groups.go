package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
)

type securityGroups map[topology.Group]*ec2.SecurityGroup

// newGroups registers the security groups, and their rules one by one, for rules in a group and rules
// beside it remove each other. A group starts without any rule: the provider removes the one with which
// AWS lets everything out (its documentation of SecurityGroup, "NOTE on Egress rules").
func (n *Network) newGroups(ctx *pulumi.Context, v *ec2.Vpc) (securityGroups, error) {
	groups := securityGroups{}
	n.SecurityGroupIDs = map[topology.Group]pulumi.StringOutput{}
	for _, group := range topology.Groups() {
		created, err := ec2.NewSecurityGroup(ctx, n.child(string(group)), &ec2.SecurityGroupArgs{
			VpcId:       v.ID(),
			Description: pulumi.String(group.Description()),
			// Rules that were added from outside, by a controller or by hand, would keep the group alive.
			RevokeRulesOnDelete: pulumi.Bool(true),
			Tags:                n.tags(string(group)),
		}, pulumi.Parent(n), pulumi.Protect(n.args.Protect))
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
		if err := n.letOut(ctx, part, groups[flow.From], flow.Port, flow.Description,
			vpc.SecurityGroupEgressRuleArgs{ReferencedSecurityGroupId: groups[flow.To].ID()}); err != nil {
			return fmt.Errorf("letting %s out to %s: %w", flow.From, flow.To, err)
		}
		if err := n.letIn(ctx, part, groups[flow.To], flow.Port, flow.Description,
			vpc.SecurityGroupIngressRuleArgs{ReferencedSecurityGroupId: groups[flow.From].ID()}); err != nil {
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
		if err := n.letIn(ctx, part, groups[entry.To], entry.Port, entry.Description,
			vpc.SecurityGroupIngressRuleArgs{PrefixListId: pulumi.String(list.Id)}); err != nil {
			return fmt.Errorf("letting %s in to %s: %w", entry.PrefixList, entry.To, err)
		}
	}
	return nil
}

func (n *Network) newExits(ctx *pulumi.Context, groups securityGroups) error {
	for _, exit := range topology.Exits() {
		part := fmt.Sprintf("%s-to-outside-%d", exit.From, exit.Port)
		if err := n.letOut(ctx, part, groups[exit.From], exit.Port, exit.Description,
			vpc.SecurityGroupEgressRuleArgs{CidrIpv4: pulumi.String(exit.CIDR)}); err != nil {
			return fmt.Errorf("letting %s out to %s: %w", exit.From, exit.CIDR, err)
		}
	}
	return nil
}

// letIn opens a TCP port of a group to the peer that the rule names.
func (n *Network) letIn(ctx *pulumi.Context, part string, group *ec2.SecurityGroup, port int, description string, rule vpc.SecurityGroupIngressRuleArgs) error {
	rule.SecurityGroupId, rule.IpProtocol = group.ID(), pulumi.String("tcp")
	rule.FromPort, rule.ToPort = pulumi.Int(port), pulumi.Int(port)
	rule.Description, rule.Tags = pulumi.String(description), n.tags(part)
	_, err := vpc.NewSecurityGroupIngressRule(ctx, n.child(part+"-ingress"), &rule, pulumi.Parent(n))
	return err
}

// letOut opens a TCP port of the peer that the rule names to a group.
func (n *Network) letOut(ctx *pulumi.Context, part string, group *ec2.SecurityGroup, port int, description string, rule vpc.SecurityGroupEgressRuleArgs) error {
	rule.SecurityGroupId, rule.IpProtocol = group.ID(), pulumi.String("tcp")
	rule.FromPort, rule.ToPort = pulumi.Int(port), pulumi.Int(port)
	rule.Description, rule.Tags = pulumi.String(description), n.tags(part)
	_, err := vpc.NewSecurityGroupEgressRule(ctx, n.child(part+"-egress"), &rule, pulumi.Parent(n))
	return err
}
