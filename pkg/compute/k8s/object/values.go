package object

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Values returns a struct as the map that the Kubernetes provider takes for a chart's values or a custom resource's fields:
// marshalled through JSON, so that the tags of the struct name the keys. Nil is the empty map.
func Values(value any) (pulumi.Map, error) {
	if value == nil {
		return pulumi.Map{}, nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var plain map[string]any
	if err := json.Unmarshal(text, &plain); err != nil {
		return nil, err
	}
	return input(plain).(pulumi.Map), nil
}

func input(value any) pulumi.Input {
	switch v := value.(type) {
	case map[string]any:
		m := make(pulumi.Map, len(v))
		for key, item := range v {
			m[key] = input(item)
		}
		return m
	case []any:
		items := make(pulumi.Array, len(v))
		for i, item := range v {
			items[i] = input(item)
		}
		return items
	default:
		return pulumi.Any(v)
	}
}

// Merge adds inputs to those of a map, inside of the maps that both have. A key that is there already is an error: one of
// the two values would be lost.
func Merge(into, from pulumi.Map) error { return merge(into, from, "") }

func merge(into, from pulumi.Map, path string) error {
	for _, key := range slices.Sorted(maps.Keys(from)) {
		there, taken := into[key]
		if !taken {
			into[key] = from[key]
			continue
		}
		inner, ok := there.(pulumi.Map)
		added, alsoMap := from[key].(pulumi.Map)
		if !ok || !alsoMap {
			return fmt.Errorf("%s%s is both given and computed", path, key)
		}
		if err := merge(inner, added, path+key+"."); err != nil {
			return err
		}
	}
	return nil
}
