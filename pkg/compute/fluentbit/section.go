// Package fluentbit writes configuration of Fluent Bit, which pods on nodes and Fargate's log router both have.
package fluentbit

import (
	"slices"
	"strings"
)

// Section returns a section of a configuration, with its keys and values in turn (Fluent Bit, "Classic mode: Format and
// schema").
func Section(name string, pairs ...string) string {
	lines := []string{"[" + name + "]"}
	for pair := range slices.Chunk(pairs, 2) {
		lines = append(lines, "    "+strings.Join(pair, " "))
	}
	return strings.Join(lines, "\n") + "\n"
}
