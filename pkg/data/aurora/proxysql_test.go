package aurora_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
)

var update = flag.Bool("update", false, "write the golden files anew")

var digests = []proxysql.Digest{{Hash: "0x0A1B2C3D4E5F6071", Comment: "url_rewrite by request path"}}

// pooled makes a cluster and the configuration of its ProxySQL, and exports the template.
func pooled(args aurora.ClusterArgs, change func(*aurora.ProxySQLArgs)) func(*pulumi.Context, pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		cluster, err := aurora.NewCluster(ctx, "database", args, aws)
		if err != nil {
			return err
		}
		budget, err := capacity.NewBudget(args.Capacity, 2, 0)
		if err != nil {
			return err
		}
		pool := aurora.ProxySQLArgs{Cluster: cluster, Budget: budget, KeyARN: pulumi.String(key), Protect: args.Protect}
		if args.ReadSplit == topology.ReadSplitProxySQL {
			pool.ReadDigests = digests
		}
		if change != nil {
			change(&pool)
		}
		made, err := aurora.NewProxySQL(ctx, "pool", pool, aws)
		if err != nil {
			return err
		}
		ctx.Export("template", made.Template)
		ctx.Export("secret", made.Secret)
		return nil
	}
}

func TestTemplate(t *testing.T) {
	for _, args := range []aurora.ClusterArgs{arguments(), large(), secondary()} {
		g := planOf(t, pooled(args, nil))
		text, ok := g.outputs["template"].(string)
		require.True(t, ok)
		require.NotEqual(t, plan.Secret, text, "the template holds no credential, and must be seen in a review")
		path := filepath.Join("testdata", string(args.Environment)+".cnf")
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(want), text, "%s changed: look at the difference, then run with -update", path)
		for _, instance := range g.all(typeInstance) {
			assert.Contains(t, text, `"`+instance.Outputs["endpoint"].(string)+`"`)
		}
	}
}

func TestTheTemplateFollowsTheSettings(t *testing.T) {
	g := planOf(t, pooled(large(), nil))
	assert.Equal(t, "magento/production/proxysql/template", g.outputs["secret"])
	version := g.named("pool-template-value")
	assert.Empty(t, version.IgnoreChanges, "a new reader would never reach ProxySQL")
	assert.Equal(t, []string{"secretString"}, version.SecretInputs)
	assert.True(t, g.named("pool-template-secret").Protect)
	assert.NotContains(t, g.named("pool-template-secret").Inputs, "replicas", "it names the instances of one region")
}

func TestProxySQLIsRefused(t *testing.T) {
	for want, change := range map[string]func(*aurora.ProxySQLArgs){
		"keyArn: required":  func(p *aurora.ProxySQLArgs) { p.KeyARN = nil },
		"cluster: required": func(p *aurora.ProxySQLArgs) { p.Cluster = nil },
		"budget: made for 4–64 ACU, but the cluster has 8–64 ACU": func(p *aurora.ProxySQLArgs) {
			p.Budget, _ = capacity.NewBudget(capacity.Range{Min: 4, Max: 64}, 2, 0)
		},
		"read split proxysql without read digests":   func(p *aurora.ProxySQLArgs) { p.ReadDigests = nil },
		"pool of 0 connections per pod: allowed are": func(p *aurora.ProxySQLArgs) { p.Budget.PerPod = 0 },
	} {
		_, err := run(pooled(large(), change))
		assert.ErrorContains(t, err, want)
	}
}
