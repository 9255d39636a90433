package shopaccounts

import (
	"errors"
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/naming"
)

// EgressType is the type token of an Egress.
const EgressType = "magento:shop:Egress"

// EgressArgs configures an Egress.
type EgressArgs struct {
	Namespace pulumi.Resource // the shop's
}

// Egress keeps the shop's pods from the database itself: they reach it through ProxySQL, which counts its connections. The
// security group of the database admits nodes, and so all of their pods; this is what tells pods apart. Whoever must go
// past ProxySQL, such as a job that makes users or dumps, says so by a label. Pods on Fargate are not held: the VPC CNI
// applies policies on nodes alone (EKS User Guide, "Limit Pod traffic with Kubernetes network policies", Considerations).
type Egress struct {
	pulumi.ResourceState
}

// NewEgress registers an Egress. The options must have a provider of the cluster.
func NewEgress(ctx *pulumi.Context, name string, args EgressArgs, opts ...pulumi.ResourceOption) (*Egress, error) {
	if args.Namespace == nil {
		return nil, fmt.Errorf("egress %q: %w", name, errors.New("namespace: required"))
	}
	e := &Egress{}
	if err := ctx.RegisterComponentResourceV2(EgressType, name, pulumi.Map{"closed": pulumi.Int(topology.MySQLPort)}, e, opts...); err != nil {
		return nil, fmt.Errorf("egress %q: %w", name, err)
	}
	if _, err := networkingv1.NewNetworkPolicy(ctx, name+"-policy", &networkingv1.NetworkPolicyArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String("database-through-proxysql"), Namespace: pulumi.String(naming.NamespaceMagento)},
		Spec: networkingv1.NetworkPolicySpecArgs{
			PodSelector: metav1.LabelSelectorArgs{MatchExpressions: metav1.LabelSelectorRequirementArray{metav1.LabelSelectorRequirementArgs{
				Key: pulumi.String(naming.DatabaseLabel), Operator: pulumi.String("NotIn"), Values: pulumi.ToStringArray([]string{naming.DatabaseDirect}),
			}}},
			PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
			Egress:      networkingv1.NetworkPolicyEgressRuleArray{networkingv1.NetworkPolicyEgressRuleArgs{Ports: allBut(topology.MySQLPort)}},
		},
	}, pulumi.Parent(e), pulumi.DependsOn([]pulumi.Resource{args.Namespace})); err != nil {
		return nil, fmt.Errorf("policy of egress %q: %w", name, err)
	}
	return e, ctx.RegisterResourceOutputs(e, pulumi.Map{})
}

// lastPort is the largest number of a port.
const lastPort = 65535

// allBut are all ports but one of TCP, to whatever address. A policy can only allow, and has no word for a port that is
// left out; a block of addresses with an exception would close the stores beside the database with it.
func allBut(port int) networkingv1.NetworkPolicyPortArray {
	span := func(protocol string, first, last int) networkingv1.NetworkPolicyPortArgs {
		return networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(first), EndPort: pulumi.Int(last)}
	}
	return networkingv1.NetworkPolicyPortArray{span("TCP", 1, port-1), span("TCP", port+1, lastPort), span("UDP", 1, lastPort)}
}
