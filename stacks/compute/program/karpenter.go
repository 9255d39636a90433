package program

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/compute/karpenter"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// nodes registers Karpenter and what it makes nodes of, and returns its pools. It needs the system nodes and whatever gives pods on them their
// identity.
func nodes(ctx *pulumi.Context, set settings.Compute, networking layer.Networking, kubernetes *cluster.Cluster, ready []pulumi.Resource, provider *aws.Provider) ([]pulumi.Resource, error) {
	pools, err := set.Workloads().Set()
	if err != nil {
		return nil, err
	}
	made, err := karpenter.New(ctx, "karpenter", karpenter.Args{
		Account:                set.Account(),
		Environment:            naming.Environment(ctx.Stack()),
		Tags:                   set.DefaultTags,
		ClusterName:            kubernetes.Name,
		ClusterEndpoint:        kubernetes.Endpoint,
		ClusterSecurityGroupID: kubernetes.SecurityGroupID,
		NodesSecurityGroupID:   networking.NodesSecurityGroupID,
		SubnetIDs:              networking.PrivateSubnetIDs,
		KeyARN:                 kubernetes.KeyARN,
		Pools:                  pools,
		Image:                  set.NodeImage,
		SpotServiceLinkedRole:  set.SpotServiceLinkedRole,
		ZonalShift:             set.ZonalShift,
		After:                  ready,
	}, pulumi.Providers(provider, kubernetes.Kubernetes))
	if err != nil {
		return nil, err
	}
	return made.Pools, nil
}
