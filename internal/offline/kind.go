package offline

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// kind says how the embedded cloud answers for one type of resource. Only what AWS computes is in a kind: the
// inputs are part of every answer, and an output that neither gives stays unknown.
type kind struct {
	name     naming                               // of the property that holds the physical name
	id       func(r *request) string              // as AWS gives it; components made by plugins have none
	arn      func(r *request) string              // for the property "arn"
	tagged   bool                                 // whether it has tagsAll, the provider's default tags and its own
	outputs  func(r *request) fields              // what AWS computes besides; it wins over the inputs
	packages []string                             // what a component made by a plugin makes resources of
	register func(*request, resource.PropertyMap) // keeps what functions look up later
}

// fields are properties as plain Go values.
type fields map[string]any

// naming is the property that Pulumi fills when the program does not: with the logical name, a hyphen and
// seven hexadecimal digits. Max is the length that AWS takes; zero means that nothing is checked.
type naming struct {
	property resource.PropertyKey
	max      int
}

func named(max int) naming { return naming{property: "name", max: max} }

// request is one resource on its way through the embedded cloud.
type request struct {
	cloud    *cloud
	kind     kind
	urn      resource.URN
	token    string
	name     string // logical
	inputs   resource.PropertyMap
	provider provider

	physical string
	id       string
}

// nameIt decides on the physical name.
func (r *request) nameIt() error {
	property := r.kind.name.property
	if property == "" {
		return nil
	}
	r.physical = r.text(string(property))
	if prefix := r.text(string(property) + "Prefix"); r.physical == "" && prefix != "" {
		r.physical = prefix + r.hex("name", 26) // as the provider of Terraform does
	}
	if r.physical == "" {
		r.physical = r.name + "-" + r.hex("name", 7)
	}
	if limit := r.kind.name.max; limit > 0 && len(r.physical) > limit {
		return fmt.Errorf("%s %q has %d characters; AWS takes at most %d", property, r.physical, len(r.physical), limit)
	}
	return nil
}

// state is the inputs with all that the cloud computes.
func (r *request) state() resource.PropertyMap {
	state := resource.PropertyMap{}
	if len(r.kind.packages) == 0 { // a plugin's component returns its outputs only
		for key, value := range r.inputs {
			if !value.IsNull() {
				state[key] = value
			}
		}
	}
	if property := r.kind.name.property; property != "" && textOf(state[property]) == "" {
		state[property] = resource.NewProperty(r.physical)
	}
	if r.kind.arn != nil {
		state["arn"] = resource.NewProperty(r.kind.arn(r))
	}
	if r.kind.tagged {
		state["tagsAll"] = resource.NewProperty(r.allTags())
	}
	if r.kind.outputs != nil {
		for key, value := range r.kind.outputs(r) {
			state[resource.PropertyKey(key)] = propertyOf(value)
		}
	}
	return state
}

// allTags joins the provider's default tags and the resource's own, which win.
func (r *request) allTags() resource.PropertyMap {
	tags := maps.Clone(r.provider.tags)
	if tags == nil {
		tags = resource.PropertyMap{}
	}
	if own := bare(r.inputs["tags"]); own.IsObject() {
		maps.Copy(tags, own.ObjectValue())
	}
	return tags
}

// placeholder is a name in braces in the pattern of an id or an ARN.
var placeholder = regexp.MustCompile(`\{\w+\}`)

// expand fills a pattern: {id}, {name} (physical), {digits} (sixteen, as load balancers have), {uuid}, {region},
// and the inputs by their names.
func (r *request) expand(pattern string) string {
	return placeholder.ReplaceAllStringFunc(pattern, func(match string) string {
		switch key := strings.Trim(match, "{}"); key {
		case "id":
			return r.id
		case "name":
			return r.physical
		case "digits":
			return r.hex("digits", 16)
		case "uuid":
			return r.uuid("uuid")
		case "region":
			return r.provider.Region
		default:
			return r.text(key)
		}
	})
}

// given is the input when the program gave it, else the fallback.
func (r *request) given(key resource.PropertyKey, fallback any) any {
	if value, ok := r.inputs[key]; ok && !bare(value).IsNull() {
		return value
	}
	return fallback
}

// text is the input at a path, such as vpcConfig.subnetIds; empty unless it is a text.
func (r *request) text(path string) string { return textIn(r.inputs, path) }

// texts is the input at a path as a list of texts.
func (r *request) texts(path string) []string {
	value, _ := valueIn(r.inputs, path)
	if !value.IsArray() {
		return nil
	}
	var texts []string
	for _, element := range value.ArrayValue() {
		texts = append(texts, textOf(element))
	}
	return texts
}

// flag is the input at a path as a boolean, false unless it is true.
func (r *request) flag(path string) bool {
	value, _ := valueIn(r.inputs, path)
	return value.IsBool() && value.BoolValue()
}

// zones are the first n availability zones of the region.
func (r *request) zones(n int) []string {
	var zones []string
	for _, letter := range strings.Split("abcdef"[:n], "") {
		zones = append(zones, r.provider.Region+letter)
	}
	return zones
}

func valueIn(properties resource.PropertyMap, path string) (resource.PropertyValue, bool) {
	value := resource.NewProperty(properties)
	for _, key := range strings.Split(path, ".") {
		if !value.IsObject() {
			return resource.PropertyValue{}, false
		}
		value = bare(value.ObjectValue()[resource.PropertyKey(key)])
	}
	return value, !value.IsNull()
}

func textIn(properties resource.PropertyMap, path string) string {
	value, _ := valueIn(properties, path)
	return textOf(value)
}

// textOf is the text of a value, the id of a resource, or empty.
func textOf(v resource.PropertyValue) string {
	v = bare(v)
	switch {
	case v.IsString():
		return v.StringValue()
	case v.IsResourceReference():
		id, _ := v.ResourceReferenceValue().IDString()
		return id
	default:
		return ""
	}
}

// propertyOf turns a plain Go value, or one that holds properties, into a property.
func propertyOf(value any) resource.PropertyValue {
	switch v := value.(type) {
	case resource.PropertyValue:
		return v
	case resource.PropertyMap:
		return resource.NewProperty(v)
	case fields:
		object := resource.PropertyMap{}
		for key, element := range v {
			object[resource.PropertyKey(key)] = propertyOf(element)
		}
		return resource.NewProperty(object)
	case []fields:
		return resource.NewProperty(slices.Collect(eachProperty(v)))
	case []string:
		return resource.NewProperty(slices.Collect(eachProperty(v)))
	default:
		return resource.NewPropertyValue(v)
	}
}

func eachProperty[T any](values []T) func(yield func(resource.PropertyValue) bool) {
	return func(yield func(resource.PropertyValue) bool) {
		for _, value := range values {
			if !yield(propertyOf(value)) {
				return
			}
		}
	}
}
