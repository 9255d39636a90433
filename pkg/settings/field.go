package settings

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
)

// Field describes one setting, read from the tags of its struct field:
//
//	key:"vpcCidr"      the key; in the project's namespace unless it has one of its own (aws:region)
//	default:"zone"     the value without the key; lists as JSON. A field without this tag is required
//	allowed:"…"        what may be given, where the type does not say so itself
//	differs:"size"     in what environments may differ here: size, replicas, domain, purpose or owner.
//	                   Without this tag staging and production must agree
type Field struct {
	Key      string // in full
	Type     string // string, integer, boolean, array or object, as in the schema of Pulumi.yaml
	Items    string // the same of an array's items
	Default  string // as text; meaningless when Required
	Required bool
	Allowed  string
	Differs  string
	GoName   string // the name of the struct's field
	Owner    string // the name of the struct that declares it

	index []int
	goes  reflect.Type
}

// allower is a type that says which texts it accepts.
type allower interface{ Allowed() string }

// fieldsOf lists the settings of a struct, those of embedded structs included, in order.
func fieldsOf(namespace string, t reflect.Type) []Field {
	var fields []Field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			for _, inner := range fieldsOf(namespace, f.Type) {
				inner.index = append([]int{i}, inner.index...)
				fields = append(fields, inner)
			}
			continue
		}
		fields = append(fields, newField(namespace, t, f))
	}
	return fields
}

func newField(namespace string, owner reflect.Type, f reflect.StructField) Field {
	key := f.Tag.Get("key")
	if !strings.Contains(key, ":") {
		key = namespace + ":" + key
	}
	byDefault, optional := f.Tag.Lookup("default")
	field := Field{
		Key: key, Type: schemaType(f.Type), Default: byDefault, Required: !optional,
		Allowed: f.Tag.Get("allowed"), Differs: f.Tag.Get("differs"),
		GoName: f.Name, Owner: owner.Name(), index: f.Index, goes: f.Type,
	}
	if field.Type == "array" {
		field.Items = schemaType(f.Type.Elem())
	}
	if field.Allowed == "" {
		field.Allowed = allowedBy(f.Type)
	}
	return field
}

// allowedBy asks the type, or the type of a list's items, what it accepts.
func allowedBy(t reflect.Type) string {
	if a, ok := reflect.Zero(t).Interface().(allower); ok {
		return a.Allowed()
	}
	switch t.Kind() {
	case reflect.Slice:
		if inner := allowedBy(t.Elem()); inner != "" {
			return "a list of: " + inner
		}
		return "a list"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	}
	return ""
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// schemaType is the type's name in the configuration schema of Pulumi.yaml, which has no fractions:
// those are strings there.
func schemaType(t reflect.Type) string {
	if t.Kind() == reflect.Int {
		return "integer"
	}
	if t.Kind() != reflect.Map && reflect.PointerTo(t).Implements(textUnmarshaler) {
		return "string"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Slice:
		return "array"
	case reflect.Map, reflect.Struct:
		return "object"
	default:
		return "string"
	}
}

// needs says what the type of a field wants to be given.
func (f Field) needs() string {
	if f.Allowed != "" {
		return "must be " + f.Allowed
	}
	return fmt.Sprintf("must be of type %s", f.Type)
}
