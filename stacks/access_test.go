package stacks_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/offline"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

// TestAccess holds what each kind of role may do in the cluster: everything, the shop's namespace, or look at everything
// but secrets.
func TestAccess(t *testing.T) {
	config, err := settings.ReadFile(root + "/" + settings.FileName("staging"))
	require.NoError(t, err)
	config["magento-compute:administratorRoles"] = `["arn:aws:iam::123456789012:role/path/boss"]`
	config["magento-compute:deployerRoles"] = `["arn:aws:iam::123456789012:role/pipeline"]`
	config["magento-compute:readerRoles"] = `["arn:aws:iam::123456789012:role/support"]`
	plan, err := offline.Run("staging", config, stacks.Programs())
	require.NoError(t, err)
	const policies = "arn:aws:eks::aws:cluster-access-policy/"
	assert.Equal(t, map[string]any{
		"path/boss": map[string]any{
			"principalArn": "arn:aws:iam::123456789012:role/path/boss",
			"accessPolicies": map[string]any{"administrator": map[string]any{
				"policyArn": policies + "AmazonEKSClusterAdminPolicy", "accessScope": map[string]any{"type": "cluster"},
			}},
		},
		"pipeline": map[string]any{
			"principalArn": "arn:aws:iam::123456789012:role/pipeline",
			"accessPolicies": map[string]any{"deployer": map[string]any{
				"policyArn": policies + "AmazonEKSEditPolicy", "accessScope": map[string]any{"type": "namespace", "namespaces": anyList("magento")},
			}},
		},
		"support": map[string]any{
			"principalArn": "arn:aws:iam::123456789012:role/support",
			"accessPolicies": map[string]any{"reader": map[string]any{
				"policyArn": policies + "AmazonEKSViewPolicy", "accessScope": map[string]any{"type": "cluster"},
			}},
		},
	}, input(the(t, plan, controlPlane), "accessEntries"))
}
