package aurora_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/naming"
)

// secondary are the arguments of a standby of production in another region.
func secondary() aurora.ClusterArgs {
	args := arguments()
	args.Environment = "production-dr"
	args.Role = topology.RoleSecondary
	args.GlobalCluster = naming.Environment("production").GlobalDatabase()
	args.PrimaryRegion = "eu-west-1"
	args.SecretsKeyARN = nil
	return args
}

func TestPrimaryMakesTheGlobalDatabaseOfItself(t *testing.T) {
	g := deployed(t, large())
	cluster, global := g.one(typeCluster), g.one(typeGlobal)
	assert.Equal(t, "magento-production-global", global.Inputs["globalClusterIdentifier"])
	assert.Equal(t, cluster.Outputs["arn"], global.Inputs["sourceDbClusterIdentifier"])
	assert.Equal(t, true, global.Inputs["deletionProtection"])
	assert.True(t, global.Protect)
	for _, instance := range g.all(typeInstance) {
		assert.Contains(t, global.Dependencies, instance.URN, "a secondary cannot join a primary without instances")
	}
	assert.NotContains(t, cluster.Inputs, "globalClusterIdentifier", "only a new cluster could name it")
	assert.Contains(t, cluster.IgnoreChanges, "globalClusterIdentifier", "the next refresh would find it and take it away")
}

func TestAClusterAloneHasNoGlobalDatabase(t *testing.T) {
	g := deployed(t, arguments())
	assert.Empty(t, g.all(typeGlobal))
}

func TestSecondaryBringsNothingOfItsOwn(t *testing.T) {
	g := deployed(t, secondary())
	cluster := g.one(typeCluster)
	assert.Equal(t, "magento-production-global", cluster.Inputs["globalClusterIdentifier"])
	assert.Equal(t, "eu-west-1", cluster.Inputs["sourceRegion"])
	assert.Equal(t, false, cluster.Inputs["enableGlobalWriteForwarding"])
	assert.Equal(t, key, cluster.Inputs["kmsKeyId"], "a key is of one region")
	for _, input := range []string{"masterUsername", "masterPassword", "databaseName"} {
		assert.NotContains(t, cluster.Inputs, input)
		assert.Contains(t, cluster.IgnoreChanges, input, "promoting it would make another cluster")
	}
	assert.False(t, slices.Contains(cluster.IgnoreChanges, "globalClusterIdentifier"), "it could not be detached")
	assert.Empty(t, g.all(typeGlobal))
	assert.Empty(t, g.all(typeSecret))
	assert.Len(t, g.all(typeInstance), 2)
	assert.Len(t, g.all(typeParameter), 1, "parameter groups do not come along")
}

func TestRolesAreRefused(t *testing.T) {
	refused := func(args aurora.ClusterArgs) error {
		_, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
			_, err := aurora.NewCluster(ctx, "database", args, aws)
			return err
		})
		return err
	}
	args := secondary()
	args.GlobalCluster, args.PrimaryRegion = "", acct.Region
	err := refused(args)
	assert.ErrorContains(t, err, `globalCluster "": a secondary needs`)
	assert.ErrorContains(t, err, `primaryRegion "eu-central-1": must be a region other than eu-central-1`)

	args = arguments()
	args.GlobalCluster = "magento-production-global"
	assert.ErrorContains(t, refused(args), "only a secondary joins")

	args = secondary()
	args.Capacity = capacity.Range{Min: 2, Max: 64}
	assert.NoError(t, refused(args), "only the primary needs 8 ACU")
}
