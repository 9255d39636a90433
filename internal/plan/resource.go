// Package plan is the recorded plan of an environment: the programs of its layers, and every resource that they would make. The
// embedded cloud writes it, and everything else of the tool reads it.
package plan

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/layer"
)

// Type tokens that Pulumi itself defines.
const (
	StackType     = "pulumi:pulumi:Stack"          // the object of a stack; its outputs are the stack's
	ReferenceType = "pulumi:pulumi:StackReference" // the read of another stack's outputs

	ProviderPrefix = "pulumi:providers:"
)

// Secret stands in a record for a value that is marked secret.
const Secret = "[secret]"

// Environment is what the programs of one environment would make.
type Environment struct {
	Name   string
	Stacks []Stack // in the order they ran
}

// Stack is what one program made. The first of its resources is the stack's own object, the others follow
// by URN.
type Stack struct {
	layer.Layer
	Environment string
	Reads       []string // the projects whose stacks it reads
	Resources   []Resource
	Outputs     map[string]any
	Elapsed     time.Duration
}

// Resource is one object of a stack as the program registered it and the embedded cloud answered it. Values
// are those of encoding/json; secrets are replaced by Secret, a resource among them is its URN. Its JSON
// has a fixed set of keys; the fields after Protect are for tests.
type Resource struct {
	Project      string         `json:"project"`
	Stack        string         `json:"stack"`
	URN          string         `json:"urn"`
	Type         string         `json:"type"`
	Name         string         `json:"name"`
	Inputs       map[string]any `json:"inputs"`
	Outputs      map[string]any `json:"outputs"`
	Parent       string         `json:"parent"`
	Provider     string         `json:"provider"`
	Dependencies []string       `json:"dependencies"`
	Protect      bool           `json:"protect"`

	ID                   string              `json:"-"` // as the cloud would give it; empty for components
	Custom               bool                `json:"-"` // a provider makes it; components and stacks are not custom
	Remote               bool                `json:"-"` // a component that a plugin makes, such as eks:index:Cluster
	External             bool                `json:"-"` // it is read, not made
	RetainOnDelete       bool                `json:"-"`
	DeletedWith          string              `json:"-"` // URN
	IgnoreChanges        []string            `json:"-"`
	ReplaceOnChanges     []string            `json:"-"`
	DeleteBeforeReplace  bool                `json:"-"`
	SecretInputs         []string            `json:"-"` // paths in Inputs, such as tags.owner or rules[0].key
	Providers            map[string]string   `json:"-"` // what a component hands to its children: package to URN
	PropertyDependencies map[string][]string `json:"-"` // input to the URNs that it was made from
	Timeouts             Timeouts            `json:"-"` // where the program gives them
}

// Timeouts are how long the provider may take, such as "30m0s"; empty where its own hold.
type Timeouts struct{ Create, Update, Delete string }

// IsProvider reports whether the resource is the configuration of a provider.
func (r Resource) IsProvider() bool { return strings.HasPrefix(r.Type, ProviderPrefix) }

// IsComponent reports whether the resource groups others, which the stack's own object does not count as.
func (r Resource) IsComponent() bool { return !r.Custom && !r.External && r.Type != StackType }

// OfType lists the resources of a type, of all stacks.
func (e *Environment) OfType(token string) []Resource {
	var found []Resource
	for _, stack := range e.Stacks {
		for _, r := range stack.Resources {
			if r.Type == token {
				found = append(found, r)
			}
		}
	}
	return found
}

// Resources lists the resources of all stacks.
func (e *Environment) Resources() []Resource {
	var all []Resource
	for _, stack := range e.Stacks {
		all = append(all, stack.Resources...)
	}
	return all
}

// WriteJSON writes the resources of all stacks, one object a line.
func (e *Environment) WriteJSON(w io.Writer) error {
	for _, stack := range e.Stacks {
		if err := stack.WriteJSON(w); err != nil {
			return err
		}
	}
	return nil
}

// WriteJSON writes the resources of the stack, one object a line.
func (s Stack) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, r := range s.Resources {
		if err := encoder.Encode(r); err != nil {
			return fmt.Errorf("writing %s as JSON: %w", r.URN, err)
		}
	}
	return nil
}

// Sorted orders the resources of a stack so that two runs give equal records whatever ran first.
func Sorted(resources []Resource) []Resource {
	slices.SortFunc(resources, func(a, b Resource) int {
		switch {
		case a.Type == StackType && b.Type != StackType:
			return -1
		case b.Type == StackType && a.Type != StackType:
			return 1
		default:
			return strings.Compare(a.URN, b.URN)
		}
	})
	return resources
}
