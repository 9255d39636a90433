package program

import (
	"github.com/magestack/magestack/pkg/compute/addons"
	"github.com/magestack/magestack/pkg/naming"
)

// makeAddons makes what the cluster has beside the shop. A standby's pods also read what its primary replicates, under the
// primary's names.
func (b *builder) makeAddons() (err error) {
	prefixes := []string{b.environment().SecretPrefix()}
	if primary := b.data.PrimaryEnvironment; primary != "" {
		prefixes = append(prefixes, naming.Environment(primary).SecretPrefix())
	}
	b.addons, err = addons.New(b.ctx, "addons", addons.Args{
		Account:           b.set.Account(),
		Environment:       b.environment(),
		SecretPrefixes:    prefixes,
		KubernetesVersion: string(b.set.KubernetesVersion),
		VPCID:             b.networking.VPCID,
		ClusterName:       b.cluster.Name,
		KeyARN:            b.cluster.KeyARN,
		Nodes:             b.cluster.Nodes,
	}, b.inCluster())
	return err
}
