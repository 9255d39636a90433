package object_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/compute/k8s/object"
)

type demo struct {
	Settings struct {
		Name string `json:"name"`
	} `json:"settings"`
	List []map[string]int `json:"list"`
}

func TestValues(t *testing.T) {
	var d demo
	d.Settings.Name = "a"
	d.List = []map[string]int{{"n": 1}}
	m, err := object.Values(d)
	require.NoError(t, err)
	assert.IsType(t, pulumi.Map{}, m["settings"])
	assert.IsType(t, pulumi.Map{}, m["list"].(pulumi.Array)[0])

	m, err = object.Values(nil)
	require.NoError(t, err)
	assert.Empty(t, m)
	_, err = object.Values(func() {})
	assert.Error(t, err)
	_, err = object.Values([]int{1})
	assert.Error(t, err, "a list is no map")
}

func TestMerge(t *testing.T) {
	m, err := object.Values(demo{})
	require.NoError(t, err)
	require.NoError(t, object.Merge(m, pulumi.Map{"settings": pulumi.Map{"queue": pulumi.String("q")}, "more": pulumi.Int(1)}))
	assert.Len(t, m["settings"], 2)
	assert.Len(t, m, 3)

	err = object.Merge(m, pulumi.Map{"settings": pulumi.Map{"name": pulumi.String("b")}})
	assert.EqualError(t, err, "settings.name is both given and computed")
	assert.EqualError(t, object.Merge(m, pulumi.Map{"list": pulumi.Map{}}), "list is both given and computed")
}
