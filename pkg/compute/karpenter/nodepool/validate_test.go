package nodepool_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

type (
	pool        = nodepool.Object[nodepool.Pool]
	classObject = nodepool.Object[nodepool.Class]
)

// index are the places of the presets.
const (
	webBase = iota
	webBurst
	consumers
	batch
)

// asked replaces the requirement on a key.
func asked(key string, operator nodepool.Operator, values ...string) func(*pool) {
	return func(p *pool) {
		requirements := p.Spec.Template.Spec.Requirements
		for i := range requirements {
			if requirements[i].Key == key {
				requirements[i].Operator, requirements[i].Values = operator, values
			}
		}
	}
}

func TestPresetsAreRight(t *testing.T) {
	require.NoError(t, pools(t).Validate())
	var names []string
	for _, p := range pools(t).Pools {
		names = append(names, p.Metadata.Name)
	}
	assert.Equal(t, []string{"web-base", "web-burst", "consumers", "batch"}, names)
}

// TestTheBaseComesFirst holds how a base of on-demand nodes is made: it is heavier than what is above it, bounded, and
// never moved to save money, not onto spot either.
func TestTheBaseComesFirst(t *testing.T) {
	p := pools(t).Pools
	base, burst := p[webBase].Spec, p[webBurst].Spec
	assert.Greater(t, base.Weight, burst.Weight)
	assert.Equal(t, "32", base.Limits.CPU)
	assert.Equal(t, nodepool.WhenEmpty, base.Disruption.ConsolidationPolicy)
	assert.Equal(t, base.Template.Metadata, burst.Template.Metadata, "a pod must be able to run in both")
	assert.Equal(t, base.Template.Spec.Taints, burst.Template.Spec.Taints)
}

// TestRefusals makes one mistake at a time on the presets.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		pool int
		make func(*pool)
		want string
	}{
		"spot-only web":             {webBurst, asked(nodepool.KeyCapacity, nodepool.In, "spot"), `NodePool "web-burst": karpenter.sh/capacity-type spot: web needs on-demand to fall back on`},
		"web without on-demand":     {webBurst, asked(nodepool.KeyCapacity, nodepool.NotIn, "on-demand"), `web needs on-demand to fall back on`},
		"nothing to buy":            {batch, asked(nodepool.KeyCapacity, nodepool.NotIn, "on-demand", "spot"), `nothing is left of spot and on-demand`},
		"capacity unsaid":           {batch, func(p *pool) { p.Spec.Template.Spec.Requirements = p.Spec.Template.Spec.Requirements[:2] }, `must say karpenter.sh/capacity-type`},
		"schedule alone":            {webBase, func(p *pool) { p.Spec.Disruption.Budgets[1].Duration = "" }, `NodePool "web-base": budget 2: schedule "0 8 * * *": needs a duration`},
		"duration alone":            {webBase, func(p *pool) { p.Spec.Disruption.Budgets[1].Schedule = "" }, `budget 2: duration "14h": needs a schedule`},
		"no budget":                 {webBase, func(p *pool) { p.Spec.Disruption.Budgets = nil }, `budgets: 0 given, must be 1 to 50`},
		"few types":                 {webBurst, asked(nodepool.KeyFamily, nodepool.In, "c7g", "m7g"), `NodePool "web-burst": requirements: 6 instance types satisfy them, consolidation from spot to spot needs at least 15`},
		"nothing matches":           {webBurst, asked(nodepool.KeyFamily, nodepool.In, "m7i"), `NodePool "web-burst": requirements: no instance type satisfies all of them: kubernetes.io/os In linux; kubernetes.io/arch In arm64; `},
		"nothing matches two words": {batch, asked(nodepool.KeyOS, nodepool.In, "windows"), `no instance type satisfies all of them`},
		"long grace on spot":        {consumers, func(p *pool) { p.Spec.Template.Spec.TerminationGracePeriod = "3m" }, `terminationGracePeriod "3m": must be at most 2m where spot is allowed`},
		"long grace on demand":      {webBase, func(p *pool) { p.Spec.Template.Spec.TerminationGracePeriod = "1h" }, `terminationGracePeriod "1h": must be 1s to 20m`},
		"no grace":                  {webBase, func(p *pool) { p.Spec.Template.Spec.TerminationGracePeriod = "" }, `terminationGracePeriod: required`},
		"endless grace":             {webBase, func(p *pool) { p.Spec.Template.Spec.TerminationGracePeriod = nodepool.Never }, `terminationGracePeriod "Never": must be numbers`},
		"no limits":                 {webBurst, func(p *pool) { p.Spec.Limits = nodepool.Limits{} }, `limits: cpu "": must be a whole number of vCPUs`},
		"no limit of memory":        {webBurst, func(p *pool) { p.Spec.Limits.Memory = "" }, `limits: memory "": must be whole GiB`},
		"limits below every type":   {webBurst, func(p *pool) { p.Spec.Limits = nodepool.Limits{CPU: "2", Memory: "64Gi"} }, `limits of 2 vCPUs and 64Gi: no instance type of the pool is that small`},
		"a name used twice":         {consumers, func(p *pool) { p.Metadata.Name = "batch" }, `NodePool "batch": there is another one of that name`},
		"a name in capitals":        {consumers, func(p *pool) { p.Metadata.Name = "Consumers" }, `name: must be lower-case letters`},
		"weight 0":                  {consumers, func(p *pool) { p.Spec.Weight = 0 }, `weight 0: must be 1 to 100`},
		"weight 101":                {webBase, func(p *pool) { p.Spec.Weight = 101 }, `weight 101: must be 1 to 100`},
		"equal weights":             {webBase, func(p *pool) { p.Spec.Weight = 50 }, `NodePools "web-base" and "web-burst": both have weight 50`},
		"a base that is lighter":    {webBase, func(p *pool) { p.Spec.Weight = 10 }, `NodePool "web-base": weight 10: must be above the 50 of "web-burst"`},
		"an unknown operator":       {batch, asked(nodepool.KeyFamily, "Is", "m7g"), `NodePool "batch": requirement 4, karpenter.k8s.aws/instance-family: operator "Is": must be In, NotIn`},
		"an unknown policy":         {batch, func(p *pool) { p.Spec.Disruption.ConsolidationPolicy = "Always" }, `consolidationPolicy "Always": must be WhenEmpty, WhenEmptyOrUnderutilized or Balanced`},
		"consolidateAfter in words": {batch, func(p *pool) { p.Spec.Disruption.ConsolidateAfter = "a minute" }, `consolidateAfter "a minute": must be numbers with s, m or h behind them, such as 1h30m, or Never`},
		"no consolidateAfter":       {batch, func(p *pool) { p.Spec.Disruption.ConsolidateAfter = "" }, `consolidateAfter "": must be numbers`},
		"expireAfter in days":       {batch, func(p *pool) { p.Spec.Template.Spec.ExpireAfter = "30d" }, `expireAfter "30d": must be numbers`},
		"an end in trading hours":   {webBase, func(p *pool) { p.Spec.Template.Spec.ExpireAfter = "720h" }, `NodePool "web-base": expireAfter "720h": must be Never where a budget has a schedule`},
		"an end by default":         {webBurst, func(p *pool) { p.Spec.Template.Spec.ExpireAfter = "" }, `NodePool "web-burst": expireAfter "720h": must be Never`},
		"no room for a successor":   {webBase, func(p *pool) { p.Spec.Limits.CPU = "31" }, `limits of 31 vCPUs and 128Gi: must be at least 32 vCPUs and 128Gi, twice what its largest node has`},
		"no memory for a successor": {webBase, func(p *pool) { p.Spec.Limits.Memory = "127Gi" }, `limits of 32 vCPUs and 127Gi: must be at least 32 vCPUs and 128Gi`},
		"no taint":                  {batch, func(p *pool) { p.Spec.Template.Spec.Taints = nil }, `taints: must have magento.com/nodes=batch:NoSchedule`},
		"a taint of no effect":      {batch, func(p *pool) { p.Spec.Template.Spec.Taints[0].Effect = "Never" }, `taint magento.com/nodes: effect "Never": must be`},
		"the system's nodes":        {batch, func(p *pool) { p.Spec.Template.Metadata.Labels["magento.com/nodes"] = "system" }, `label magento.com/nodes "system": must be web, consumers or batch`},
		"another class":             {batch, func(p *pool) { p.Spec.Template.Spec.NodeClassRef.Name = "default" }, `nodeClassRef {karpenter.k8s.aws EC2NodeClass default}: must be`},
	} {
		t.Run(name, func(t *testing.T) {
			set := pools(t)
			c.make(&set.Pools[c.pool])
			assert.ErrorContains(t, set.Validate(), c.want)
		})
	}
}

// TestFewTypesAreEnough where nothing is moved from spot to spot.
func TestFewTypesAreEnough(t *testing.T) {
	set := pools(t)
	asked(nodepool.KeyFamily, nodepool.In, "m7g")(&set.Pools[batch])
	require.NoError(t, set.Validate(), "an empty node is not moved")
	asked(nodepool.KeyFamily, nodepool.In, "m7g")(&set.Pools[consumers])
	require.Error(t, set.Validate())
	set.SpotConsolidation = false
	require.NoError(t, set.Validate())
}

func TestAllRefusalsTogether(t *testing.T) {
	set := pools(t)
	set.Pools[webBase].Spec.Weight = 0
	set.Pools[webBase].Spec.Limits = nodepool.Limits{}
	asked(nodepool.KeyCapacity, nodepool.In, "spot")(&set.Pools[webBurst])
	set.Pools[webBurst].Spec.Template.Spec.TerminationGracePeriod = "5m"
	set.Pools[batch].Spec.Disruption.Budgets[0].Nodes = "some"
	err := set.Validate()
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 7, err.Error())
}

func TestClassRefusals(t *testing.T) {
	for want, change := range map[string]func(*classObject){
		"amiSelectorTerms: must be one alias":         func(c *classObject) { c.Spec.AMISelectorTerms[0].Alias = "al2@latest" },
		"at least one of each is required":            func(c *classObject) { c.Spec.SubnetSelectorTerms = nil },
		`metadataOptions: tokens "optional"`:          func(c *classObject) { c.Spec.MetadataOptions.HTTPTokens = "optional" },
		`hop limit 2: must be required and 1`:         func(c *classObject) { c.Spec.MetadataOptions.HTTPPutResponseHopLimit = 2 },
		"blockDeviceMappings: at least one":           func(c *classObject) { c.Spec.BlockDeviceMappings = nil },
		"blockDeviceMappings: /dev/xvda: must be enc": func(c *classObject) { c.Spec.BlockDeviceMappings[0].EBS.Encrypted = false },
		`tags: "kubernetes.io/cluster/x": is`:         func(c *classObject) { c.Spec.Tags = map[string]string{"kubernetes.io/cluster/x": "owned"} },
	} {
		c := class()
		change(&c)
		assert.ErrorContains(t, nodepool.ValidateClass(c), want)
	}
	latest := nodepool.NewClass(nodepool.LatestAlias, []string{"subnet-1"}, []string{"sg-1"}, nil)
	assert.NoError(t, nodepool.ValidateClass(latest))
}

func TestFamiliesThatNothingUses(t *testing.T) {
	instances := workloads().Web
	require.NoError(t, instances.Validate())
	instances.Families = append(instances.Families, "m7i", "c6g")
	err := instances.Validate()
	assert.ErrorContains(t, err, "family m7i: has no type for arm64 with 4 to 16 vCPUs")
	assert.ErrorContains(t, err, "family c6g: named twice")
	assert.ErrorContains(t, nodepool.Instances{}.Validate(), "must name at least one family")
}
