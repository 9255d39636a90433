package karpenter

import (
	"fmt"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/noderole"
)

// nodeIdentity is what Karpenter's nodes are, in AWS and in the cluster.
type nodeIdentity struct {
	role    *iam.Role
	profile *iam.InstanceProfile
	needed  []pulumi.Resource // before a node can join
}

// nodeIdentity registers the role of the nodes, its instance profile and its access to the cluster. The profile is made
// here, so that the controller need not be able to make any (docs/decisions/0019-a-pre-made-instance-profile.md).
func (b *builder) nodeIdentity() error {
	role, attachments, err := noderole.New(b.Scope, b.args.Account, "Karpenter's nodes of "+b.args.cluster())
	if err != nil {
		return err
	}
	profile, err := iam.NewInstanceProfile(b.Ctx, b.Child("node-profile"), &iam.InstanceProfileArgs{Role: role.Name}, b.Parent)
	if err != nil {
		return fmt.Errorf("instance profile: %w", err)
	}
	// Nodes of managed groups get their entry from EKS; these do not.
	entry, err := awseks.NewAccessEntry(b.Ctx, b.Child("node-access"), &awseks.AccessEntryArgs{
		ClusterName:  b.args.ClusterName,
		PrincipalArn: role.Arn,
		Type:         pulumi.String("EC2_LINUX"),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("access of the nodes to the cluster: %w", err)
	}
	b.node = nodeIdentity{role: role, profile: profile, needed: append(attachments, profile, entry)}
	return nil
}
