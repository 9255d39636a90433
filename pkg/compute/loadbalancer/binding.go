package loadbalancer

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
)

// BindingType is the type token of a Binding.
const BindingType = "magento:loadbalancer:Binding"

// BindingArgs configures a Binding.
type BindingArgs struct {
	Namespace      string
	Service        string
	Port           int // of the Service
	TargetGroupARN pulumi.StringInput

	// Controller is what acts on bindings, the AWS Load Balancer Controller, and its definitions. It must still be there
	// when a binding goes: it takes the pods out of the target group, and the binding does not go before (its finalizer).
	Controller []pulumi.Resource
}

// Binding keeps the addresses of a Service's pods in a target group. It is bound before there is a Service of that name,
// too: the target group is empty then (aws-load-balancer-controller, pkg/targetgroupbinding).
type Binding struct{ pulumi.ResourceState }

// targetGroupBinding is the spec of a TargetGroupBinding, elbv2.k8s.aws/v1beta1, but for the ARN, which is computed. It
// has no networking, so that the controller changes no security group: the rules are networking's.
type targetGroupBinding struct {
	ServiceRef serviceRef `json:"serviceRef"`
	TargetType string     `json:"targetType"`
}

type serviceRef struct {
	Name string `json:"name"`
	Port int    `json:"port"`
}

// NamespaceLabels returns the labels of a namespace whose pods stand in target groups: the controller's webhook gives each pod that a
// bound Service selects a readiness gate, so that a rollout takes an old pod away only once the load balancer has found
// the new one healthy, and not already when the kubelet has (AWS Load Balancer Controller, "Pod readiness gate"). Without
// it, a group of new pods that are all still "initial" answers no request.
func NamespaceLabels() map[string]string {
	return map[string]string{"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
}

// NewBinding registers a Binding.
func NewBinding(ctx *pulumi.Context, name string, args BindingArgs, opts ...pulumi.ResourceOption) (*Binding, error) {
	b := &Binding{}
	return b, component.New(ctx, BindingType, name, args, b, func(s component.Scope) (pulumi.Map, error) {
		_, err := object.NewObject(ctx, s.Child("binding"), object.Object{
			APIVersion: "elbv2.k8s.aws/v1beta1",
			Kind:       "TargetGroupBinding",
			Namespace:  args.Namespace,
			Name:       args.Service,
			Spec:       targetGroupBinding{ServiceRef: serviceRef{Name: args.Service, Port: args.Port}, TargetType: "ip"},
			Computed:   pulumi.Map{"targetGroupARN": args.TargetGroupARN},
		}, s.Parent, pulumi.DependsOn(args.Controller))
		return pulumi.Map{}, err
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a BindingArgs) Inputs() pulumi.Map {
	return pulumi.Map{"service": pulumi.String(a.Namespace + "/" + a.Service), "targetGroupArn": a.TargetGroupARN}
}

// Validate refuses a binding of nothing.
func (a BindingArgs) Validate() error {
	var problems []error
	if a.Namespace == "" || a.Service == "" || a.TargetGroupARN == nil {
		problems = append(problems, errors.New("namespace, service and targetGroupArn: required"))
	}
	if a.Port < 1 || a.Port > 65535 {
		problems = append(problems, fmt.Errorf("port %d: must be 1 to 65535", a.Port))
	}
	return errors.Join(problems...)
}
