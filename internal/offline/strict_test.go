package offline_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

func TestUnknownTypeIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		made := add(t, ctx, "aws:moon/base:Base", "alpha", nil, aws)
		add(t, ctx, subnetToken, "consequence", pulumi.Map{"vpcId": made.ID()}, aws)
		return nil
	})
	assert.Equal(t, "planning test/staging: aws:moon/base:Base::alpha: "+
		"the embedded cloud does not know aws:moon/base:Base; teach it in internal/offline", message)
}

func TestUnknownFunctionIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, _ pulumi.ResourceOption) error {
		var result map[string]any
		err := ctx.Invoke("aws:moon/getBase:getBase", struct{}{}, &result)
		if err != nil {
			return errors.Join(errors.New("looking up the base"), err)
		}
		return nil
	})
	assert.Equal(t, "planning test/staging: aws:moon/getBase:getBase: "+
		"the embedded cloud does not know the function aws:moon/getBase:getBase; teach it in internal/offline", message)
}

func TestUnknownInputIsRefusedWithItsPathAndCause(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		vpc := add(t, ctx, vpcToken, "vpc", pulumi.Map{"cidrBlock": pulumi.String("10.0.0.0/16")}, aws)
		add(t, ctx, "aws:lb/listener:Listener", "listener", pulumi.Map{
			"port": pulumi.Int(443),
			"defaultActions": pulumi.Array{
				pulumi.Map{"type": pulumi.String("forward"), "text": pulumi.Sprintf("x-%s", vpc.NeverMadeUp)},
			},
		}, aws)
		return nil
	})
	assert.Equal(t, "planning test/staging: aws:lb/listener:Listener::listener: input `defaultActions[0].text` "+
		"reads an output that the embedded cloud does not make up (one of aws:ec2/vpc:Vpc::vpc)", message)
}

func TestUnknownSecretInputIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		vpc := add(t, ctx, vpcToken, "vpc", nil, aws)
		add(t, ctx, subnetToken, "subnet", pulumi.Map{"vpcId": pulumi.ToSecret(vpc.NeverMadeUp)}, aws)
		return nil
	})
	assert.Equal(t, "planning test/staging: aws:ec2/subnet:Subnet::subnet: secret `vpcId` "+
		"reads an output that the embedded cloud does not make up", message)
}

func TestUnknownSecretExportIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		vpc := add(t, ctx, vpcToken, "vpc", nil, aws)
		ctx.Export("key", pulumi.ToSecret(vpc.NeverMadeUp))
		return nil
	})
	assert.Equal(t, "planning test/staging: organization/test/staging: secret `key` "+
		"reads an output that the embedded cloud does not make up", message)
}

func TestUnknownInputOfAComponentIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		vpc := add(t, ctx, vpcToken, "vpc", nil, aws)
		return ctx.RegisterComponentResourceV2("magento:test:Part", "part", pulumi.Map{"x": vpc.NeverMadeUp}, &component{})
	})
	assert.Contains(t, message, "magento:test:Part::part: input `x` reads an output")
}

func TestUnknownExportIsRefusedByName(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		vpc := add(t, ctx, vpcToken, "vpc", nil, aws)
		ctx.Export("fine", vpc.Arn)
		ctx.Export("nested", pulumi.Map{"deep": vpc.NeverMadeUp})
		return nil
	})
	assert.Equal(t, "planning test/staging: organization/test/staging: stack output `nested.deep` "+
		"reads an output that the embedded cloud does not make up (one of aws:ec2/vpc:Vpc::vpc)", message)
}

func TestDuplicateURNIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		add(t, ctx, vpcToken, "twin", nil, aws)
		add(t, ctx, vpcToken, "twin", nil, aws)
		return nil
	})
	assert.Contains(t, message, "aws:ec2/vpc:Vpc::twin: duplicate URN urn:pulumi:staging::test::aws:ec2/vpc:Vpc::twin")
}

func TestSameNameUnderComponentsOfTheSameTypeIsADuplicate(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		for _, name := range []string{"a", "b"} {
			var part component
			if err := ctx.RegisterComponentResourceV2("magento:test:Part", name, nil, &part); err != nil {
				return err
			}
			add(t, ctx, vpcToken, "vpc", nil, aws, pulumi.Parent(&part))
		}
		return nil
	})
	assert.Contains(t, message, "duplicate URN urn:pulumi:staging::test::magento:test:Part$aws:ec2/vpc:Vpc::vpc")
}

func TestDefaultProviderIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, _ pulumi.ResourceOption) error {
		add(t, ctx, vpcToken, "stray", nil)
		return nil
	})
	assert.Contains(t, message, `aws:ec2/vpc:Vpc::stray: default provider for "aws" disabled: it must use an explicit provider`)
}

func TestDefaultProviderOfAFunctionIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, _ pulumi.ResourceOption) error {
		var result map[string]any
		return ctx.Invoke("aws:index/getRegion:getRegion", struct{}{}, &result)
	})
	assert.Contains(t, message, `default provider for "aws" disabled`)
}

func TestPluginComponentNeedsAllItsProviders(t *testing.T) {
	cluster := func(opts ...pulumi.ResourceOption) func(*pulumi.Context, pulumi.ResourceOption) error {
		return func(ctx *pulumi.Context, _ pulumi.ResourceOption) error {
			return ctx.RegisterRemoteComponentResource("eks:index:Cluster", "k8s", pulumi.Map{}, &component{}, opts...)
		}
	}
	message := refused(t, cluster())
	assert.Contains(t, message, `default provider for "eks" disabled`)
	assert.Contains(t, message, "\n")
	assert.Contains(t, message, `eks:index:Cluster::k8s: default provider for "aws" disabled: it makes resources of that package`)
}

func TestProviderMustNameRegionAndAccount(t *testing.T) {
	for name, inputs := range map[string]pulumi.Map{
		`region ""`:                     {"allowedAccountIds": pulumi.ToStringArray([]string{testAccount})},
		`allowedAccountIds begins with`: {"region": pulumi.String(testRegion)},
	} {
		_, err := offline.Run("staging", nil, []plan.Program{{
			Layer: layer.Layer{Project: "test"}, Run: func(ctx *pulumi.Context, _ settings.Config) error {
				providerOf(t, ctx, "aws", inputs)
				return nil
			},
		}})
		require.ErrorContains(t, err, name)
	}
}

func TestNameThatIsTooLongIsRefused(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		add(t, ctx, "aws:lb/targetGroup:TargetGroup", "a-logical-name-of-27-letters", nil, aws)
		return nil
	})
	assert.Contains(t, message, "has 36 characters; AWS takes at most 32")
}

func TestPanicBecomesAnErrorThatSaysWhere(t *testing.T) {
	message := refused(t, func(_ *pulumi.Context, aws pulumi.ResourceOption) error {
		return aws.(error)
	})
	assert.Regexp(t, `test panicked at .*strict_test.go:\d+: interface conversion: .* is not error`, message)
}

func TestProgramErrorAndRefusalsAreReportedTogether(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		add(t, ctx, "aws:moon/base:Base", "b", nil, aws)
		add(t, ctx, "aws:moon/base:Base", "a", nil, aws)
		return errors.New("out of cheese")
	})
	assert.Regexp(t, `(?s)Base::a: .*Base::b: .*out of cheese$`, message)
}

func TestFailureOfOneProgramDoesNotHideThoseOfOthers(t *testing.T) {
	failing := func(project string, reads ...string) plan.Program {
		return plan.Program{Layer: layer.Layer{Project: project}, Reads: reads, Run: func(*pulumi.Context, settings.Config) error {
			return errors.New("no " + project)
		}}
	}
	_, err := offline.Run("staging", nil, []plan.Program{failing("a"), failing("b", "a"), failing("c")})
	require.EqualError(t, err, "planning a/staging: no a\nplanning c/staging: no c")
}
