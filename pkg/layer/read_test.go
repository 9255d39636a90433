package layer_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// sample is a contract with every kind of key.
type sample struct {
	Text  string            `stack:"text"`
	List  []string          `stack:"list"`
	Float float64           `stack:"float"`
	Map   map[string]string `stack:"map"`
	Newer string            `stack:"newer,optional"`
}

func (sample) Layer() layer.Layer { return layer.Networking{}.Layer() }

type sampleOutputs struct {
	Text  pulumi.StringInput      `stack:"text"`
	List  pulumi.StringArrayInput `stack:"list"`
	Float pulumi.Float64Input     `stack:"float"`
	Map   pulumi.StringMapInput   `stack:"map"`
	Newer pulumi.StringInput      `stack:"newer,optional"`
}

func (sampleOutputs) Producer() layer.Layer { return sample{}.Layer() }

func complete() sampleOutputs {
	return sampleOutputs{
		Text: pulumi.String("a"), List: pulumi.ToStringArray([]string{"b", "c"}), Float: pulumi.Float64(0.5),
		Map: pulumi.ToStringMap(map[string]string{"d": "e"}),
	}
}

// between runs a producer as the networking layer and a reader as the data layer.
func between(produce func(*pulumi.Context) error) (sample, error) {
	var got sample
	_, err := offline.Run("staging", settings.Config{}, []plan.Program{
		{Layer: layer.Networking{}.Layer(), Run: func(ctx *pulumi.Context, _ settings.Config) error {
			return produce(ctx)
		}},
		{Layer: layer.Data{}.Layer(), Reads: []string{"magento-networking"}, Run: func(ctx *pulumi.Context, _ settings.Config) (err error) {
			got, err = layer.Read[sample](ctx)
			return err
		}},
	})
	return got, err
}

func TestWhatIsExportedIsRead(t *testing.T) {
	got, err := between(func(ctx *pulumi.Context) error { return layer.Export(ctx, complete()) })
	require.NoError(t, err)
	assert.Equal(t, sample{Text: "a", List: []string{"b", "c"}, Float: 0.5, Map: map[string]string{"d": "e"}}, got)
}

func TestOptionalKeysAreReadWhereTheyAre(t *testing.T) {
	got, err := between(func(ctx *pulumi.Context) error {
		outputs := complete()
		outputs.Newer = pulumi.String("f")
		return layer.Export(ctx, outputs)
	})
	require.NoError(t, err)
	assert.Equal(t, "f", got.Newer)
}

func TestEverythingThatIsWrongIsReportedTogether(t *testing.T) {
	_, err := between(func(ctx *pulumi.Context) error {
		ctx.Export("text", pulumi.ToStringArray([]string{"a"}))
		ctx.Export("float", pulumi.String("half"))
		ctx.Export("list", pulumi.ToStringArray([]string{}))
		return nil
	})
	require.Error(t, err)
	for _, want := range []string{
		"stack organization/magento-networking/staging lacks outputs that magento-data reads",
		"magestack up staging --layer networking",
		`text: is ["a"], not string`, `float: is "half", not float64`, "map: missing",
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.NotContains(t, err.Error(), "list")
	assert.NotContains(t, err.Error(), "newer")
}

func TestSecretsDoNotCrossLayers(t *testing.T) {
	_, err := between(func(ctx *pulumi.Context) error {
		outputs := complete()
		outputs.Text = pulumi.ToSecret(pulumi.String("hunter2")).(pulumi.StringOutput)
		return layer.Export(ctx, outputs)
	})
	assert.ErrorContains(t, err, "text: is a secret")
	assert.NotContains(t, err.Error(), "hunter2")
}

func TestAnUnsetOutputIsNotExported(t *testing.T) {
	_, err := between(func(ctx *pulumi.Context) error {
		outputs := complete()
		outputs.Text, outputs.Map = nil, nil
		return layer.Export(ctx, outputs)
	})
	assert.ErrorContains(t, err, "exporting the outputs of magento-networking")
	assert.ErrorContains(t, err, "text: not set")
	assert.ErrorContains(t, err, "map: not set")
}

// noStacks answers as an engine does whose backend has none of the stacks referred to.
type noStacks struct{}

func (noStacks) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func (noStacks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return "", nil, fmt.Errorf("unknown stack %q", args.ID)
}

func TestALayerThatWasNeverDeployed(t *testing.T) {
	var got error
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, got = layer.Read[sample](ctx)
		return got
	}, pulumi.WithMocksWithOrganization("acme", "magento-data", "staging", noStacks{}))
	require.Error(t, err)
	assert.ErrorContains(t, got, "stack acme/magento-networking/staging cannot be read; deploy it first: magestack up staging --layer networking", "the organization is the running stack's own")
	assert.ErrorContains(t, got, "unknown stack")
}
