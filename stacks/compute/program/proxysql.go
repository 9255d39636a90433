package program

import (
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/addons"
	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/compute/proxysql"
	"github.com/magestack/magestack/pkg/compute/registry"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/pkg/versions"
)

// newProxySQL registers ProxySQL. How many pods there are, and how many connections each of them may open, the data
// layer is told in the same settings file: the two agree without reading each other.
func newProxySQL(ctx *pulumi.Context, config settings.Config, networking layer.Networking, kubernetes *cluster.Cluster, images *registry.Repository, after []pulumi.Resource) (pulumi.Resource, error) {
	data, err := settings.LoadData(config)
	if err != nil {
		return nil, err
	}
	budget, err := data.Budget()
	if err != nil {
		return nil, fmt.Errorf("sharing out the database's connections: %w", err)
	}
	blocks, err := dataBlocks(networking)
	if err != nil {
		return nil, err
	}
	image, err := images.Copy(versions.ProxySQL)
	if err != nil {
		return nil, err
	}
	return proxysql.NewWorkload(ctx, "proxysql", proxysql.WorkloadArgs{
		Environment: naming.Environment(ctx.Stack()),
		Region:      string(data.Region),
		Budget:      budget,
		Instances:   1 + data.Readers,
		DataBlocks:  blocks,
		Store:       addons.SecretStoreName,
		Image:       image,
		After:       after,
	}, pulumi.Providers(kubernetes.Kubernetes))
}

// dataBlocks are the addresses of the data subnets, which follow from the VPC's and from how many zones there are.
func dataBlocks(networking layer.Networking) ([]netip.Prefix, error) {
	vpc, err := netip.ParsePrefix(networking.VPCCIDR)
	if err != nil {
		return nil, fmt.Errorf("reading the VPC's range: %w", err)
	}
	plan, err := topology.NewPlan(vpc, networking.Zones)
	if err != nil {
		return nil, fmt.Errorf("finding the data subnets: %w", err)
	}
	var blocks []netip.Prefix
	for _, zone := range plan.Zones {
		blocks = append(blocks, zone.Data)
	}
	return blocks, nil
}
