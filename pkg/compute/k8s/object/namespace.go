package object

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
)

// NamespaceType is the type token of a Namespace.
const NamespaceType = "magento:manifest:Namespace"

// Namespace is a namespace in which only restricted pods run, unless it is for pods that mount folders of their node. Network
// policies come with the pods.
type Namespace struct {
	pulumi.ResourceState

	// Made is the namespace itself: what is in it depends on it.
	Made pulumi.Resource
}

// NamespaceArgs configures a Namespace.
type NamespaceArgs struct {
	Name string // in the cluster

	// MountsNodes is for pods that mount folders of their node, which no level but privileged allows (Kubernetes, "Pod
	// Security Standards": HostPath Volumes).
	MountsNodes bool

	Labels map[string]string // beside RestrictedLabels, which they may not change
	After  []pulumi.Resource // what must be there before it, and outlive it
}

// NewNamespace registers a Namespace.
func NewNamespace(ctx *pulumi.Context, name string, args NamespaceArgs, opts ...pulumi.ResourceOption) (*Namespace, error) {
	n := &Namespace{}
	return n, component.New(ctx, NamespaceType, name, args, n, func(s component.Scope) (pulumi.Map, error) {
		made, err := corev1.NewNamespace(ctx, s.Child("namespace"), &corev1.NamespaceArgs{Metadata: metav1.ObjectMetaArgs{
			Name: pulumi.String(args.Name), Labels: pulumi.ToStringMap(args.labels()),
		}}, s.Parent, pulumi.DependsOn(args.After))
		n.Made = made
		return pulumi.Map{}, err
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a NamespaceArgs) Inputs() pulumi.Map { return pulumi.Map{"name": pulumi.String(a.Name)} }

// Validate refuses a label that would open the namespace for pods that are not restricted.
func (a NamespaceArgs) Validate() error {
	var problems []error
	if a.Name == "" {
		problems = append(problems, errors.New("its name in the cluster: required"))
	}
	for _, key := range slices.Sorted(maps.Keys(a.Labels)) {
		if _, taken := RestrictedLabels()[key]; taken {
			problems = append(problems, fmt.Errorf("label %s: is set for every namespace", key))
		}
	}
	return errors.Join(problems...)
}

// labels returns those of the arguments beside those of every namespace.
func (a NamespaceArgs) labels() map[string]string {
	level := restricted
	if a.MountsNodes {
		level = privileged
	}
	all := podSecurity(level)
	maps.Copy(all, a.Labels)
	return all
}

// The levels of Pod Security Admission in use here.
const (
	restricted = "restricted"
	privileged = "privileged"
)

// RestrictedLabels returns the labels that have the API server refuse every pod that is not restricted, not only report it (Kubernetes, "Pod
// Security Admission").
func RestrictedLabels() map[string]string { return podSecurity(restricted) }

func podSecurity(level string) map[string]string {
	labels := map[string]string{}
	for _, mode := range []string{"enforce", "audit", "warn"} {
		labels["pod-security.kubernetes.io/"+mode] = level
	}
	return labels
}
