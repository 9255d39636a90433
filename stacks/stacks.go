// Package stacks lists the Pulumi programs of an environment, for the tool and the tests that run them in process.
//
// The programs have one shape. Run loads the settings, reads the layers below and makes the provider. Then each part of the
// layer is made by a function in the file that is named after it, in an order that a destroy goes backwards; where parts are
// handed on from one to the next they are fields of a builder, whose steps component.Steps takes. The outputs are published
// last. What a part is made of is in the packages of pkg; a program only says which settings and outputs they get.
package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
	root "github.com/magestack/magestack/program"
	cdn "github.com/magestack/magestack/stacks/cdn/program"
	compute "github.com/magestack/magestack/stacks/compute/program"
	data "github.com/magestack/magestack/stacks/data/program"
	networking "github.com/magestack/magestack/stacks/networking/program"
)

// Programs lists the programs of an environment, each with the layers that it reads.
func Programs() []plan.Program {
	return []plan.Program{
		program(layer.Networking{}, networking.Run),
		program(layer.Data{}, data.Run, layer.Networking{}),
		program(layer.Compute{}, compute.Run, layer.Networking{}),
		program(layer.CDN{}, cdn.Run, layer.Networking{}, layer.Data{}, layer.Compute{}),
		program(layer.Root{}, root.Run, layer.Networking{}, layer.Data{}, layer.Compute{}, layer.CDN{}),
	}
}

func program(published layer.Contract, run func(*pulumi.Context, settings.Config) error, reads ...layer.Contract) plan.Program {
	p := plan.Program{Layer: published.Layer(), Run: run}
	for _, contract := range reads {
		p.Reads = append(p.Reads, contract.Layer().Project)
	}
	return p
}
