package stacks_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

// runMistyped plans staging as if a producer published a key of its contract as a number.
func runMistyped(t *testing.T, producer, key string) (*plan.Environment, error) {
	t.Helper()
	config := fixture.Config(t, "staging")
	programs := stacks.Programs()
	for i := range programs {
		if programs[i].Project != producer {
			continue
		}
		run := programs[i].Run
		programs[i].Run = func(ctx *pulumi.Context, config settings.Config) error {
			err := run(ctx, config)
			ctx.Export(key, pulumi.Int(1))
			return err
		}
	}
	return offline.Run("staging", config, programs)
}
