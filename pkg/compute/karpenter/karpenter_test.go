package karpenter_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/compute/karpenter"
	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/versions"
)

var home = account.Account{ID: "123456789012", Region: "eu-central-1"}

func pools(t *testing.T) nodepool.Set {
	t.Helper()
	instances := nodepool.Instances{
		Families:      []nodepool.Family{"c6g", "c7g", "c8g", "m6g", "m7g", "m8g"},
		Architectures: []nodepool.Architecture{nodepool.ARM64}, MinCPUs: 4, MaxCPUs: 16,
	}
	size := nodepool.Size{CPUs: 32, MemoryGiB: 128}
	set, err := nodepool.Workloads{
		Web: instances, Consumers: instances, Batch: instances, WebBase: size, WebBurst: size, Consumer: size, Batches: size,
		TradingHours: nodepool.TradingHours{Start: 8 * 60, End: 22 * 60}, SpotConsolidation: true,
	}.Set()
	require.NoError(t, err)
	return set
}

func args(t *testing.T) karpenter.Args {
	return karpenter.Args{
		Account: home, Environment: "staging",
		ClusterName: pulumi.String("magento-staging"), ClusterEndpoint: pulumi.String("https://example.eks.amazonaws.com"),
		ClusterSecurityGroupID: pulumi.String("sg-0123456789abcdef0"), NodesSecurityGroupID: "sg-0123456789abcdef1",
		SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}, KeyARN: pulumi.String(home.ARN("kms", "key/0123")),
		Pools: pools(t), Image: nodepool.ImagePinned, SpotServiceLinkedRole: true,
	}
}

// planOf runs a Karpenter on nodes that stand for the system group.
func planOf(args karpenter.Args) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		cluster, err := kubernetes.NewProvider(ctx, "kubernetes", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		if args.Environment != "" {
			args.After = []pulumi.Resource{cluster}
		}
		_, err = karpenter.New(ctx, "karpenter", args, opt, pulumi.Providers(cluster))
		return err
	})
}

func planned(t *testing.T, args karpenter.Args) *plan.Environment {
	t.Helper()
	environment, err := planOf(args)
	require.NoError(t, err)
	return environment
}

func TestEverythingIsInTheComponent(t *testing.T) {
	p := planned(t, args(t))
	offlinetest.CheckChildren(t, p, karpenter.KarpenterType, "karpenter")
	for _, r := range p.Resources() {
		if strings.HasPrefix(r.Type, "kubernetes:") {
			assert.Contains(t, r.URN, karpenter.KarpenterType, r.Name)
			assert.Contains(t, r.Provider, "::kubernetes", r.Name)
		}
	}
	assert.Equal(t, "spot.amazonaws.com", offlinetest.Find(t, p, "karpenter-spot-service-role").Inputs["awsServiceName"])
}

// TestObjects counts what is registered. test/crds checks it against the definitions of the pinned release.
func TestObjects(t *testing.T) {
	found := 0
	for _, r := range planned(t, args(t)).Resources() {
		if strings.HasPrefix(r.Type, "kubernetes:karpenter.") {
			found++
		}
	}
	assert.Equal(t, 5, found, "four pools and their class")
}

func TestTheClassHasWhatOthersGive(t *testing.T) {
	p := planned(t, args(t))
	class := offlinetest.Find(t, p, "karpenter-class").Inputs["spec"].(map[string]any)
	assert.Equal(t, offlinetest.Find(t, p, "karpenter-node-profile").ID, class["instanceProfile"])
	assert.Nil(t, class["role"], "Karpenter would make a profile")
	assert.Equal(t, []any{
		map[string]any{"id": "sg-0123456789abcdef1"},
		map[string]any{"tags": map[string]any{"aws:eks:cluster-name": "magento-staging"}},
	}, class["securityGroupSelectorTerms"])
	ebs := class["blockDeviceMappings"].([]any)[0].(map[string]any)["ebs"].(map[string]any)
	assert.Equal(t, home.ARN("kms", "key/0123"), ebs["kmsKeyID"])
	assert.Equal(t, []any{map[string]any{"alias": versions.NodeImage}}, class["amiSelectorTerms"])
	assert.Equal(t, "staging", class["tags"].(map[string]any)["environment"])
}

func TestTheLatestImage(t *testing.T) {
	a := args(t)
	a.Image = nodepool.ImageLatest
	class := offlinetest.Find(t, planned(t, a), "karpenter-class").Inputs["spec"].(map[string]any)
	assert.Equal(t, []any{map[string]any{"alias": "al2023@latest"}}, class["amiSelectorTerms"])
}

// needs reports whether a resource depends on another, through others too: a component stands for all in it.
func needs(p *plan.Environment, from, on string) bool {
	byURN := map[string]plan.Resource{}
	for _, r := range p.Resources() {
		byURN[r.URN] = r
	}
	seen := map[string]bool{}
	var reaches func(urn string) bool
	reaches = func(urn string) bool {
		r := byURN[urn]
		if r.Name == on {
			return true
		}
		if seen[urn] {
			return false
		}
		seen[urn] = true
		return slices.ContainsFunc(r.Dependencies, reaches)
	}
	for _, r := range p.Resources() {
		if r.Name == from {
			return slices.ContainsFunc(r.Dependencies, reaches)
		}
	}
	return false
}

// TestOrder holds what is there before what, and so what goes after what.
func TestOrder(t *testing.T) {
	p := planned(t, args(t))
	for _, pool := range pools(t).Pools {
		assert.True(t, needs(p, "karpenter-pool-"+pool.Metadata.Name, "karpenter-class"), pool.Metadata.Name)
	}
	for _, c := range [][2]string{
		{"karpenter-class", "karpenter-release"},
		{"karpenter-class", "karpenter-node-access"},
		{"karpenter-class", "karpenter-node-AmazonEKSWorkerNodePolicy"},
		{"karpenter-class", "karpenter-spot-service-role"},
		{"karpenter-release", "karpenter-definitions"},
		{"karpenter-release", "kubernetes"},
		{"karpenter-definitions", "kubernetes"},
		{"karpenter-release", "karpenter-controller-association"},
		{"karpenter-release", "karpenter-event-spot-target"},
		{"karpenter-event-spot-target", "karpenter-interruptions-policy"},
		{"karpenter-controller-association", "karpenter-controller-node-lifecycle"},
	} {
		assert.True(t, needs(p, c[0], c[1]), "%s does not wait for %s", c[0], c[1])
	}
}

// TestDrainsHaveTime holds that a destroy waits longer for a pool than its nodes may wait for their pods.
func TestDrainsHaveTime(t *testing.T) {
	p := planned(t, args(t))
	for _, pool := range pools(t).Pools {
		r := offlinetest.Find(t, p, "karpenter-pool-"+pool.Metadata.Name)
		grace, err := time.ParseDuration(string(pool.Spec.Template.Spec.TerminationGracePeriod))
		require.NoError(t, err)
		wait, err := time.ParseDuration(r.Timeouts.Delete)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, wait, grace+15*time.Minute, pool.Metadata.Name)
		annotations := r.Inputs["metadata"].(map[string]any)["annotations"].(map[string]any)
		assert.Equal(t, "foreground", annotations["pulumi.com/deletionPropagationPolicy"], "in the background, nodes would outlive their pool")
	}
	class := offlinetest.Find(t, p, "karpenter-class")
	assert.NotEmpty(t, class.Timeouts.Delete)
	assert.Equal(t, "condition=Ready", class.Inputs["metadata"].(map[string]any)["annotations"].(map[string]any)["pulumi.com/waitFor"])
}

// TestValues holds what the chart is told of the cluster. test/crds holds the names of the values to the chart's own.
func TestValues(t *testing.T) {
	p := planned(t, args(t))
	release := offlinetest.Find(t, p, "karpenter-release")

	settings := release.Inputs["values"].(map[string]any)["settings"].(map[string]any)
	assert.Equal(t, "magento-staging", settings["clusterName"])
	assert.Equal(t, offlinetest.Find(t, p, "karpenter-interruptions").Inputs["name"], nil, "autonamed")
	assert.Equal(t, offlinetest.Find(t, p, "karpenter-interruptions").Outputs["name"], settings["interruptionQueue"])
	assert.Equal(t, true, release.Inputs["skipCrds"])
	assert.Equal(t, false, offlinetest.Find(t, p, "karpenter-definitions").Inputs["skipCrds"])
	assert.Equal(t, "karpenter", offlinetest.Find(t, p, "karpenter-controller-association").Inputs["serviceAccount"])
}

func TestRefusals(t *testing.T) {
	_, err := planOf(karpenter.Args{})
	require.Error(t, err)
	for _, want := range []string{"account and environment: required", "keyArn: required", "nodesSecurityGroupId and subnetIds: required", "it cannot make its own", "pools: at least one", `image "": must be pinned or latest`} {
		assert.ErrorContains(t, err, want)
	}
	bad := args(t)
	bad.Pools.Pools[0].Spec.Weight = 200
	bad.Pools.Pools[1].Spec.Limits = nodepool.Limits{}
	_, err = planOf(bad)
	assert.ErrorContains(t, err, `NodePool "web-base": weight 200`)
	assert.ErrorContains(t, err, `NodePool "web-burst": limits: cpu ""`)
}
