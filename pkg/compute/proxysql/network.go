package proxysql

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/k8s/networkpolicy"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// networkPolicies registers two NetworkPolicies: one that denies all traffic of the namespace, and the exceptions of ProxySQL. The
// administration is in neither: it answers to localhost, which no policy is asked about. Probes are run inside the pod.
func (b *builder) networkPolicies() error {
	deny, err := networkingv1.NewNetworkPolicy(b.Ctx, b.Child("deny"), &networkingv1.NetworkPolicyArgs{
		Metadata: metadata(networkpolicy.DefaultDeny),
		Spec:     networkpolicy.Closed(),
	}, b.in()...)
	if err != nil {
		return err
	}
	// The subnets of the database are those of the function that rotates credentials, too: it logs in through each pod before it has
	// anybody use a password (docs/decisions/0108-credentials-change-in-running-pods.md).
	database := networkingv1.NetworkPolicyPeerArray{}
	for _, block := range b.args.DataBlocks {
		database = append(database, networkingv1.NetworkPolicyPeerArgs{IpBlock: networkingv1.IPBlockArgs{Cidr: pulumi.String(block.String())}})
	}
	allow, err := networkingv1.NewNetworkPolicy(b.Ctx, b.Child("allow"), &networkingv1.NetworkPolicyArgs{
		Metadata: metadata("proxysql"),
		Spec: networkingv1.NetworkPolicySpecArgs{
			PodSelector: metav1.LabelSelectorArgs{MatchLabels: selector()},
			PolicyTypes: networkpolicy.Both(),
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{
				networkingv1.NetworkPolicyIngressRuleArgs{From: database, Ports: networkpolicy.Ports("TCP", proxysql.ClientPort)},
				networkingv1.NetworkPolicyIngressRuleArgs{From: networkpolicy.Pods(naming.NamespaceMagento, nil), Ports: networkpolicy.Ports("TCP", proxysql.ClientPort)},
				networkingv1.NetworkPolicyIngressRuleArgs{From: networkpolicy.Pods(naming.NamespaceMonitoring, nil), Ports: networkpolicy.Ports("TCP", proxysql.MetricsPort)},
			},
			Egress: networkingv1.NetworkPolicyEgressRuleArray{
				networkingv1.NetworkPolicyEgressRuleArgs{To: database, Ports: networkpolicy.Ports("TCP", topology.MySQLPort)},
				networkpolicy.Names(),
			},
		},
	}, b.in()...)
	if err != nil {
		return err
	}
	b.before = append(b.before, deny, allow)
	return nil
}
