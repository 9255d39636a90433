package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/component"
)

// makeGroups registers the security groups, and their rules one by one, for rules in a group and rules
// beside it remove each other. A group starts without any rule: the provider removes the one with which
// AWS lets everything out (its documentation of SecurityGroup, "NOTE on Egress rules").
func (b *builder) makeGroups() error {
	b.groups = map[topology.Group]*ec2.SecurityGroup{}
	b.SecurityGroupIDs = map[topology.Group]pulumi.StringOutput{}
	for _, group := range topology.Groups() {
		created, err := ec2.NewSecurityGroup(b.Ctx, b.Child(string(group)), &ec2.SecurityGroupArgs{
			VpcId:       b.vpc.ID(),
			Description: pulumi.String(group.Description()),
			// Rules that were added from outside, by a controller or by hand, would keep the group alive.
			RevokeRulesOnDelete: pulumi.Bool(true),
			Tags:                b.tags(string(group)),
		}, b.Parent, pulumi.Protect(b.args.Protect))
		if err != nil {
			return fmt.Errorf("creating the security group %s: %w", group, err)
		}
		b.groups[group] = created
		b.SecurityGroupIDs[group] = created.ID().ToStringOutput()
	}
	return component.Steps(b.makeFlows, b.makeEntries, b.makeExits)
}

// makeFlows opens both ends of every flow between groups.
func (b *builder) makeFlows() error {
	for _, flow := range topology.Flows() {
		part := fmt.Sprintf("%s-to-%s-%d", flow.From, flow.To, flow.Port)
		if err := b.letOut(part, b.groups[flow.From], flow.Port, flow.Description,
			vpc.SecurityGroupEgressRuleArgs{ReferencedSecurityGroupId: b.groups[flow.To].ID()}); err != nil {
			return fmt.Errorf("letting %s out to %s: %w", flow.From, flow.To, err)
		}
		if err := b.letIn(part, b.groups[flow.To], flow.Port, flow.Description,
			vpc.SecurityGroupIngressRuleArgs{ReferencedSecurityGroupId: b.groups[flow.From].ID()}); err != nil {
			return fmt.Errorf("letting %s in to %s: %w", flow.From, flow.To, err)
		}
	}
	return nil
}

// makeEntries opens the ways into the VPC, by the ids that the prefix lists have in this region.
func (b *builder) makeEntries() error {
	for _, entry := range topology.Entries() {
		list, err := ec2.LookupManagedPrefixList(b.Ctx, &ec2.LookupManagedPrefixListArgs{
			Name: pulumi.StringRef(entry.PrefixList),
		}, b.Parent)
		if err != nil {
			return fmt.Errorf("looking up the prefix list %s: %w", entry.PrefixList, err)
		}
		part := fmt.Sprintf("outside-to-%s-%d", entry.To, entry.Port)
		if err := b.letIn(part, b.groups[entry.To], entry.Port, entry.Description,
			vpc.SecurityGroupIngressRuleArgs{PrefixListId: pulumi.String(list.Id)}); err != nil {
			return fmt.Errorf("letting %s in to %s: %w", entry.PrefixList, entry.To, err)
		}
	}
	return nil
}

// makeExits opens the ways out of the VPC.
func (b *builder) makeExits() error {
	for _, exit := range topology.Exits() {
		part := fmt.Sprintf("%s-to-outside-%d", exit.From, exit.Port)
		if err := b.letOut(part, b.groups[exit.From], exit.Port, exit.Description,
			vpc.SecurityGroupEgressRuleArgs{CidrIpv4: pulumi.String(exit.CIDR)}); err != nil {
			return fmt.Errorf("letting %s out to %s: %w", exit.From, exit.CIDR, err)
		}
	}
	return nil
}

// letIn opens a TCP port of a group to the peer that the rule names.
func (b *builder) letIn(part string, group *ec2.SecurityGroup, port int, description string, rule vpc.SecurityGroupIngressRuleArgs) error {
	rule.SecurityGroupId, rule.IpProtocol = group.ID(), pulumi.String("tcp")
	rule.FromPort, rule.ToPort = pulumi.Int(port), pulumi.Int(port)
	rule.Description, rule.Tags = pulumi.String(description), b.tags(part)
	_, err := vpc.NewSecurityGroupIngressRule(b.Ctx, b.Child(part+"-ingress"), &rule, b.Parent)
	return err
}

// letOut opens a TCP port of the peer that the rule names to a group.
func (b *builder) letOut(part string, group *ec2.SecurityGroup, port int, description string, rule vpc.SecurityGroupEgressRuleArgs) error {
	rule.SecurityGroupId, rule.IpProtocol = group.ID(), pulumi.String("tcp")
	rule.FromPort, rule.ToPort = pulumi.Int(port), pulumi.Int(port)
	rule.Description, rule.Tags = pulumi.String(description), b.tags(part)
	_, err := vpc.NewSecurityGroupEgressRule(b.Ctx, b.Child(part+"-egress"), &rule, b.Parent)
	return err
}
