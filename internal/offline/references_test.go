package offline_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// reader is a program that reads the stack of the name and exports what it finds under "seen".
func reader(project, stack string, reads ...string) plan.Program {
	return plan.Program{Layer: layer.Layer{Project: project}, Reads: reads, Run: func(ctx *pulumi.Context, _ settings.Config) error {
		reference, err := pulumi.NewStackReference(ctx, stack, nil)
		if err != nil {
			return err
		}
		for _, key := range []string{"plain", "password", "absent"} {
			details, err := reference.GetOutputDetails(key)
			if err != nil {
				return err
			}
			if details.Value != nil {
				ctx.Export("plain-"+key, pulumi.Any(details.Value))
			}
			if details.SecretValue != nil {
				ctx.Export("secret-"+key, pulumi.ToSecret(details.SecretValue))
			}
		}
		return nil
	}}
}

func writer(project string) plan.Program {
	return plan.Program{Layer: layer.Layer{Project: project}, Run: func(ctx *pulumi.Context, _ settings.Config) error {
		ctx.Export("plain", pulumi.ToStringArray([]string{"a", "b"}))
		ctx.Export("password", pulumi.ToSecret("hunter2"))
		return nil
	}}
}

func TestReferenceGivesWhatTheOtherProgramExported(t *testing.T) {
	environment := run(t, reader("compute", "organization/networking/staging", "networking"), writer("networking"))
	require.Len(t, environment.Stacks, 2)
	assert.Equal(t, "networking", environment.Stacks[0].Project)
	assert.Equal(t, map[string]any{
		"plain-plain":     []any{"a", "b"},
		"secret-password": plan.Secret,
	}, environment.Stacks[1].Outputs)
	assert.NotContains(t, jsonOf(t, environment), "hunter2")

	reference := find(t, environment, "organization/networking/staging")
	assert.True(t, reference.External)
	assert.Equal(t, []any{"password"}, reference.Outputs["secretOutputNames"])
}

func TestReferenceMustBeDeclaredAndHaveRun(t *testing.T) {
	for message, programs := range map[string][]plan.Program{
		"its program does not declare to read networking": {
			writer("networking"), reader("compute", "organization/networking/staging"),
		},
		`unknown stack "organization/networking/production": no such stack ran before; there are: organization/networking/staging`: {
			writer("networking"), reader("compute", "organization/networking/production", "networking"),
		},
		`stack "networking": must be organization/<project>/<stack>`: {reader("compute", "networking")},
	} {
		_, err := offline.Run("staging", nil, programs)
		assert.ErrorContains(t, err, message)
	}
}

func TestProgramsThatCannotBeOrderedAreNamed(t *testing.T) {
	program := func(project string, reads ...string) plan.Program {
		return plan.Program{Layer: layer.Layer{Project: project}, Reads: reads}
	}
	_, err := offline.Run("staging", nil, []plan.Program{program("a", "b"), program("b", "a"), program("c")})
	require.EqualError(t, err, "ordering the programs: they wait for each other: a reads b; b reads a")
	_, err = offline.Run("staging", nil, []plan.Program{program("a", "x", "y"), program("a")})
	require.EqualError(t, err, "ordering the programs: a is there twice\n"+
		"ordering the programs: a reads x, which is not among them\nordering the programs: a reads y, which is not among them")
}

func TestProgramsRunAfterThoseTheyReadAndOtherwiseInTheirOrder(t *testing.T) {
	var order []string
	program := func(project string, reads ...string) plan.Program {
		return plan.Program{Layer: layer.Layer{Project: project}, Reads: reads, Run: func(*pulumi.Context, settings.Config) error {
			order = append(order, project)
			return nil
		}}
	}
	run(t, program("root", "cdn", "data"), program("cdn", "data", "compute"), program("data", "net"),
		program("net"), program("compute", "net"), program("alone"))
	assert.Equal(t, []string{"net", "data", "compute", "cdn", "root", "alone"}, order)
}
