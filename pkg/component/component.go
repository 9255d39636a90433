// Package component makes a Pulumi component in one way: check the arguments, register it with its inputs, make its children,
// register its outputs. No step can be left out, and every error names the component. Components that are older than this
// package still take these steps by themselves.
package component

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Args are the arguments of a component.
type Args interface {
	// Validate reports everything that is wrong with the arguments at once, before anything is registered.
	Validate() error

	// Inputs returns what the component itself shows in a plan.
	Inputs() pulumi.Map
}

// Scope is where the children of a component are made. A builder of children embeds it.
type Scope struct {
	Ctx    *pulumi.Context
	Name   string                        // of the component
	Parent pulumi.ResourceOrInvokeOption // makes a resource a child, and has a function use the component's providers
}

// Child returns the logical name of a child, such as shop-vpc for the part vpc of shop.
func (s Scope) Child(part string) string { return s.Name + "-" + part }

// New makes a component of the type token, such as magento:cache:Valkey. build makes the children and returns the outputs.
func New(ctx *pulumi.Context, token, name string, args Args, made pulumi.ComponentResource, build func(Scope) (pulumi.Map, error), opts ...pulumi.ResourceOption) error {
	if err := construct(ctx, token, name, args, made, build, opts); err != nil {
		return fmt.Errorf("%s %q: %w", token, name, err)
	}
	return nil
}

func construct(ctx *pulumi.Context, token, name string, args Args, made pulumi.ComponentResource, build func(Scope) (pulumi.Map, error), opts []pulumi.ResourceOption) error {
	if err := args.Validate(); err != nil {
		return err
	}
	if err := ctx.RegisterComponentResourceV2(token, name, args.Inputs(), made, opts...); err != nil {
		return err
	}
	outputs, err := build(Scope{Ctx: ctx, Name: name, Parent: pulumi.Parent(made)})
	if err != nil {
		return err
	}
	if outputs == nil {
		return errors.New("no outputs were returned: a component without any returns an empty map")
	}
	return ctx.RegisterResourceOutputs(made, outputs)
}

// Steps makes children one concern after the other, until one fails.
func Steps(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
