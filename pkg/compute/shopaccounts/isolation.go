package shopaccounts

import (
	"errors"
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/compute/k8s/networkpolicy"
	"github.com/magestack/magestack/pkg/naming"
)

// IsolationType is the type token of an Isolation, which is in states under this name.
const IsolationType = "magento:shop:Egress"

// IsolationArgs configures an Isolation.
type IsolationArgs struct {
	Namespace pulumi.Resource // the shop's
}

// Isolation is the default-deny NetworkPolicy of the shop's namespace, in both directions. Policies add up, so that this one
// closes and the desired state (gitops/base) opens what each pod needs: the database itself to the Job that makes its users
// alone, to all others ProxySQL, which counts its connections. The security groups admit nodes, and so all of their pods;
// policies distinguish pods. Pods on Fargate are not held: the VPC CNI applies policies on nodes alone (EKS User Guide,
// "Limit Pod traffic with Kubernetes network policies", Considerations).
type Isolation struct {
	pulumi.ResourceState
}

// NewIsolation registers an Isolation. The options must have a provider of the cluster.
func NewIsolation(ctx *pulumi.Context, name string, args IsolationArgs, opts ...pulumi.ResourceOption) (*Isolation, error) {
	i := &Isolation{}
	return i, component.New(ctx, IsolationType, name, args, i, func(s component.Scope) (pulumi.Map, error) {
		_, err := networkingv1.NewNetworkPolicy(ctx, s.Child("policy"), &networkingv1.NetworkPolicyArgs{
			Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(networkpolicy.DefaultDeny), Namespace: pulumi.String(naming.NamespaceMagento)},
			Spec:     networkpolicy.Closed(),
		}, s.Parent, pulumi.DependsOn([]pulumi.Resource{args.Namespace}))
		if err != nil {
			return nil, fmt.Errorf("NetworkPolicy: %w", err)
		}
		return pulumi.Map{}, nil
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (IsolationArgs) Inputs() pulumi.Map {
	return pulumi.Map{"namespace": pulumi.String(naming.NamespaceMagento)}
}

// Validate refuses a namespace that is not given.
func (a IsolationArgs) Validate() error {
	if a.Namespace == nil {
		return errors.New("namespace: required")
	}
	return nil
}
