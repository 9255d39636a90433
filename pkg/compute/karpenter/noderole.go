package karpenter

import (
	"fmt"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// nodePolicies are what a node needs to join, to pull images and to be reached by Session Manager (Karpenter 1.14,
// "CloudFormation": KarpenterNodeRole). The network add-on runs with the node's role.
var nodePolicies = []string{
	"AmazonEKSWorkerNodePolicy",
	"AmazonEKS_CNI_Policy",
	"AmazonEC2ContainerRegistryPullOnly",
	"AmazonSSMManagedInstanceCore",
}

// nodeIdentity is what Karpenter's nodes are, in AWS and in the cluster.
type nodeIdentity struct {
	role    *iam.Role
	profile *iam.InstanceProfile
	needed  []pulumi.Resource // before a node can join
}

// nodeRole registers the role of the nodes, its instance profile and its access to the cluster. The profile is made
// here, so that the controller need not be able to make any (docs/decisions/0019-a-pre-made-instance-profile.md).
func (b *builder) nodeRole() error {
	trust, err := policy.TrustService("ec2.amazonaws.com")
	if err != nil {
		return err
	}
	role, err := iam.NewRole(b.ctx, b.name+"-node-role", &iam.RoleArgs{
		Description:      pulumi.String("Karpenter's nodes of " + b.args.cluster()),
		AssumeRolePolicy: trust,
	}, b.parent)
	if err != nil {
		return fmt.Errorf("node role: %w", err)
	}
	b.node.role = role
	for _, managed := range nodePolicies {
		attachment, err := iam.NewRolePolicyAttachment(b.ctx, b.name+"-node-"+managed, &iam.RolePolicyAttachmentArgs{
			Role:      role.Name,
			PolicyArn: pulumi.String(b.args.Account.ManagedPolicyARN(managed)),
		}, b.parent)
		if err != nil {
			return fmt.Errorf("policy %s of the node role: %w", managed, err)
		}
		b.node.needed = append(b.node.needed, attachment)
	}
	b.node.profile, err = iam.NewInstanceProfile(b.ctx, b.name+"-node-profile", &iam.InstanceProfileArgs{Role: role.Name}, b.parent)
	if err != nil {
		return fmt.Errorf("instance profile: %w", err)
	}
	// Nodes of managed groups get their entry from EKS; these are ours.
	entry, err := awseks.NewAccessEntry(b.ctx, b.name+"-node-access", &awseks.AccessEntryArgs{
		ClusterName:  b.args.ClusterName,
		PrincipalArn: role.Arn,
		Type:         pulumi.String("EC2_LINUX"),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("access of the nodes to the cluster: %w", err)
	}
	b.node.needed = append(b.node.needed, b.node.profile, entry)
	return nil
}
