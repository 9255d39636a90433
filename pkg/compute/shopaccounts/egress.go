package shopaccounts

import (
	"errors"
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
)

// EgressType is the type token of an Egress.
const EgressType = "magento:shop:Egress"

// EgressArgs configures an Egress.
type EgressArgs struct {
	Namespace pulumi.Resource // the shop's
}

// Egress keeps the shop's pods from the database itself: they reach it through ProxySQL, which counts its connections. The
// security group of the database admits nodes, and so all of their pods; this policy distinguishes pods. A pod that must
// go past ProxySQL, such as a job that makes users or dumps, has a label. Pods on Fargate are not held: the VPC CNI
// applies policies on nodes alone (EKS User Guide, "Limit Pod traffic with Kubernetes network policies", Considerations).
type Egress struct {
	pulumi.ResourceState
}

// NewEgress registers an Egress. The options must have a provider of the cluster.
func NewEgress(ctx *pulumi.Context, name string, args EgressArgs, opts ...pulumi.ResourceOption) (*Egress, error) {
	e := &Egress{}
	return e, component.New(ctx, EgressType, name, args, e, func(s component.Scope) (pulumi.Map, error) {
		_, err := networkingv1.NewNetworkPolicy(ctx, s.Child("policy"), &networkingv1.NetworkPolicyArgs{
			Metadata: metav1.ObjectMetaArgs{Name: pulumi.String("database-through-proxysql"), Namespace: pulumi.String(naming.NamespaceMagento)},
			Spec: networkingv1.NetworkPolicySpecArgs{
				PodSelector: metav1.LabelSelectorArgs{MatchExpressions: metav1.LabelSelectorRequirementArray{metav1.LabelSelectorRequirementArgs{
					Key: pulumi.String(naming.DatabaseLabel), Operator: pulumi.String("NotIn"), Values: pulumi.ToStringArray([]string{naming.DatabaseDirect}),
				}}},
				PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
				Egress:      networkingv1.NetworkPolicyEgressRuleArray{networkingv1.NetworkPolicyEgressRuleArgs{Ports: allBut(topology.MySQLPort)}},
			},
		}, s.Parent, pulumi.DependsOn([]pulumi.Resource{args.Namespace}))
		if err != nil {
			return nil, fmt.Errorf("NetworkPolicy: %w", err)
		}
		return pulumi.Map{}, nil
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (EgressArgs) Inputs() pulumi.Map { return pulumi.Map{"closed": pulumi.Int(topology.MySQLPort)} }

// Validate refuses a namespace that is not given.
func (a EgressArgs) Validate() error {
	if a.Namespace == nil {
		return errors.New("namespace: required")
	}
	return nil
}

// lastPort is the largest number of a port.
const lastPort = 65535

// allBut returns all ports but one of TCP, to whatever address. A policy can only allow, and has no word for a port that is
// left out; a block of addresses with an exception would close the stores beside the database with it.
func allBut(port int) networkingv1.NetworkPolicyPortArray {
	span := func(protocol string, first, last int) networkingv1.NetworkPolicyPortArgs {
		return networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(first), EndPort: pulumi.Int(last)}
	}
	return networkingv1.NetworkPolicyPortArray{span("TCP", 1, port-1), span("TCP", port+1, lastPort), span("UDP", 1, lastPort)}
}
