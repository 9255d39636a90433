package stacks_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
)

// TestInputs holds what every resource is made with, so that a change shows in the layer that it is made in and in no
// other. What the embedded cloud makes up stands there by the resource that it belongs to: {network-vpc} is its id,
// {ingress-web.arn} an output, {magento-networking/network-vpc} another project's. A text that is JSON is written as
// what it says.
func TestInputs(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		for _, stack := range recorded.Stacks {
			w := inputsWriter{names: madeUp(recorded, stack.Project)}
			var blocks []string
			for _, r := range stack.Resources {
				blocks = append(blocks, w.block(t, r))
			}
			slices.Sort(blocks)
			golden(t, recorded.Name+"."+stack.Project+".inputs.golden", strings.Join(blocks, "\n"))
		}
	})
}

type inputsWriter struct{ names *strings.Replacer }

// block writes one resource: what it is, its options and its inputs.
func (w inputsWriter) block(t *testing.T, r plan.Resource) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Type, r.Name)
	option := func(name string, values ...string) {
		values = slices.DeleteFunc(values, func(value string) bool { return value == "" })
		if len(values) > 0 {
			slices.Sort(values)
			fmt.Fprintf(&b, "  %s: %s\n", name, strings.Join(values, ", "))
		}
	}
	if r.Parent != "" {
		option("parent", nameOf(r.Parent))
	}
	if r.Provider != "" {
		option("provider", nameOf(r.Provider))
	}
	if !r.Custom {
		for _, pkg := range slices.Sorted(maps.Keys(r.Providers)) {
			option("provider of "+pkg, nameOf(r.Providers[pkg]))
		}
	}
	option("dependencies", dependencies(r)...)
	if r.DeletedWith != "" {
		option("deleted with", nameOf(r.DeletedWith))
	}
	option("ignore changes", slices.Clone(r.IgnoreChanges)...)
	option("replace on changes", slices.Clone(r.ReplaceOnChanges)...)
	if r.DeleteBeforeReplace {
		option("delete before replace", "true")
	}
	option("secret", slices.Clone(r.SecretInputs)...)
	if r.Protect {
		option("protect", "true")
	}
	if r.RetainOnDelete {
		option("retain on delete", "true")
	}
	switch {
	case r.External: // another stack's outputs, which stand in its own golden
	case r.Type == plan.StackType:
		fmt.Fprintf(&b, "  outputs: %s\n", w.json(t, r.Outputs))
	default:
		fmt.Fprintf(&b, "  inputs: %s\n", w.json(t, r.Inputs))
	}
	return b.String()
}

func (w inputsWriter) json(t *testing.T, value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("  ", "  ")
	require.NoError(t, encoder.Encode(w.readable(value)))
	return strings.TrimSpace(b.String())
}

// readable names what is made up, and opens texts that are JSON.
func (w inputsWriter) readable(value any) any {
	switch v := value.(type) {
	case string:
		var document any
		if (strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[")) && json.Unmarshal([]byte(v), &document) == nil {
			return map[string]any{"JSON": w.readable(document)}
		}
		return w.names.Replace(v)
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = w.readable(item)
		}
		return items
	case map[string]any:
		items := map[string]any{}
		for key, item := range v {
			items[w.names.Replace(key)] = w.readable(item)
		}
		return items
	}
	return value
}

// madeUp replaces what the embedded cloud made up, as a project sees it. What is both a resource's id and another's
// output is the id; of resources that share an output, such as a zone of AWS's own, the first has it.
func madeUp(recorded *plan.Environment, project string) *strings.Replacer {
	given := map[string]bool{}
	for _, r := range recorded.Resources() {
		if r.IsProvider() {
			eachText(r.Inputs, func(text string) { given[text] = true })
		}
	}
	names := map[string]string{}
	each := func(look func(name string, r plan.Resource, add func(text, name string))) {
		for _, r := range recorded.Resources() {
			if !r.Custom && !r.Remote || r.IsProvider() || r.External {
				continue
			}
			own := map[string]bool{}
			eachText(r.Inputs, func(text string) { own[text] = true })
			name := r.Name
			if r.Project != project {
				name = r.Project + "/" + name
			}
			look(name, r, func(text, name string) {
				if _, known := names[text]; !known && !given[text] && !own[text] && looksMadeUp(text) {
					names[text] = "{" + name + "}"
				}
			})
		}
	}
	each(func(name string, r plan.Resource, add func(text, name string)) {
		add(r.ID, name)
	})
	each(func(name string, r plan.Resource, add func(text, name string)) {
		add(fmt.Sprint(r.Outputs["arn"]), name+".arn")
	})
	each(func(name string, r plan.Resource, add func(text, name string)) {
		eachOutput(name, r.Outputs, func(path, text string) { add(text, path) })
	})
	return longestFirst(names)
}

func longestFirst(names map[string]string) *strings.Replacer {
	texts := slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var pairs []string
	for _, text := range texts {
		pairs = append(pairs, text, names[text])
	}
	return strings.NewReplacer(pairs...)
}

// looksMadeUp keeps words such as "available" from being taken for an id.
func looksMadeUp(text string) bool {
	return len(text) >= 10 && strings.ContainsFunc(text, unicode.IsDigit)
}

// eachOutput calls look for every text of a resource's outputs, in order, but for its tags.
func eachOutput(path string, value any, look func(path, text string)) {
	switch v := value.(type) {
	case string:
		look(path, v)
	case []any:
		for i, item := range v {
			eachOutput(fmt.Sprintf("%s.%d", path, i), item, look)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key != "tagsAll" {
				eachOutput(path+"."+key, v[key], look)
			}
		}
	}
}
