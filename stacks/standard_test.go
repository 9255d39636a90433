package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/guard"
)

// TestSecurityPageIsTrue holds docs/security.md to the controls in the code.
func TestSecurityPageIsTrue(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Security controls\n\nGenerated from `internal/guard` by `go test ./stacks -update`; a test holds it true.\n\n" +
		"Every control is a rule over the recorded graph of each environment, and a test that makes the mistake which\n" +
		"the control must notice (`stacks/mutations_test.go`). A new control cannot be added without one.\n\n" +
		"## Controls\n\n| control | because of |\n| --- | --- |\n")
	for _, control := range guard.Controls() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", control.Name, control.Why)
	}
	b.WriteString("\n## AWS Foundational Security Best Practices: the data layer\n\n" +
		"Which control holds what the standard asks (AWS Security Hub User Guide, \"Security Hub controls reference\"), or why\n" +
		"we accept that it is not held.\n\n| control of the standard | asks for | held by | otherwise, because |\n| --- | --- | --- | --- |\n")
	for _, s := range guard.Standard() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", s.ID, s.Title, strings.Join(s.HeldBy, ", "), s.Because)
	}
	b.WriteString("\n## What these do not reach\n\n| | |\n| --- | --- |\n")
	for _, limit := range guard.Limits() {
		fmt.Fprintf(&b, "| %s | %s |\n", limit.About, limit.Says)
	}
	goldenFile(t, root+"/docs/security.md", b.String())
}

// TestTheStandardIsAnswered wants a control that exists, or a reason, for everything that the standard asks.
func TestTheStandardIsAnswered(t *testing.T) {
	var names []string
	for _, control := range guard.Controls() {
		names = append(names, control.Name)
	}
	seen := map[string]bool{}
	for _, s := range guard.Standard() {
		assert.False(t, seen[s.ID], "%s is there twice", s.ID)
		seen[s.ID] = true
		assert.True(t, (len(s.HeldBy) > 0) != (s.Because != ""), "%s is neither held nor accepted, or both", s.ID)
		for _, name := range s.HeldBy {
			assert.True(t, slices.Contains(names, name), "%s is held by %s, which does not exist", s.ID, name)
		}
	}
}
