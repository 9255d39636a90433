package program

import "github.com/magestack/magestack/pkg/compute/karpenter"

// makeNodes makes Karpenter and what it makes nodes of. It needs the system nodes and whatever gives pods on them their
// identity.
func (b *builder) makeNodes() error {
	pools, err := b.set.Workloads().Set()
	if err != nil {
		return err
	}
	made, err := karpenter.New(b.ctx, "karpenter", karpenter.Args{
		Account:                b.set.Account(),
		Environment:            b.environment(),
		Tags:                   b.set.DefaultTags,
		ClusterName:            b.cluster.Name,
		ClusterEndpoint:        b.cluster.Endpoint,
		ClusterSecurityGroupID: b.cluster.SecurityGroupID,
		NodesSecurityGroupID:   b.networking.NodesSecurityGroupID,
		SubnetIDs:              b.networking.PrivateSubnetIDs,
		KeyARN:                 b.cluster.KeyARN,
		Pools:                  pools,
		Image:                  b.set.NodeImage,
		SpotServiceLinkedRole:  b.set.SpotServiceLinkedRole,
		ZonalShift:             b.set.ZonalShift,
		After:                  b.addons.Ready,
	}, b.inCluster())
	if err != nil {
		return err
	}
	b.needs = append(b.needs, made.Pools...)
	return nil
}
