package aurora

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

// global makes the Global Database of a primary, of the cluster that there is. The other way round, the cluster
// naming the Global Database, works for a new cluster only: an existing one would have to be made anew, so that an
// environment that begins alone could never get a standby (SDK, GlobalCluster: "New Global Cluster From Existing DB
// Cluster"). Engine and encryption are those of the cluster.
//
// It comes after the instances, because a secondary can only join when the primary has one; and it is deleted before
// them, after its secondaries, which are other stacks: ForceDestroy, which AWS's provider asks for here, takes the
// members out of it and deletes none of them.
func (b *builder) global() (err error) {
	if b.args.Role != topology.RolePrimary {
		return nil
	}
	members := make([]pulumi.Resource, len(b.members))
	for i, member := range b.members {
		members[i] = member
	}
	b.globalCluster, err = rds.NewGlobalCluster(b.Ctx, b.Child("global"), &rds.GlobalClusterArgs{
		GlobalClusterIdentifier:   pulumi.String(b.args.Environment.GlobalDatabase()),
		SourceDbClusterIdentifier: b.database.Arn,
		ForceDestroy:              pulumi.Bool(true),
		DeletionProtection:        pulumi.Bool(b.args.Protect),
	}, b.Parent, pulumi.Protect(b.args.Protect), pulumi.DependsOn(members))
	if err != nil {
		return fmt.Errorf("global database: %w", err)
	}
	return nil
}
