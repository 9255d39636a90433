// Package crdcheck checks custom resources as an API server would: against the schemas of their custom resource
// definitions, with unknown fields, lists that are sets or maps, and the rules in CEL. The definitions are read from
// the Go modules of the projects that serve them. It is for tests: no program imports it.
package crdcheck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Set is definitions by the API version and kind of what they define.
type Set struct{ kinds map[string]*definition }

// definition is one served version of a custom resource definition.
type definition struct {
	namespaced bool
	structural *schema.Structural
	schema     validation.SchemaValidator
	rules      *cel.Validator
}

// Kinds lists what is defined, as in karpenter.sh/v1 NodePool.
func (s *Set) Kinds() []string { return slices.Sorted(maps.Keys(s.kinds)) }

// Has reports whether a kind is defined.
func (s *Set) Has(apiVersion, kind string) bool { return s.kinds[apiVersion+" "+kind] != nil }

// add takes the served versions of a definition.
func (s *Set) add(crd v1.CustomResourceDefinition) error {
	for _, version := range crd.Spec.Versions {
		if !version.Served {
			continue
		}
		if version.Schema == nil || version.Schema.OpenAPIV3Schema == nil {
			return fmt.Errorf("version %s of %s has no schema", version.Name, crd.Name)
		}
		var props apiextensions.JSONSchemaProps
		if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &props, nil); err != nil {
			return err
		}
		structural, err := schema.NewStructural(&props)
		if err != nil {
			return fmt.Errorf("version %s of %s: %w", version.Name, crd.Name, err)
		}
		validator, _, err := validation.NewSchemaValidator(&props)
		if err != nil {
			return fmt.Errorf("version %s of %s: %w", version.Name, crd.Name, err)
		}
		s.kinds[crd.Spec.Group+"/"+version.Name+" "+crd.Spec.Names.Kind] = &definition{
			namespaced: crd.Spec.Scope == v1.NamespaceScoped,
			structural: structural,
			schema:     validator,
			rules:      cel.NewValidator(structural, true, celconfig.PerCallLimit),
		}
	}
	return nil
}

// Check reports everything for which an API server would refuse to make the object: a map or a struct that marshals
// into the object with its apiVersion, kind and metadata.
func (s *Set) Check(object any) error {
	text, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("checking a custom resource: %w", err)
	}
	var u unstructured.Unstructured
	if err := u.UnmarshalJSON(text); err != nil {
		return fmt.Errorf("checking a custom resource: %w", err)
	}
	title := fmt.Sprintf("%s %s %s", u.GetAPIVersion(), u.GetKind(), u.GetName())
	definition := s.kinds[u.GetAPIVersion()+" "+u.GetKind()]
	if definition == nil {
		return fmt.Errorf("%s: not defined; there are: %s", title, strings.Join(s.Kinds(), ", "))
	}
	var problems []error
	for _, problem := range definition.check(&u) {
		problems = append(problems, fmt.Errorf("%s: %w", title, problem))
	}
	return errors.Join(problems...)
}

// check follows the order of the API server's own strategy for custom resources (apiextensions-apiserver,
// pkg/registry/customresource).
func (d *definition) check(u *unstructured.Unstructured) []error {
	object := u.UnstructuredContent()
	var problems []error
	for _, path := range pruning.PruneWithOptions(object, d.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}) {
		problems = append(problems, fmt.Errorf("%s: unknown field", path))
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, d.structural)
	defaulting.Default(object, d.structural)

	var found field.ErrorList
	found = append(found, apivalidation.ValidateObjectMetaAccessor(u, d.namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))...)
	found = append(found, objectmeta.Validate(nil, object, d.structural, false)...)
	found = append(found, listtype.ValidateListSetsAndMaps(nil, d.structural, object)...)
	found = append(found, validation.ValidateCustomResource(nil, object, d.schema)...)
	if len(found) == 0 { // as the server does: rules are evaluated on what has the right types
		rules, _ := d.rules.Validate(context.Background(), nil, d.structural, object, nil, celconfig.RuntimeCELCostBudget)
		found = append(found, rules...)
	}
	for _, problem := range found {
		problems = append(problems, problem)
	}
	return problems
}
