package manifest

import (
	"errors"
	"fmt"

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

// NewNamespace registers a Namespace under the name that it has in the cluster.
func NewNamespace(ctx *pulumi.Context, name, namespace string, opts ...pulumi.ResourceOption) (*Namespace, error) {
	if namespace == "" {
		return nil, fmt.Errorf("namespace %q: %w", name, errors.New("its name in the cluster: required"))
	}
	n := &Namespace{}
	if err := ctx.RegisterComponentResourceV2(NamespaceType, name, pulumi.Map{"name": pulumi.String(namespace)}, n, opts...); err != nil {
		return nil, fmt.Errorf("namespace %q: %w", name, err)
	}
	made, err := corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{Metadata: metav1.ObjectMetaArgs{
		Name: pulumi.String(namespace), Labels: pulumi.ToStringMap(RestrictedLabels()),
	}}, pulumi.Parent(n))
	if err != nil {
		return nil, fmt.Errorf("namespace %q: %w", name, err)
	}
	n.Made = made
	return n, ctx.RegisterResourceOutputs(n, pulumi.Map{})
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
