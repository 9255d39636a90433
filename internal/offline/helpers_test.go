package offline_test

import (
	"bytes"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

const (
	testAccount = "123456789012"
	testRegion  = "eu-central-1"
	vpcToken    = "aws:ec2/vpc:Vpc"
	subnetToken = "aws:ec2/subnet:Subnet"
)

// thing is a custom resource whose outputs the tests read.
type thing struct {
	pulumi.CustomResourceState
	Arn         pulumi.StringOutput `pulumi:"arn"`
	CidrBlock   pulumi.StringOutput `pulumi:"cidrBlock"`
	NeverMadeUp pulumi.StringOutput `pulumi:"neverMadeUp"`
	Password    pulumi.StringOutput `pulumi:"masterPassword"`
	Endpoint    pulumi.StringOutput `pulumi:"endpoint"`
	TagsAll     pulumi.MapOutput    `pulumi:"tagsAll"`
	Options     pulumi.ArrayOutput  `pulumi:"domainValidationOptions"`
}

type component struct{ pulumi.ResourceState }

// providerOf registers a provider of the package.
func providerOf(t *testing.T, ctx *pulumi.Context, name string, inputs pulumi.Map) pulumi.ProviderResource {
	t.Helper()
	var p pulumi.ProviderResourceState
	require.NoError(t, ctx.RegisterResource("pulumi:providers:"+name, name, inputs, &p))
	return &p
}

func awsProvider(t *testing.T, ctx *pulumi.Context) pulumi.ProviderResource {
	t.Helper()
	return providerOf(t, ctx, "aws", pulumi.Map{
		"region":            pulumi.String(testRegion),
		"allowedAccountIds": pulumi.ToStringArray([]string{testAccount}),
		"defaultTags":       pulumi.Map{"tags": pulumi.StringMap{"layer": pulumi.String("test")}},
	})
}

// add registers a resource of the token with the provider.
func add(
	t *testing.T, ctx *pulumi.Context, token, name string, inputs pulumi.Map, opts ...pulumi.ResourceOption,
) *thing {
	t.Helper()
	var r thing
	require.NoError(t, ctx.RegisterResource(token, name, inputs, &r, opts...))
	return &r
}

// programOf is a program of the project "test" with an AWS provider.
func programOf(t *testing.T, body func(ctx *pulumi.Context, aws pulumi.ResourceOption) error) plan.Program {
	t.Helper()
	return plan.Program{Layer: layer.Layer{Project: "test", Directory: "stacks/test"}, Run: func(ctx *pulumi.Context, _ settings.Config) error {
		return body(ctx, pulumi.Provider(awsProvider(t, ctx)))
	}}
}

func run(t *testing.T, programs ...plan.Program) *plan.Environment {
	t.Helper()
	environment, err := offline.Run("staging", settings.Config{}, programs)
	require.NoError(t, err)
	return environment
}

// refused runs a program that must fail and returns its message.
func refused(t *testing.T, body func(ctx *pulumi.Context, aws pulumi.ResourceOption) error) string {
	t.Helper()
	environment, err := offline.Run("staging", settings.Config{}, []plan.Program{programOf(t, body)})
	require.Error(t, err)
	require.Nil(t, environment)
	return err.Error()
}

func find(t *testing.T, environment *plan.Environment, name string) plan.Resource {
	t.Helper()
	for _, r := range environment.Resources() {
		if r.Name == name {
			return r
		}
	}
	require.Fail(t, "no resource "+name)
	return plan.Resource{}
}

func jsonOf(t *testing.T, environment *plan.Environment) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, environment.WriteJSON(&text))
	return text.String()
}
