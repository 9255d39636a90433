package offline_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// small is a program with a component, a protected child that depends on another, a secret and an export.
func small(t *testing.T) plan.Program {
	t.Helper()
	return programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		var network component
		inputs := pulumi.Map{"cidr": pulumi.String("10.0.0.0/16")}
		if err := ctx.RegisterComponentResourceV2("magento:test:Network", "shop", inputs, &network); err != nil {
			return err
		}
		vpc := add(t, ctx, vpcToken, "shop-vpc", pulumi.Map{
			"cidrBlock": pulumi.String("10.0.0.0/16"), "tags": pulumi.StringMap{"layer": pulumi.String("own")},
		}, aws, pulumi.Parent(&network))
		add(t, ctx, subnetToken, "shop-a", pulumi.Map{
			"vpcId": vpc.ID(), "cidrBlock": pulumi.String("10.0.0.0/24"), "tags": pulumi.Map{"key": pulumi.ToSecret(pulumi.String("hunter2"))},
		}, aws, pulumi.Parent(&network), pulumi.Protect(true), pulumi.RetainOnDelete(true), pulumi.IgnoreChanges([]string{"tags"}))
		ctx.Export("vpcId", vpc.ID())
		return nil
	})
}

func TestRecordHasTheStackFirstAndTheRestByURN(t *testing.T) {
	environment := run(t, small(t))
	var urns []string
	for _, r := range environment.Resources() {
		urns = append(urns, r.URN)
	}
	assert.Equal(t, []string{
		"urn:pulumi:staging::test::pulumi:pulumi:Stack::test-staging",
		"urn:pulumi:staging::test::magento:test:Network$aws:ec2/subnet:Subnet::shop-a",
		"urn:pulumi:staging::test::magento:test:Network$aws:ec2/vpc:Vpc::shop-vpc",
		"urn:pulumi:staging::test::magento:test:Network::shop",
		"urn:pulumi:staging::test::pulumi:providers:aws::aws",
	}, urns)
	vpc := find(t, environment, "shop-vpc")
	assert.Equal(t, map[string]any{"vpcId": vpc.ID}, environment.Stacks[0].Outputs)
	assert.Equal(t, environment.Stacks[0].Outputs, environment.Resources()[0].Outputs)
	assert.Regexp(t, `^vpc-0[0-9a-f]{16}$`, vpc.ID)
	assert.Equal(t, "arn:aws:ec2:eu-central-1:123456789012:vpc/"+vpc.ID, vpc.Outputs["arn"])
	assert.Equal(t, map[string]any{"layer": "own"}, vpc.Outputs["tagsAll"])
}

func TestRecordKeepsTheOptionsOfAResource(t *testing.T) {
	environment := run(t, small(t))
	subnet, vpc := find(t, environment, "shop-a"), find(t, environment, "shop-vpc")
	assert.Equal(t, find(t, environment, "shop").URN, subnet.Parent)
	assert.Equal(t, find(t, environment, "aws").URN, subnet.Provider)
	assert.Equal(t, []string{vpc.URN}, subnet.Dependencies)
	assert.Equal(t, []string{vpc.URN}, subnet.PropertyDependencies["vpcId"])
	assert.True(t, subnet.Protect && subnet.RetainOnDelete && subnet.Custom)
	assert.Equal(t, []string{"tags"}, subnet.IgnoreChanges)
	assert.Equal(t, []string{"tags.key"}, subnet.SecretInputs)
	assert.False(t, vpc.Protect)
	assert.True(t, find(t, environment, "shop").IsComponent())
	assert.True(t, find(t, environment, "aws").IsProvider())
}

func TestJSONHasTheAgreedKeysAndNoSecret(t *testing.T) {
	text := jsonOf(t, run(t, small(t)))
	assert.NotContains(t, text, "hunter2")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	require.Len(t, lines, 5)
	for _, line := range lines {
		var object map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(line), &object))
		var keys []string
		for key, value := range object {
			keys = append(keys, key)
			assert.NotEqual(t, "null", string(value), key)
		}
		assert.ElementsMatch(t, []string{"project", "stack", "urn", "type", "name", "inputs", "outputs", "parent",
			"provider", "dependencies", "protect"}, keys)
	}
	assert.Equal(t, `{"project":"test","stack":"staging","urn":"urn:pulumi:staging::test::magento:test:Network::shop",`+
		`"type":"magento:test:Network","name":"shop","inputs":{"cidr":"10.0.0.0/16"},"outputs":{},`+
		`"parent":"urn:pulumi:staging::test::pulumi:pulumi:Stack::test-staging","provider":"","dependencies":[],"protect":false}`,
		lines[3])
}

func TestTwoRunsGiveEqualRecords(t *testing.T) {
	many := programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		vpc := add(t, ctx, vpcToken, "vpc", nil, aws)
		for i := range 50 {
			add(t, ctx, subnetToken, fmt.Sprintf("subnet-%d", i), pulumi.Map{
				"vpcId": vpc.ID(), "cidrBlock": pulumi.Sprintf("10.0.%d.0/24", i),
			}, aws, pulumi.DependsOn([]pulumi.Resource{vpc}))
		}
		return nil
	})
	assert.Equal(t, jsonOf(t, run(t, many)), jsonOf(t, run(t, many)))
}

func TestProgramGetsTheConfiguration(t *testing.T) {
	var given settings.Config
	var engine string
	_, err := offline.Run("staging", settings.Config{"test:size": "7"}, []plan.Program{{
		Layer: layer.Layer{Project: "test"}, Run: func(ctx *pulumi.Context, config settings.Config) error {
			given = config
			engine, _ = ctx.GetConfig("test:size")
			return nil
		},
	}})
	require.NoError(t, err)
	assert.Equal(t, "7", given["test:size"])
	assert.Equal(t, "7", engine)
}

func TestProviderIsInheritedThroughComponents(t *testing.T) {
	environment := run(t, plan.Program{Layer: layer.Layer{Project: "test"}, Run: func(ctx *pulumi.Context, _ settings.Config) error {
		var outer, inner component
		providers := pulumi.Providers(awsProvider(t, ctx), providerOf(t, ctx, "eks", nil))
		if err := ctx.RegisterComponentResourceV2("magento:test:Outer", "outer", nil, &outer, providers); err != nil {
			return err
		}
		if err := ctx.RegisterComponentResourceV2("magento:test:Inner", "inner", nil, &inner, pulumi.Parent(&outer)); err != nil {
			return err
		}
		add(t, ctx, vpcToken, "vpc", nil, pulumi.Parent(&inner))
		return ctx.RegisterRemoteComponentResource("eks:index:Cluster", "k8s",
			pulumi.Map{"name": pulumi.String("shop")}, &component{}, pulumi.Parent(&inner))
	}})
	aws := find(t, environment, "aws").URN
	assert.Equal(t, aws, find(t, environment, "vpc").Provider)
	cluster := find(t, environment, "k8s")
	assert.Equal(t, find(t, environment, "eks").URN, cluster.Provider)
	assert.Equal(t, aws, cluster.Providers["aws"])
	assert.Contains(t, cluster.Outputs["kubeconfigJson"], `"shop"`)
	assert.Contains(t, cluster.Outputs["oidcProviderArn"], "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.")
}
