package program

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/addons"
	"github.com/magestack/magestack/pkg/compute/proxysql"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/versions"
)

// makeProxySQL makes ProxySQL. How many pods there are, and how many connections each of them may open, the data layer is
// told in the same settings file.
func (b *builder) makeProxySQL() error {
	budget, err := b.data.Budget()
	if err != nil {
		return fmt.Errorf("sharing out the database's connections: %w", err)
	}
	blocks, err := dataBlocks(b.networking)
	if err != nil {
		return err
	}
	image, err := b.ingress.images.Copy(versions.ProxySQL)
	if err != nil {
		return err
	}
	workload, err := proxysql.NewWorkload(b.ctx, "proxysql", proxysql.WorkloadArgs{
		Environment: b.environment(),
		Region:      string(b.data.Region),
		Budget:      budget,
		Instances:   1 + b.data.Readers,
		DataBlocks:  blocks,
		Store:       addons.SecretStoreName,
		Image:       image,
		After:       slices.Concat(b.addons.Finishing(), []pulumi.Resource{b.addons.Reloader}, b.addons.Ready),
	}, pulumi.Providers(b.cluster.Kubernetes))
	if err != nil {
		return err
	}
	b.needs = append(b.needs, workload)
	return nil
}

// dataBlocks returns the addresses of the data subnets, which follow from the VPC's and from how many zones there are.
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
