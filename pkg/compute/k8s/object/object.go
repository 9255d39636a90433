// Package object makes objects of Kubernetes, custom resources among them, and values of charts from Go types.
package object

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SkipAwait on an object tells Pulumi not to wait until it is ready.
const SkipAwait = "pulumi.com/skipAwait"

// PatchForce on an object, with the value "true", lets Pulumi take fields that another manager has set (Pulumi, "Managing resources with
// Server-Side Apply"): those of an object that a controller may have made first.
const PatchForce = "pulumi.com/patchForce"

// AnnotationReload on a workload or its pods names the Secrets, separated by commas, with whose data Reloader replaces the pods (Reloader,
// README, "Annotations Reference").
const AnnotationReload = "secret.reloader.stakater.com/reload"

// Object is a custom resource.
type Object struct {
	APIVersion string
	Kind       string
	Namespace  string // empty for what belongs to none
	Name       string

	Labels      map[string]string
	Annotations map[string]string
	Finalizers  []string

	// Spec is marshalled through JSON.
	Spec any

	// Computed are fields of the spec that other resources give, put beside those of Spec.
	Computed pulumi.Map
}

// NewObject registers an Object.
func NewObject(ctx *pulumi.Context, name string, object Object, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	if object.APIVersion == "" || object.Kind == "" || object.Name == "" {
		return nil, fmt.Errorf("custom resource %q: %w", name, errors.New("apiVersion, kind and name: required"))
	}
	spec, err := object.spec()
	if err != nil {
		return nil, fmt.Errorf("spec of custom resource %q: %w", name, err)
	}
	metadata := metav1.ObjectMetaArgs{Name: pulumi.String(object.Name)}
	if object.Namespace != "" {
		metadata.Namespace = pulumi.String(object.Namespace)
	}
	if len(object.Labels) > 0 {
		metadata.Labels = pulumi.ToStringMap(object.Labels)
	}
	if len(object.Annotations) > 0 {
		metadata.Annotations = pulumi.ToStringMap(object.Annotations)
	}
	if len(object.Finalizers) > 0 {
		metadata.Finalizers = pulumi.ToStringArray(object.Finalizers)
	}
	made, err := apiextensions.NewCustomResource(ctx, name, &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(object.APIVersion),
		Kind:        pulumi.String(object.Kind),
		Metadata:    metadata,
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("custom resource %q: %w", name, err)
	}
	return made, nil
}

// spec returns what is given and what is computed, together.
func (o Object) spec() (pulumi.Map, error) {
	spec, err := Values(o.Spec)
	if err != nil {
		return nil, err
	}
	return spec, Merge(spec, o.Computed)
}
