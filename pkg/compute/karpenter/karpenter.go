// Package karpenter makes nodes for the shop's pods: the controller with its identity, the queue through which AWS says
// which nodes are about to go, the role of the nodes, and what the controller is told (nodepool).
package karpenter

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
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

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Karpenter
	args Args

	node     nodeIdentity
	queue    interruptions
	spotRole []pulumi.Resource
	release  pulumi.Resource // the controller, which the pools are deleted before
}

// New registers a Karpenter. The options must have providers of AWS and of the cluster.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Karpenter, error) {
	k := &Karpenter{}
	return k, component.New(ctx, KarpenterType, name, args, k, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Karpenter: k, args: args}
		if err := component.Steps(b.nodeIdentity, b.interruptionQueue, b.spotServiceLinkedRole, b.controller, b.pools); err != nil {
			return nil, err
		}
		k.NodeRoleARN, k.QueueARN = b.node.role.Arn, b.queue.queue.Arn
		return pulumi.Map{"nodeRoleArn": k.NodeRoleARN, "queueArn": k.QueueARN}, nil
	}, opts...)
}

// serviceAccount is the controller's.
var serviceAccount = podidentity.Account{Namespace: naming.NamespaceSystem, Name: "karpenter"}

// identity is what the controller may do.
func (b *builder) identity() (*podidentity.Identity, error) {
	return podidentity.NewIdentity(b.Ctx, b.Child("controller"), podidentity.IdentityArgs{
		ClusterName:    b.args.ClusterName,
		ServiceAccount: serviceAccount,
		Description:    "Karpenter of " + b.args.cluster(),
		Policies:       b.args.policies(b.queue.queue.Arn, b.node.role.Arn),
	}, b.Parent)
}

// spotServiceLinkedRole lets EC2 launch spot instances in the account. Karpenter may not make the role itself.
func (b *builder) spotServiceLinkedRole() error {
	if !b.args.SpotServiceLinkedRole {
		return nil
	}
	role, err := iam.NewServiceLinkedRole(b.Ctx, b.Child("spot-service-role"), &iam.ServiceLinkedRoleArgs{
		AwsServiceName: pulumi.String("spot.amazonaws.com"),
		Description:    pulumi.String("Spot instances, for the whole account"),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("service-linked role of spot: %w", err)
	}
	b.spotRole = []pulumi.Resource{role}
	return nil
}
