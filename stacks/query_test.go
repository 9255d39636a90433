package stacks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
)

// in gives the value at a path such as "origins.0.domainName", or nil.
func in(value any, path string) any { return plan.Within(value, path) }

// input gives the value at a path of a resource's inputs, or nil.
func input(r plan.Resource, path string) any { return r.Input(path) }

// the gives the one resource of a type in the plan.
func the(t *testing.T, recorded *plan.Environment, kind string) plan.Resource {
	t.Helper()
	found := ofType(recorded, kind)
	require.Len(t, found, 1, kind)
	return found[0]
}

// named gives the resource of a type with the name.
func named(t *testing.T, recorded *plan.Environment, kind, name string) plan.Resource {
	t.Helper()
	for _, r := range ofType(recorded, kind) {
		if r.Name == name {
			return r
		}
	}
	require.Fail(t, "not in the plan", "%s %s", kind, name)
	return plan.Resource{}
}

// outputs gives what a project of the plan publishes.
func outputs(t *testing.T, recorded *plan.Environment, project string) map[string]any {
	t.Helper()
	return stackOf(t, recorded, project).Outputs
}

func stackOf(t testing.TB, recorded *plan.Environment, project string) plan.Stack {
	t.Helper()
	for _, stack := range recorded.Stacks {
		if stack.Project == project {
			return stack
		}
	}
	require.Fail(t, "not in the plan", project)
	return plan.Stack{}
}

// dependencies lists the names of the resources that one waits for.
func dependencies(r plan.Resource) []string {
	found := []string{}
	for _, urn := range r.Dependencies {
		found = append(found, nameOf(urn))
	}
	return found
}

// nameOf is the last part of a URN, the name that the program gave.
func nameOf(urn string) string { return urn[strings.LastIndex(urn, "::")+len("::"):] }

// anyList makes a list of texts comparable with one in a record.
func anyList(texts ...string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

// eachText calls look for every text in a value.
func eachText(value any, look func(text string)) {
	switch v := value.(type) {
	case string:
		look(v)
	case []any:
		for _, item := range v {
			eachText(item, look)
		}
	case map[string]any:
		for _, item := range v {
			eachText(item, look)
		}
	}
}
