package offline

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/magestack/magestack/internal/plan"
)

// plain turns properties into the values of encoding/json, without the secrets among them.
func plain(properties resource.PropertyMap) map[string]any {
	values := make(map[string]any, len(properties))
	for key, value := range properties {
		values[string(key)] = plainValue(value)
	}
	return values
}

func plainValue(v resource.PropertyValue) any {
	switch {
	case v.IsSecret():
		return plan.Secret
	case v.IsOutput():
		if v.OutputValue().Secret {
			return plan.Secret
		}
		return plainValue(v.OutputValue().Element)
	case v.IsObject():
		return plain(v.ObjectValue())
	case v.IsArray():
		values := make([]any, len(v.ArrayValue()))
		for i, element := range v.ArrayValue() {
			values[i] = plainValue(element)
		}
		return values
	case v.IsResourceReference():
		return string(v.ResourceReferenceValue().URN)
	case v.IsAsset():
		asset := v.AssetValue()
		return map[string]any{"path": asset.Path, "text": asset.Text, "uri": asset.URI}
	case v.IsArchive():
		archive := v.ArchiveValue()
		return map[string]any{"assets": slices.Sorted(maps.Keys(archive.Assets)), "path": archive.Path, "uri": archive.URI}
	case v.IsBool(), v.IsNumber(), v.IsString():
		return v.V
	default:
		return nil
	}
}

// pathsWhere lists the paths below root of the values that match, such as rules[0].key; it does not look
// into a value that does.
func pathsWhere(root string, v resource.PropertyValue, match func(resource.PropertyValue) bool) []string {
	switch {
	case match(v):
		return []string{root}
	case v.IsSecret():
		return pathsWhere(root, v.SecretValue().Element, match)
	case v.IsOutput():
		return pathsWhere(root, v.OutputValue().Element, match)
	case v.IsArray():
		var paths []string
		for i, element := range v.ArrayValue() {
			paths = append(paths, pathsWhere(fmt.Sprintf("%s[%d]", root, i), element, match)...)
		}
		return paths
	case v.IsObject():
		var paths []string
		for _, key := range v.ObjectValue().StableKeys() {
			paths = append(paths, pathsWhere(root+"."+string(key), v.ObjectValue()[key], match)...)
		}
		return paths
	default:
		return nil
	}
}

func isSecret(v resource.PropertyValue) bool {
	return v.IsSecret() || v.IsOutput() && v.OutputValue().Secret
}

func isUnknown(v resource.PropertyValue) bool {
	return v.IsComputed() || v.IsOutput() && !v.OutputValue().Known
}

// secretPaths lists the secrets among properties.
func secretPaths(properties resource.PropertyMap) []string {
	var paths []string
	for _, key := range properties.StableKeys() {
		paths = append(paths, pathsWhere(string(key), properties[key], isSecret)...)
	}
	return paths
}

// bare is the value without the marks that it is secret or an output.
func bare(v resource.PropertyValue) resource.PropertyValue {
	for {
		switch {
		case v.IsSecret():
			v = v.SecretValue().Element
		case v.IsOutput():
			v = v.OutputValue().Element
		default:
			return v
		}
	}
}
