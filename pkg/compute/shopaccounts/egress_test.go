package shopaccounts_test

import (
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networkingv1 "k8s.io/api/networking/v1"
	k8smetav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/shopaccounts"
	"github.com/magestack/magestack/pkg/data/proxysql"
)

func withEgress(whole bool) (*plan.Environment, error) {
	return offlinetest.Plan(home, func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		cluster, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		var args shopaccounts.EgressArgs
		if whole {
			if args.Namespace, err = corev1.NewNamespace(ctx, "shop", nil, pulumi.Provider(cluster)); err != nil {
				return err
			}
		}
		_, err = shopaccounts.NewEgress(ctx, "egress", args, opt, pulumi.Providers(cluster))
		return err
	})
}

// TestTheDatabaseIsReachedThroughProxySQL holds which ports a pod of the shop may open a connection to: the database's to
// nobody, those beside it and everything that the shop needs to all.
func TestTheDatabaseIsReachedThroughProxySQL(t *testing.T) {
	recorded, err := withEgress(true)
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, shopaccounts.EgressType, "egress")
	made := offlinetest.Find(t, recorded, "egress-policy")
	assert.Contains(t, made.Dependencies, offlinetest.Find(t, recorded, "shop").URN)
	policy, err := strict.Into[*networkingv1.NetworkPolicy](made.Inputs)
	require.NoError(t, err)
	assert.Equal(t, "magento", policy.Namespace)
	assert.Equal(t, []networkingv1.PolicyType{"Egress"}, policy.Spec.PolicyTypes, "requests come in as before")

	open := func(protocol string, port int) bool {
		for _, rule := range policy.Spec.Egress {
			assert.Empty(t, rule.To, "the addresses of the database change with the VPC")
			for _, p := range rule.Ports {
				if string(*p.Protocol) == protocol && p.Port.IntValue() <= port && port <= int(*p.EndPort) {
					return true
				}
			}
		}
		return false
	}
	assert.False(t, open("TCP", topology.MySQLPort))
	for _, port := range []int{1, 3305, 3307, 65535, proxysql.ClientPort, 53} {
		assert.True(t, open("TCP", port), port)
	}
	assert.True(t, open("UDP", 53))
	for _, flow := range topology.Flows() {
		if flow.From == topology.GroupNodes {
			assert.Equal(t, flow.To != topology.GroupDatabase, open("TCP", flow.Port), flow.Description)
		}
	}

	selector, err := k8smetav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
	require.NoError(t, err)
	for value, held := range map[string]bool{"": true, "proxysql": true, "direct": false} {
		assert.Equal(t, held, selector.Matches(labels.Set{"magento.com/database": value}), value)
	}
	assert.True(t, selector.Matches(labels.Set{"app": "magento-web"}), "whoever says nothing is held")
}

func TestEgressWithoutANamespace(t *testing.T) {
	_, err := withEgress(false)
	assert.ErrorContains(t, err, "namespace: required")
}
