// Command data is the Pulumi program of the project magento-data.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks/data/program"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		config, err := settings.FromEngine()
		if err != nil {
			return err
		}
		return program.Run(ctx, config)
	})
}
