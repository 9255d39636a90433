package stacks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/stacks"
)

// TestAccess holds what each kind of role may do in the cluster: everything, the shop's namespace, or look at everything
// but secrets.
func TestAccess(t *testing.T) {
	config := fixture.Config(t, "staging")
	config["magento-compute:administratorRoles"] = `["arn:aws:iam::123456789012:role/path/boss"]`
	config["magento-compute:deployerRoles"] = `["arn:aws:iam::123456789012:role/pipeline"]`
	config["magento-compute:readerRoles"] = `["arn:aws:iam::123456789012:role/support"]`
	recorded, err := offline.Run("staging", config, stacks.Programs())
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
			"principalArn": "arn:aws:iam::123456789012:role/pipeline", "kubernetesGroups": anyList("magento:deployers"),
			"accessPolicies": map[string]any{"deployer": map[string]any{
				"policyArn": policies + "AmazonEKSEditPolicy", "accessScope": map[string]any{"type": "namespace", "namespaces": anyList("magento")},
			}},
		},
		"support": map[string]any{
			"principalArn": "arn:aws:iam::123456789012:role/support", "kubernetesGroups": anyList("magento:readers"),
			"accessPolicies": map[string]any{"reader": map[string]any{
				"policyArn": policies + "AmazonEKSViewPolicy", "accessScope": map[string]any{"type": "cluster"},
			}},
		},
	}, input(the(t, recorded, controlPlane), "accessEntries"))
}

const (
	rbac        = "kubernetes:rbac.authorization.k8s.io/v1:"
	deployers   = "magento:deployers"
	readers     = "magento:readers"
	someSecrets = "secrets"
)

// granted reports whether the rules of a role let a group do something with a resource of an API group.
func granted(role plan.Resource, apiGroup, resource, verb string) bool {
	rules, _ := input(role, "rules").([]any)
	return slices.ContainsFunc(rules, func(rule any) bool {
		has := func(field, wanted string) bool {
			list, _ := in(rule, field).([]any)
			return slices.Contains(list, any(wanted)) || field == "resources" && slices.Contains(list, any("*"))
		}
		return has("apiGroups", apiGroup) && has("resources", resource) && has("verbs", verb)
	})
}

// TestWhatGroupsMay holds what EKS's access policies leave out of what the settings promise: of every kind of object that
// the plan makes, readers see all but secrets, and deployers change those of custom kinds in the shop's namespace.
func TestWhatGroupsMay(t *testing.T) {
	recorded := planned(t, "production")
	reader, deployer := named(t, recorded, rbac+"ClusterRole", "rights-readers"), named(t, recorded, rbac+"Role", "rights-deployers")
	assert.Equal(t, "magento", input(deployer, "metadata.namespace"))
	for _, r := range stackOf(t, recorded, "magento-compute").Resources {
		token, ok := strings.CutPrefix(r.Type, "kubernetes:")
		if !ok || r.Type == releaseType {
			continue
		}
		group, rest, _ := strings.Cut(token, "/")
		_, kind, _ := strings.Cut(rest, ":")
		if group == "core" {
			group = ""
		}
		plural := strings.ToLower(kind) + "s"
		if strings.HasSuffix(kind, "y") {
			plural = strings.TrimSuffix(strings.ToLower(kind), "y") + "ies"
		}
		for _, verb := range []string{"get", "list", "watch"} {
			assert.True(t, granted(reader, group, plural, verb), "readers may not %s %s of %q", verb, plural, group)
		}
		for _, verb := range []string{"create", "update", "patch", "delete"} {
			assert.False(t, granted(reader, group, plural, verb), "readers may %s %s", verb, plural)
		}
		custom := strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
		if custom && input(r, "metadata.namespace") == "magento" {
			assert.Equal(t, group != "vpcresources.k8s.aws", granted(deployer, group, plural, "update"), "%s of the shop's namespace", plural)
			assert.True(t, granted(deployer, group, plural, "list"), plural)
		}
	}
	for _, kind := range []string{"scaledobjects", "externalsecrets", "targetgroupbindings"} {
		group := map[string]string{"scaledobjects": "keda.sh", "externalsecrets": "external-secrets.io", "targetgroupbindings": "elbv2.k8s.aws"}[kind]
		assert.True(t, granted(deployer, group, kind, "create"), kind)
	}
	for _, group := range []string{"karpenter.sh", "karpenter.k8s.aws"} {
		assert.True(t, granted(reader, group, "nodepools", "list"), group)
	}
	assert.True(t, granted(reader, "", "nodes", "list"))
	for _, resource := range []string{someSecrets, "nodes/proxy", "pods/exec", "pods/attach", "pods/portforward", "services/proxy", "pods/proxy"} {
		assert.False(t, granted(reader, "", resource, "get"), "readers may get %s", resource)
	}
	for _, resource := range []string{"roles", "rolebindings", "clusterroles"} {
		assert.False(t, granted(deployer, "rbac.authorization.k8s.io", resource, "create"), "deployers may give rights")
	}
	for name, group := range map[string]string{"rights-readers-binding": readers, "rights-deployers-binding": deployers} {
		kind := map[string]string{readers: "ClusterRole", deployers: "Role"}[group]
		binding := named(t, recorded, rbac+kind+"Binding", name)
		assert.Equal(t, map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": group}, input(binding, "roleRef"))
		assert.Equal(t, []any{map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}}, input(binding, "subjects"))
		_, err := strict.Decode(binding.Inputs)
		require.NoError(t, err)
	}
	for _, role := range []plan.Resource{reader, deployer} {
		_, err := strict.Decode(role.Inputs)
		require.NoError(t, err)
	}
}
