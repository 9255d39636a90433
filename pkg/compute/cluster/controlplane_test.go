package cluster

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTransformChild holds what is said of the children that another process registers.
func TestTransformChild(t *testing.T) {
	changed := func(kind string) *pulumi.ResourceTransformResult {
		return transformChild(context.Background(), &pulumi.ResourceTransformArgs{
			Type: kind, Props: pulumi.Map{"name": pulumi.String("x")}, Opts: pulumi.ResourceOptions{Protect: true},
		})
	}
	control := changed("aws:eks/cluster:Cluster")
	require.NotNil(t, control)
	assert.True(t, control.Opts.Protect, "the cluster itself stays protected")
	assert.Equal(t, pulumi.Map{
		"name": pulumi.String("x"), "upgradePolicy": pulumi.Map{"supportType": pulumi.String("STANDARD")},
	}, control.Props)

	for _, kind := range []string{"aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "aws:eks/addon:Addon"} {
		child := changed(kind)
		require.NotNil(t, child, kind)
		assert.False(t, child.Opts.Protect, "%s could not be taken from the settings again", kind)
		assert.Equal(t, pulumi.Map{"name": pulumi.String("x")}, child.Props)
	}
	assert.Nil(t, changed("aws:iam/role:Role"), "is protected as its component is")
}
