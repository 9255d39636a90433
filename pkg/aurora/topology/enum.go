package topology

import (
	"fmt"
	"slices"
	"strings"
)

// check refuses a value that its enumeration does not have. The caller names the input.
func check[T ~string](value T, values []T) error {
	if slices.Contains(values, value) {
		return nil
	}
	return fmt.Errorf("%q: must be %s", string(value), alternatives(values))
}

// alternatives lists values as a sentence does, such as "off, standard or advanced".
func alternatives[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}
