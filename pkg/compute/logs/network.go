package logs

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/k8s/networkpolicy"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/naming"
)

// namespace registers Fluent Bit's own namespace, for its pods mount folders of their nodes, and closes it in both
// directions, but for names, credentials and CloudWatch. Nothing reaches it: probes come from the pod's own node, which no
// policy holds.
func (b *builder) namespace() error {
	made, err := object.NewNamespace(b.Ctx, b.Child("namespace"), object.NamespaceArgs{Name: naming.NamespaceLogging, MountsNodes: true}, b.Parent)
	if err != nil {
		return err
	}
	b.inside = []pulumi.Resource{made.Made}
	for _, policy := range []struct {
		part, name string
		spec       networkingv1.NetworkPolicySpecArgs
	}{
		{"deny", networkpolicy.DefaultDeny, networkpolicy.Closed()},
		{"allow", release, networkingv1.NetworkPolicySpecArgs{
			PodSelector: metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{"app.kubernetes.io/name": pulumi.String(release)}},
			PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
			Egress: networkingv1.NetworkPolicyEgressRuleArray{
				networkpolicy.Names(),
				networkpolicy.PodIdentity(),
				networkingv1.NetworkPolicyEgressRuleArgs{
					To:    networkpolicy.Block(b.args.CloudWatch.String()),
					Ports: networkpolicy.Ports("TCP", topology.HTTPSPort),
				},
			},
		}},
	} {
		made, err := networkingv1.NewNetworkPolicy(b.Ctx, b.Child(policy.part), &networkingv1.NetworkPolicyArgs{
			Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(policy.name), Namespace: pulumi.String(naming.NamespaceLogging)}, Spec: policy.spec,
		}, b.Parent, pulumi.DependsOn(b.inside[:1]))
		if err != nil {
			return err
		}
		b.inside = append(b.inside, made)
	}
	return nil
}
