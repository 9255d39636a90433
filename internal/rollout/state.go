package rollout

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/orphans"
	"github.com/magestack/magestack/internal/plan"
)

// state is what the backend knows of a layer. A layer without a stack has none of it.
type state struct {
	exists    bool
	resources []stateResource
	pending   []pendingOperation
}

// stateResource is a resource as `pulumi stack export` has it.
type stateResource struct {
	URN     string `json:"urn"`
	Type    string `json:"type"`
	ID      string `json:"id"`
	Custom  bool   `json:"custom"`
	Protect bool   `json:"protect"`

	// Outputs are read of the stack's own object, which has what other layers read, and of log groups.
	Outputs map[string]json.RawMessage `json:"outputs"`
}

// stackType is the type of the object that carries a stack's outputs.
const stackType = "pulumi:pulumi:Stack"

// stateOf reads the state of a layer.
func (r Rollout) stateOf(ctx context.Context, l plan.Program) (state, error) {
	exists, err := r.hasStack(ctx, l)
	if err != nil || !exists {
		return state{}, err
	}
	output, err := r.Runner.Output(ctx, r.pulumi(l, "stack export"))
	if err != nil {
		return state{}, err
	}
	var export struct {
		Deployment struct {
			Resources []stateResource    `json:"resources"`
			Pending   []pendingOperation `json:"pending_operations"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal(output, &export); err != nil {
		return state{}, fmt.Errorf("reading the state of %s/%s: %w", l.Project, r.Environment, err)
	}
	return state{exists: true, resources: export.Deployment.Resources, pending: export.Deployment.Pending}, nil
}

// published reports whether other layers can read the layer. An update that stopped half-way publishes nothing the first
// time: the engine keeps a stack's outputs when its program has come to its end.
func (s state) published() bool {
	return slices.ContainsFunc(s.resources, func(resource stateResource) bool {
		return resource.Type == stackType && len(resource.Outputs) > 0
	})
}

// count is how many resources there are to destroy: neither components nor providers nor what was only read.
func (s state) count() int {
	n := 0
	for _, resource := range s.resources {
		if resource.Custom && !strings.HasPrefix(resource.Type, "pulumi:") {
			n++
		}
	}
	return n
}

// empty reports whether there is nothing left. A stack object without anything in it makes a layer none.
func (s state) empty() bool {
	return !slices.ContainsFunc(s.resources, func(resource stateResource) bool { return resource.Type != stackType })
}

// has reports whether the state has a resource with the id.
func (s state) has(id string) bool {
	return id != "" && slices.ContainsFunc(s.resources, func(resource stateResource) bool { return resource.ID == id })
}

// idOf is the id of the first resource of a type, or nothing.
func (s state) idOf(kind string) string {
	for _, resource := range s.resources {
		if resource.Type == kind {
			return resource.ID
		}
	}
	return ""
}

// logGroups lists the state's log groups, each in the region that its ARN says; without one in that of the environment.
func (s state) logGroups(region string) []orphans.Named {
	var groups []orphans.Named
	for _, resource := range s.resources {
		if resource.Type != orphans.LogGroupType || resource.ID == "" {
			continue
		}
		group := orphans.Named{Type: resource.Type, Name: resource.ID, Region: region}
		var arn string // secret outputs are objects, and leave it empty
		if json.Unmarshal(resource.Outputs["arn"], &arn) == nil && strings.Count(arn, ":") > 3 {
			group.Region = strings.Split(arn, ":")[3]
		}
		groups = append(groups, group)
	}
	return groups
}

// protected lists the resources that Pulumi would refuse to delete.
func (s state) protected() []string {
	var names []string
	for _, resource := range s.resources {
		if resource.Protect {
			names = append(names, nameOf(resource.URN))
		}
	}
	return names
}

// nameOf is the logical name in a URN, which ends with it.
func nameOf(urn string) string { return urn[strings.LastIndex(urn, "::")+len("::"):] }

// described is what a URN means to a reader: the resource's logical name, and its type without those of its parents.
func described(urn string) string {
	parts := strings.Split(urn, "::")
	types := parts[max(0, len(parts)-2)]
	return fmt.Sprintf("%q of type %s", nameOf(urn), types[strings.LastIndex(types, "$")+1:])
}
