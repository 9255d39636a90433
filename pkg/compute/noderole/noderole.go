// Package noderole makes the role of EC2 instances that join the cluster. System nodes and Karpenter's nodes have one each,
// with the same rights.
package noderole

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
)

// managedPolicies are what a node needs to join, to pull images and to be reached by Session Manager (Karpenter 1.14,
// "CloudFormation": KarpenterNodeRole; EKS User Guide, "Amazon EKS node IAM role"). The network add-on runs with the
// node's role.
var managedPolicies = []string{
	"AmazonEKSWorkerNodePolicy",
	"AmazonEKS_CNI_Policy",
	"AmazonEC2ContainerRegistryPullOnly",
	"AmazonSSMManagedInstanceCore",
}

// New registers the role among a component's children. It returns the role, and the attachments that a node waits for
// before it can join.
func New(s component.Scope, acct account.Account, description string) (*iam.Role, []pulumi.Resource, error) {
	trust, err := policy.TrustService("ec2.amazonaws.com")
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(s.Ctx, s.Child("node-role"), &iam.RoleArgs{
		Description:      pulumi.String(description),
		AssumeRolePolicy: trust,
	}, s.Parent)
	if err != nil {
		return nil, nil, fmt.Errorf("node role: %w", err)
	}
	var attachments []pulumi.Resource
	for _, managed := range managedPolicies {
		attachment, err := iam.NewRolePolicyAttachment(s.Ctx, s.Child("node-"+managed), &iam.RolePolicyAttachmentArgs{
			Role:      role.Name,
			PolicyArn: pulumi.String(acct.ManagedPolicyARN(managed)),
		}, s.Parent)
		if err != nil {
			return nil, nil, fmt.Errorf("policy %s of the node role: %w", managed, err)
		}
		attachments = append(attachments, attachment)
	}
	return role, attachments, nil
}
