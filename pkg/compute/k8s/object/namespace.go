package object

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NamespaceType is the type token of a Namespace.
const NamespaceType = "magento:manifest:Namespace"

// Namespace is a namespace in which only restricted pods run. What may reach them is for whoever brings the pods.
type Namespace struct {
	pulumi.ResourceState

	// Made is the namespace itself: what is in it depends on it.
	Made pulumi.Resource
}

// NamespaceArgs configures a Namespace.
type NamespaceArgs struct {
	Name   string            // in the cluster
	Labels map[string]string // beside RestrictedLabels, which they may not change
	After  []pulumi.Resource // what must be there before it, and outlive it
}

// NewNamespace registers a Namespace.
func NewNamespace(ctx *pulumi.Context, name string, args NamespaceArgs, opts ...pulumi.ResourceOption) (*Namespace, error) {
	labels, err := args.labels()
	if err != nil {
		return nil, fmt.Errorf("namespace %q: %w", name, err)
	}
	n := &Namespace{}
	if err := ctx.RegisterComponentResourceV2(NamespaceType, name, pulumi.Map{"name": pulumi.String(args.Name)}, n, opts...); err != nil {
		return nil, fmt.Errorf("namespace %q: %w", name, err)
	}
	made, err := corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{Metadata: metav1.ObjectMetaArgs{
		Name: pulumi.String(args.Name), Labels: pulumi.ToStringMap(labels),
	}}, pulumi.Parent(n), pulumi.DependsOn(args.After))
	if err != nil {
		return nil, fmt.Errorf("namespace %q: %w", name, err)
	}
	n.Made = made
	return n, ctx.RegisterResourceOutputs(n, pulumi.Map{})
}

// labels are all of them, unless one of the arguments' would open the namespace for other pods.
func (a NamespaceArgs) labels() (map[string]string, error) {
	var problems []error
	if a.Name == "" {
		problems = append(problems, errors.New("its name in the cluster: required"))
	}
	all := RestrictedLabels()
	for _, key := range slices.Sorted(maps.Keys(a.Labels)) {
		if _, taken := all[key]; taken {
			problems = append(problems, fmt.Errorf("label %s: is set for every namespace", key))
			continue
		}
		all[key] = a.Labels[key]
	}
	return all, errors.Join(problems...)
}

// RestrictedLabels have the API server refuse every pod that is not restricted, not only report it (Kubernetes, "Pod
// Security Admission").
func RestrictedLabels() map[string]string {
	labels := map[string]string{}
	for _, mode := range []string{"enforce", "audit", "warn"} {
		labels["pod-security.kubernetes.io/"+mode] = "restricted"
	}
	return labels
}
