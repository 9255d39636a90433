// Package guard holds the controls that every environment must pass: rules over the graph of its resources as
// the embedded cloud records it, with the standard that each comes from.
package guard

import (
	"fmt"
	"slices"

	"github.com/magestack/magestack/internal/plan"
)

// Control is a rule over the resources of an environment.
type Control struct {
	Name  string
	Why   string // the standard or the document that asks for it
	check func(*graph) []Violation
}

// Violation is one resource that breaks a control.
type Violation struct {
	Control string
	URN     string
	Problem string
}

// String names the control, the resource and what is wrong with it.
func (v Violation) String() string {
	return fmt.Sprintf("%s: %s: %s", v.Control, v.URN, v.Problem)
}

// Controls lists the controls.
func Controls() []Control {
	return slices.Concat(structureControls(), encryptionControls(), exposureControls(), identityControls(), lossControls(), storeControls(), edgeControls(), nameControls(), nodeControls(), kubernetesControls(), gitopsControls(), logControls(), mailControls(), rotationControls())
}

// Check runs every control over an environment.
func Check(environment *plan.Environment) []Violation {
	g := newGraph(environment)
	var all []Violation
	for _, control := range Controls() {
		for _, violation := range control.check(g) {
			violation.Control = control.Name
			all = append(all, violation)
		}
	}
	return all
}

// graph is an environment with its resources by URN.
type graph struct {
	environment string
	resources   []plan.Resource
	byURN       map[string]plan.Resource

	// required is told every requirement before it is checked, so that tests can break one after the other. It may be nil.
	required func(requirement)
}

func newGraph(environment *plan.Environment) *graph {
	g := &graph{environment: environment.Name, resources: environment.Resources(), byURN: map[string]plan.Resource{}}
	for _, r := range g.resources {
		g.byURN[r.URN] = r
	}
	return g
}

// of lists the resources of the types.
func (g *graph) of(types ...string) []plan.Resource {
	var found []plan.Resource
	for _, r := range g.resources {
		if slices.Contains(types, r.Type) {
			found = append(found, r)
		}
	}
	return found
}

// referring lists the resources of a type that have the value in one of their inputs.
func (g *graph) referring(kind, input string, value any) []plan.Resource {
	var found []plan.Resource
	for _, r := range g.of(kind) {
		if at(r, input) == value {
			found = append(found, r)
		}
	}
	return found
}

// at gives the value in a resource's inputs at a path such as "rules.0.status", or nil.
func at(r plan.Resource, path string) any { return r.Input(path) }

func within(value any, path string) any { return plan.Within(value, path) }

// texts gives a list of texts at a path.
func texts(r plan.Resource, path string) []string {
	items, _ := at(r, path).([]any)
	var found []string
	for _, item := range items {
		found = append(found, fmt.Sprint(item))
	}
	return found
}

// requirement is what the inputs of one type must be.
type requirement struct {
	kind  string
	path  string
	want  any    // exactly this; nil for anything that is set
	about string // what is wrong otherwise
}

// require makes a check of requirements.
func require(requirements ...requirement) func(*graph) []Violation {
	return func(g *graph) []Violation {
		var found []Violation
		for _, q := range requirements {
			if g.required != nil {
				g.required(q)
			}
			for _, r := range g.of(q.kind) {
				got := at(r, q.path)
				if q.want == nil && (got == nil || got == "") || q.want != nil && got != q.want {
					found = append(found, Violation{URN: r.URN, Problem: fmt.Sprintf("%s (%s is %v)", q.about, q.path, got)})
				}
			}
		}
		return found
	}
}
