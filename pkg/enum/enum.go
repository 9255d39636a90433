// Package enum checks the values of enumerations that are written as named strings.
package enum

import (
	"fmt"
	"slices"
	"strings"
)

// Check refuses a value that is not one of those allowed, and names them. The caller names the input.
func Check[T ~string](value T, allowed []T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%q: must be %s", string(value), Alternatives(allowed))
}

// Alternatives lists values as a sentence does, such as "off, standard or advanced".
func Alternatives[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	last := len(texts) - 1
	if last < 1 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}
