// Package strict decodes objects of Kubernetes' own kinds as an API server with fieldValidation=Strict does. It is for
// tests: no program imports it. Custom resources are checked by internal/crdcheck, a module of its own.
package strict

import (
	"encoding/json"
	"errors"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

// Decode reads an object of a kind that Kubernetes itself has, into its type in k8s.io/api, and refuses fields that
// the type does not have, values of another type and names in another case. The object is a map or a struct that
// marshals into it.
func Decode(object any) (runtime.Object, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("decoding an object: %w", err)
	}
	scheme, err := builtIn()
	if err != nil {
		return nil, err
	}
	decoded, _, err := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer().Decode(text, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("decoding an object: %w", err)
	}
	return decoded, nil
}

// Into is Decode for one type.
func Into[T runtime.Object](object any) (T, error) {
	decoded, err := Decode(object)
	if err != nil {
		var none T
		return none, err
	}
	typed, ok := decoded.(T)
	if !ok {
		return typed, fmt.Errorf("decoding an object: it is a %T, not a %T", decoded, typed)
	}
	return typed, nil
}

// BuiltIn reports whether Decode knows the kind.
func BuiltIn(apiVersion, kind string) bool {
	scheme, err := builtIn()
	if err != nil {
		return false
	}
	for known := range scheme.AllKnownTypes() {
		if known.GroupVersion().String() == apiVersion && known.Kind == kind {
			return true
		}
	}
	return false
}

// builtIn is the groups of which programs make objects.
func builtIn() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	var problems []error
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, autoscalingv2.AddToScheme, batchv1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme,
		rbacv1.AddToScheme, schedulingv1.AddToScheme, storagev1.AddToScheme,
	} {
		problems = append(problems, add(scheme))
	}
	return scheme, errors.Join(problems...)
}
