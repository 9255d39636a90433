package karpenter

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/naming"
)

// The annotations by which the Kubernetes provider is told how to wait (pulumi-kubernetes, "Annotations").
const (
	annotationWait      = "pulumi.com/waitFor"
	annotationPropagate = "pulumi.com/deletionPropagationPolicy"
)

const (
	// readyTimeout is how long the controller may take to find subnets, groups and images, and to try a launch.
	readyTimeout = 5 * time.Minute

	// drainTimeout is how long a pool may take to go: its nodes wait for their pods, at the same time, and are then
	// terminated. The provider's own ten minutes would end a destroy in between.
	drainTimeout = nodepool.MaxTerminationGrace + 20*time.Minute
)

// nodeTags returns the environment's tags once more: a provider's default tags do not reach what Karpenter launches.
func (b *builder) nodeTags() map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, b.args.Tags)
	maps.Copy(tags, b.args.Environment.Tags(b.Ctx.Project(), naming.LayerCompute, naming.ManagedByKarpenter))
	return tags
}

// pools registers the class and the pools, which go before the class, and that before the controller.
func (b *builder) pools() error {
	class, err := b.class()
	if err != nil {
		return err
	}
	for _, pool := range b.args.Pools.Pools {
		registered, err := object.NewObject(b.Ctx, b.Child("pool-"+pool.Metadata.Name), object.Object{
			APIVersion: pool.APIVersion, Kind: pool.Kind, Name: pool.Metadata.Name, Spec: pool.Spec,
			Annotations: map[string]string{annotationPropagate: "foreground"},
		}, b.Parent, pulumi.DependsOn([]pulumi.Resource{class}),
			pulumi.Timeouts(&pulumi.CustomTimeouts{Delete: drainTimeout.String()}))
		if err != nil {
			return fmt.Errorf("%s %s: %w", nodepool.PoolKind, pool.Metadata.Name, err)
		}
		b.Pools = append(b.Pools, registered)
	}
	return nil
}

// class registers the one class that all pools share.
func (b *builder) class() (pulumi.Resource, error) {
	class := nodepool.NewClass(b.args.alias(), b.args.SubnetIDs, []string{b.args.NodesSecurityGroupID}, b.nodeTags())
	if err := nodepool.ValidateClass(class); err != nil {
		return nil, err
	}
	spec, err := b.classSpec(class.Spec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", nodepool.ClassKind, err)
	}
	registered, err := object.NewObject(b.Ctx, b.Child("class"), object.Object{
		APIVersion: class.APIVersion, Kind: class.Kind, Name: class.Metadata.Name, Computed: spec,
		Annotations: map[string]string{annotationWait: "condition=Ready"},
	}, b.Parent, pulumi.DependsOn(slices.Concat([]pulumi.Resource{b.release}, b.node.needed, b.spotRole)),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: readyTimeout.String(), Update: readyTimeout.String(), Delete: drainTimeout.String()}))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", nodepool.ClassKind, err)
	}
	return registered, nil
}

// clusterTag is on the group that EKS makes for a cluster, and on no other: only AWS sets tags that begin with aws:
// (EKS User Guide, "View Amazon EKS security group requirements for clusters").
const clusterTag = "aws:eks:cluster-name"

// classSpec returns the spec with what other resources give: the profile of the nodes, EKS's own group beside that of the
// network layer, and the key of every volume.
func (b *builder) classSpec(class nodepool.Class) (pulumi.Map, error) {
	spec, err := object.Values(class)
	if err != nil {
		return nil, err
	}
	spec["securityGroupSelectorTerms"] = append(spec["securityGroupSelectorTerms"].(pulumi.Array), pulumi.Map{
		"tags": pulumi.Map{clusterTag: b.args.ClusterName},
	})
	for _, device := range spec["blockDeviceMappings"].(pulumi.Array) {
		if err := object.Merge(device.(pulumi.Map), pulumi.Map{"ebs": pulumi.Map{"kmsKeyID": b.args.KeyARN}}); err != nil {
			return nil, err
		}
	}
	return spec, object.Merge(spec, pulumi.Map{"instanceProfile": b.node.profile.Name})
}
