package component_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/component"
)

const token = "magento:test:Thing"

type args struct{ invalid error }

func (a args) Validate() error  { return a.invalid }
func (args) Inputs() pulumi.Map { return pulumi.Map{"size": pulumi.Int(2)} }

type thing struct{ pulumi.ResourceState }

// mocks record what is registered.
type mocks struct {
	registered map[string]resource.PropertyMap
}

func (m mocks) NewResource(r pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.registered[r.TypeToken+" "+r.Name] = r.Inputs
	return r.Name, r.Inputs, nil
}

func (mocks) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func made(t *testing.T, a args, build func(component.Scope) (pulumi.Map, error)) (map[string]resource.PropertyMap, error) {
	t.Helper()
	m := mocks{map[string]resource.PropertyMap{}}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		return component.New(ctx, token, "shop", a, &thing{}, build)
	}, pulumi.WithMocks("test", "staging", m))
	return m.registered, err
}

func TestNewRegistersInputsAndChildren(t *testing.T) {
	registered, err := made(t, args{}, func(s component.Scope) (pulumi.Map, error) {
		var child thing
		return pulumi.Map{}, s.Ctx.RegisterComponentResourceV2(token, s.Child("part"), pulumi.Map{}, &child, s.Parent)
	})
	assert.NoError(t, err)
	assert.Equal(t, resource.PropertyMap{"size": resource.NewProperty(2.0)}, registered[token+" shop"])
	assert.Contains(t, registered, token+" shop-part")
}

func TestNewNamesTheComponentInEveryError(t *testing.T) {
	registered, err := made(t, args{invalid: errors.New("size 0: must be 1 or more")}, nil)
	assert.ErrorContains(t, err, `magento:test:Thing "shop": size 0: must be 1 or more`)
	assert.Empty(t, registered, "something was registered for arguments that are wrong")

	_, err = made(t, args{}, func(component.Scope) (pulumi.Map, error) { return nil, errors.New("part: boom") })
	assert.ErrorContains(t, err, `magento:test:Thing "shop": part: boom`)
	_, err = made(t, args{}, func(component.Scope) (pulumi.Map, error) { return nil, nil })
	assert.ErrorContains(t, err, `magento:test:Thing "shop": no outputs were returned`)
}

func TestStepsEndAtTheFirstError(t *testing.T) {
	var ran []int
	step := func(n int, err error) func() error { return func() error { ran = append(ran, n); return err } }
	boom := errors.New("boom")
	assert.ErrorIs(t, component.Steps(step(1, nil), step(2, boom), step(3, nil)), boom)
	assert.Equal(t, []int{1, 2}, ran)
	assert.NoError(t, component.Steps())
}
