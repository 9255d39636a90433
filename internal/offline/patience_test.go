package offline

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

func TestOutputThatNothingResolvesEndsTheRun(t *testing.T) {
	program := plan.Program{Layer: layer.Layer{Project: "test"}, Run: func(ctx *pulumi.Context, _ settings.Config) error {
		never, _, _ := ctx.NewOutput()
		ctx.Export("never", never)
		return nil
	}}
	c, err := newCloud([]plan.Program{program})
	require.NoError(t, err)
	c.patience = 50 * time.Millisecond
	_, err = c.run("staging", nil, program)
	require.EqualError(t, err, "planning test/staging: not done after 50ms: it waits for an output that nothing resolves")
}
