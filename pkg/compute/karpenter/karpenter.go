// Package karpenter makes nodes for the shop's pods: the controller with its identity, the queue through which AWS says
// which nodes are about to go, the role of the nodes, and what the controller is told (nodepool).
package karpenter

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/podidentity"
	"github.com/magestack/magestack/pkg/naming"
)

// KarpenterType is the type token of a Karpenter.
const KarpenterType = "magento:karpenter:Karpenter"

// Karpenter is the controller and its pools.
//
// What is destroyed goes in this order: NodePools, EC2NodeClass, controller, definitions. Deleting a NodePool deletes its
// NodeClaims first, for Pulumi deletes in the foreground and a NodeClaim blocks its owner's deletion
// (sigs.k8s.io/karpenter v1.14.1, pkg/controllers/provisioning/scheduling/nodeclaimtemplate.go: BlockOwnerDeletion); a
// NodeClaim has a finalizer until its instance is terminated; and EC2NodeClass one until no NodeClaim uses it and its
// launch templates are deleted (karpenter-provider-aws v1.14.1, pkg/controllers/nodeclass/controller.go: finalize). So
// when the controller goes, no node of its making is left that would hold a subnet or a group of the VPC.
type Karpenter struct {
	pulumi.ResourceState
	NodeRoleARN pulumi.StringOutput
	QueueARN    pulumi.StringOutput
	Pools       []pulumi.Resource
}

// builder registers the parts one after the other.
type builder struct {
	*Karpenter
	ctx    *pulumi.Context
	name   string
	args   KarpenterArgs
	parent pulumi.ResourceOption

	node     nodeIdentity
	queue    interruptions
	spotRole []pulumi.Resource
}

// NewKarpenter registers a Karpenter. The options must have providers of AWS and of the cluster.
func NewKarpenter(ctx *pulumi.Context, name string, args KarpenterArgs, opts ...pulumi.ResourceOption) (*Karpenter, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("karpenter %q: %w", name, err)
	}
	b := &builder{Karpenter: &Karpenter{}, ctx: ctx, name: name, args: args}
	inputs := pulumi.Map{"cluster": pulumi.String(args.cluster()), "pools": pulumi.Int(len(args.Pools.Pools))}
	if err := ctx.RegisterComponentResourceV2(KarpenterType, name, inputs, b.Karpenter, opts...); err != nil {
		return nil, fmt.Errorf("karpenter %q: %w", name, err)
	}
	b.parent = pulumi.Parent(b.Karpenter)
	for _, part := range []func() error{b.nodeRole, b.interruptionQueue, b.spotServiceLinkedRole} {
		if err := part(); err != nil {
			return nil, fmt.Errorf("karpenter %q: %w", name, err)
		}
	}
	controller, err := b.controller()
	if err != nil {
		return nil, fmt.Errorf("karpenter %q: %w", name, err)
	}
	if err := b.pools(controller); err != nil {
		return nil, fmt.Errorf("karpenter %q: %w", name, err)
	}
	b.NodeRoleARN, b.QueueARN = b.node.role.Arn, b.queue.queue.Arn
	return b.Karpenter, ctx.RegisterResourceOutputs(b.Karpenter, pulumi.Map{"nodeRoleArn": b.NodeRoleARN, "queueArn": b.QueueARN})
}

// serviceAccount is the controller's.
var serviceAccount = podidentity.Account{Namespace: naming.NamespaceSystem, Name: "karpenter"}

// identity is what the controller may do.
func (b *builder) identity() (*podidentity.Identity, error) {
	return podidentity.NewIdentity(b.ctx, b.name+"-controller", podidentity.IdentityArgs{
		ClusterName:    b.args.ClusterName,
		ServiceAccount: serviceAccount,
		Description:    "Karpenter of " + b.args.cluster(),
		Policies:       b.args.policies(b.queue.queue.Arn, b.node.role.Arn),
	}, b.parent)
}

// spotServiceLinkedRole lets EC2 launch spot instances in the account. Karpenter may not make the role itself.
func (b *builder) spotServiceLinkedRole() error {
	if !b.args.SpotServiceLinkedRole {
		return nil
	}
	role, err := iam.NewServiceLinkedRole(b.ctx, b.name+"-spot-service-role", &iam.ServiceLinkedRoleArgs{
		AwsServiceName: pulumi.String("spot.amazonaws.com"),
		Description:    pulumi.String("Spot instances, for the whole account"),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("service-linked role of spot: %w", err)
	}
	b.spotRole = []pulumi.Resource{role}
	return nil
}

// all joins lists of resources.
func all(lists ...[]pulumi.Resource) []pulumi.Resource { return slices.Concat(lists...) }
