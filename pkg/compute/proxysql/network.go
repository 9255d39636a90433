package proxysql

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// dnsPort is where CoreDNS listens.
const dnsPort = 53

// networkPolicies registers two NetworkPolicies: one that denies all traffic of the namespace, and the exceptions of ProxySQL. The
// administration is in neither: it answers to localhost, which no policy is asked about. Probes are run inside the pod.
func (b *builder) networkPolicies() error {
	both := pulumi.ToStringArray([]string{"Ingress", "Egress"})
	deny, err := networkingv1.NewNetworkPolicy(b.Ctx, b.Child("deny"), &networkingv1.NetworkPolicyArgs{
		Metadata: metadata("default-deny"),
		Spec:     networkingv1.NetworkPolicySpecArgs{PodSelector: metav1.LabelSelectorArgs{}, PolicyTypes: both},
	}, b.in()...)
	if err != nil {
		return err
	}
	database := networkingv1.NetworkPolicyPeerArray{}
	for _, block := range b.args.DataBlocks {
		database = append(database, networkingv1.NetworkPolicyPeerArgs{IpBlock: networkingv1.IPBlockArgs{Cidr: pulumi.String(block.String())}})
	}
	allow, err := networkingv1.NewNetworkPolicy(b.Ctx, b.Child("allow"), &networkingv1.NetworkPolicyArgs{
		Metadata: metadata("proxysql"),
		Spec: networkingv1.NetworkPolicySpecArgs{
			PodSelector: metav1.LabelSelectorArgs{MatchLabels: selector()},
			PolicyTypes: both,
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{
				networkingv1.NetworkPolicyIngressRuleArgs{From: peers(naming.NamespaceMagento, nil), Ports: ports("TCP", proxysql.ClientPort)},
				networkingv1.NetworkPolicyIngressRuleArgs{From: peers(naming.NamespaceMonitoring, nil), Ports: ports("TCP", proxysql.MetricsPort)},
			},
			Egress: networkingv1.NetworkPolicyEgressRuleArray{
				networkingv1.NetworkPolicyEgressRuleArgs{To: database, Ports: ports("TCP", topology.MySQLPort)},
				networkingv1.NetworkPolicyEgressRuleArgs{
					To:    peers(naming.NamespaceSystem, pulumi.StringMap{"k8s-app": pulumi.String("kube-dns")}),
					Ports: append(ports("UDP", dnsPort), ports("TCP", dnsPort)...),
				},
			},
		},
	}, b.in()...)
	if err != nil {
		return err
	}
	b.before = append(b.before, deny, allow)
	return nil
}

// peers are the pods of a namespace, or some of them.
func peers(namespace string, pods pulumi.StringMap) networkingv1.NetworkPolicyPeerArray {
	peer := networkingv1.NetworkPolicyPeerArgs{
		NamespaceSelector: metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{"kubernetes.io/metadata.name": pulumi.String(namespace)}},
	}
	if pods != nil {
		peer.PodSelector = metav1.LabelSelectorArgs{MatchLabels: pods}
	}
	return networkingv1.NetworkPolicyPeerArray{peer}
}

func ports(protocol string, port int) networkingv1.NetworkPolicyPortArray {
	return networkingv1.NetworkPolicyPortArray{networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(port)}}
}
