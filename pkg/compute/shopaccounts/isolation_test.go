package shopaccounts_test

import (
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/compute/shopaccounts"
	"github.com/magestack/magestack/pkg/layer"
)

func withIsolation(whole bool) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), offlinetest.InCluster(func(ctx *pulumi.Context, opt, cluster pulumi.ResourceOption) (err error) {
		var args shopaccounts.IsolationArgs
		if whole {
			if args.Namespace, err = corev1.NewNamespace(ctx, "shop", nil, cluster); err != nil {
				return err
			}
		}
		_, err = shopaccounts.NewIsolation(ctx, "egress", args, opt, cluster)
		return err
	}))
}

// TestNamespaceIsClosedByDefault wants a policy of every pod, in both directions, that opens nothing.
func TestNamespaceIsClosedByDefault(t *testing.T) {
	recorded, err := withIsolation(true)
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, shopaccounts.IsolationType, "egress")
	made := offlinetest.Find(t, recorded, "egress-policy")
	assert.Contains(t, made.Dependencies, offlinetest.Find(t, recorded, "shop").URN)
	policy, err := strict.Into[*networkingv1.NetworkPolicy](made.Inputs)
	require.NoError(t, err)
	assert.Equal(t, "magento", policy.Namespace)
	assert.Equal(t, networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{"Ingress", "Egress"}}, policy.Spec)
}

func TestIsolationWithoutANamespace(t *testing.T) {
	_, err := withIsolation(false)
	assert.ErrorContains(t, err, "namespace: required")
}
