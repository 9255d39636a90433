package layer_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/layer"
)

// twins are the contracts, each as its readers and as its producer see it.
func twins() map[layer.Contract]layer.Outputs {
	return map[layer.Contract]layer.Outputs{
		&layer.Networking{}: layer.NetworkingOutputs{},
		&layer.Data{}:       layer.DataOutputs{},
		&layer.Compute{}:    layer.ComputeOutputs{},
		&layer.CDN{}:        layer.CDNOutputs{},
		&layer.Root{}:       layer.RootOutputs{},
	}
}

// produces is the input type that a producer must have for a reader's plain type.
func produces(t reflect.Type) reflect.Type {
	return map[reflect.Type]reflect.Type{
		reflect.TypeFor[string]():              reflect.TypeFor[pulumi.StringInput](),
		reflect.TypeFor[[]string]():            reflect.TypeFor[pulumi.StringArrayInput](),
		reflect.TypeFor[map[string]string]():   reflect.TypeFor[pulumi.StringMapInput](),
		reflect.TypeFor[map[string][]string](): reflect.TypeFor[pulumi.StringArrayMapInput](),
		reflect.TypeFor[int]():                 reflect.TypeFor[pulumi.IntInput](),
		reflect.TypeFor[float64]():             reflect.TypeFor[pulumi.Float64Input](),
	}[t]
}

func fields(t reflect.Type) map[string]reflect.StructField {
	byKey := map[string]reflect.StructField{}
	for i := range t.NumField() {
		byKey[t.Field(i).Tag.Get("stack")] = t.Field(i)
	}
	return byKey
}

func TestTwinsAgree(t *testing.T) {
	require.Len(t, twins(), len(layer.Layers()))
	for reader, producer := range twins() {
		assert.Equal(t, reader.Layer(), producer.Producer())
		read, made := fields(reflect.TypeOf(reader).Elem()), fields(reflect.TypeOf(producer))
		assert.Len(t, made, len(read), "%T and %T", reader, producer)
		for key, field := range read {
			require.NotEmpty(t, key, "%T.%s has no stack tag", reader, field.Name)
			twin, ok := made[key]
			if !assert.True(t, ok, "%T lacks %s", producer, key) {
				continue
			}
			want := produces(field.Type)
			require.NotNil(t, want, "%T.%s: no input type is known for %s", reader, field.Name, field.Type)
			assert.Equal(t, want, twin.Type, "%s of %T", key, producer)
			assert.Equal(t, field.Name, twin.Name)
		}
	}
}

// TestKeysAreOutputNames holds the keys to the form that Pulumi's own outputs have.
func TestKeysAreOutputNames(t *testing.T) {
	for reader := range twins() {
		for key := range fields(reflect.TypeOf(reader).Elem()) {
			name, _, _ := strings.Cut(key, ",")
			assert.Regexp(t, `^[a-z][A-Za-z0-9]*$`, name)
		}
	}
}
