package program

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/addons"
	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// newAddons registers what the cluster has beside the shop. A standby's pods also read what its primary replicates,
// under the primary's names.
func newAddons(ctx *pulumi.Context, config settings.Config, set settings.Compute, networking layer.Networking, kubernetes *cluster.Cluster, provider *aws.Provider) (*addons.Addons, error) {
	data, err := settings.LoadData(config)
	if err != nil {
		return nil, err
	}
	prefixes := []string{naming.Environment(ctx.Stack()).SecretPrefix()}
	if data.PrimaryEnvironment != "" {
		prefixes = append(prefixes, naming.Environment(data.PrimaryEnvironment).SecretPrefix())
	}
	return addons.New(ctx, "addons", addons.Args{
		Account:           set.Account(),
		Environment:       naming.Environment(ctx.Stack()),
		SecretPrefixes:    prefixes,
		KubernetesVersion: string(set.KubernetesVersion),
		VPCID:             networking.VPCID,
		ClusterName:       kubernetes.Name,
		KeyARN:            kubernetes.KeyARN,
		Nodes:             kubernetes.Nodes,
	}, pulumi.Providers(provider, kubernetes.Kubernetes))
}
