package plan

import (
	"strconv"
	"strings"
)

// Input returns the value of the resource's inputs at a path such as "rules.0.status"; nil for none.
func (r Resource) Input(path string) any { return Within(r.Inputs, path) }

// Within returns what a value of a record has at a path: names of keys, and numbers of items from 0, with dots between. It
// returns nil where there is nothing, and the value itself for an empty path.
func Within(value any, path string) any {
	if path == "" {
		return value
	}
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}
