package gitops

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/k8s/networkpolicy"
	"github.com/magestack/magestack/pkg/naming"
)

// nameLabel is what the chart tells its workloads apart by.
const nameLabel = "app.kubernetes.io/name"

// networkPolicies close the namespace in both directions, but for what Argo CD is made of: its pods reach each other and CoreDNS, and all
// but Redis reach HTTPS: the Kubernetes API, the repository and the issuer. Nothing reaches them. Probes and kubectl port-forward come
// from the pod's own node, which no policy holds (Kubernetes, "Network Policies").
func (b *builder) networkPolicies() error {
	own := networkingv1.NetworkPolicyPeerArray{networkingv1.NetworkPolicyPeerArgs{PodSelector: metav1.LabelSelectorArgs{}}}
	for _, policy := range []struct {
		part, name string
		spec       networkingv1.NetworkPolicySpecArgs
	}{
		{"deny", networkpolicy.DefaultDeny, networkpolicy.Closed()},
		{"within", "within-argocd", networkingv1.NetworkPolicySpecArgs{
			PodSelector: metav1.LabelSelectorArgs{}, PolicyTypes: networkpolicy.Both(),
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{networkingv1.NetworkPolicyIngressRuleArgs{From: own}},
			Egress: networkingv1.NetworkPolicyEgressRuleArray{
				networkingv1.NetworkPolicyEgressRuleArgs{To: own},
				networkpolicy.Names(),
			},
		}},
		{"out", "https", networkingv1.NetworkPolicySpecArgs{
			PodSelector: metav1.LabelSelectorArgs{MatchExpressions: metav1.LabelSelectorRequirementArray{metav1.LabelSelectorRequirementArgs{
				Key: pulumi.String(nameLabel), Operator: pulumi.String("NotIn"), Values: pulumi.ToStringArray([]string{"argocd-redis"}),
			}}},
			PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
			Egress:      networkingv1.NetworkPolicyEgressRuleArray{networkingv1.NetworkPolicyEgressRuleArgs{Ports: networkpolicy.Ports("TCP", topology.HTTPSPort)}},
		}},
	} {
		made, err := networkingv1.NewNetworkPolicy(b.Ctx, b.Child(policy.part), &networkingv1.NetworkPolicyArgs{
			Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(policy.name), Namespace: pulumi.String(naming.NamespaceArgoCD)}, Spec: policy.spec,
		}, b.Parent, pulumi.DependsOn([]pulumi.Resource{b.namespace}))
		if err != nil {
			return err
		}
		b.policies = append(b.policies, made)
	}
	return nil
}
