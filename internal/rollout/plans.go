package rollout

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// planFile is where the plan of a layer is in a folder. The folder must be absolute: Pulumi goes to the layer's first.
func planFile(folder string, l plan.Program) string { return filepath.Join(folder, l.Name+".json") }

// appliedFile is where a plan goes when it is done, so that it is not taken for one that is to be applied.
func appliedFile(folder string, l plan.Program) string {
	return filepath.Join(folder, l.Name+".applied.json")
}

// makeFolder makes the folder of plans. They hold the settings and the inputs of every resource: encrypted where they
// are secret, and still readable for its owner alone.
func makeFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("making the folder of the plans: %w", err)
	}
	return nil
}

// removePlans takes away the plans of an earlier round, which were made for another state.
func removePlans(folder string, layers []plan.Program) error {
	var problems []error
	for _, l := range layers {
		if err := os.Remove(planFile(folder, l)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, fmt.Errorf("removing an older plan: %w", err))
		}
	}
	return errors.Join(problems...)
}

// savedPlan is what is read of a plan of the engine (pulumi/sdk, apitype.DeploymentPlanV1).
type savedPlan struct {
	digest    string
	Resources map[string]struct {
		Steps []string `json:"steps"`
		Goal  struct {
			OutputDiff struct {
				Adds    map[string]json.RawMessage `json:"adds"`
				Updates map[string]json.RawMessage `json:"updates"`
				Deletes []string                   `json:"deletes"`
			} `json:"outputDiff"`
		} `json:"goal"`
	} `json:"resourcePlans"`
}

// readPlan reads the plan of a layer, and refuses a file that is none of it in this environment. The engine refuses
// whatever the plan does not have, and so would refuse another environment's, too, but one resource at a time.
func (r Rollout) readPlan(folder string, l plan.Program) (savedPlan, error) {
	file := planFile(folder, l)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return savedPlan{}, fmt.Errorf("%s: no such plan of %s; save one with --save-plans, or choose layers with --layer", file, l.Name)
	}
	if err != nil {
		return savedPlan{}, fmt.Errorf("reading a plan: %w", err)
	}
	p := savedPlan{digest: fmt.Sprintf("sha256:%x", sha256.Sum256(text))}
	if err := json.Unmarshal(text, &p); err != nil {
		return savedPlan{}, fmt.Errorf("%s: not a plan of Pulumi: %w; save it anew with --save-plans", file, err)
	}
	if len(p.Resources) == 0 {
		return savedPlan{}, fmt.Errorf("%s: not a plan of Pulumi: it has no resources; save it anew with --save-plans", file)
	}
	of := fmt.Sprintf("urn:pulumi:%s::%s::", r.Environment, l.Project)
	for urn := range p.Resources {
		if !strings.HasPrefix(urn, of) {
			return savedPlan{}, fmt.Errorf("%s: not a plan of %s/%s: it has %s, %s; save it anew with --save-plans", file, l.Project, r.Environment, described(urn), urn)
		}
	}
	return p, nil
}

// publishes reports whether the plan changes what other layers read, so that no plan of theirs can be made before it is
// applied. An output that is not known yet is a change.
func (p savedPlan) publishes() bool {
	for urn, resource := range p.Resources {
		diff := resource.Goal.OutputDiff
		if strings.Contains(urn, "::"+stackType+"::") && len(diff.Adds)+len(diff.Updates)+len(diff.Deletes) > 0 {
			return true
		}
	}
	return false
}

// counted are the operations of a plan that change something, in the order in which they are told.
var counted = []struct{ operation, word string }{
	{"create", "to create"}, {"update", "to update"}, {"replace", "to replace"}, {"delete", "to delete"}, {"import", "to import"},
}

// summary is what the plan does, in numbers of resources.
func (p savedPlan) summary() string {
	var parts []string
	for _, c := range counted {
		n := 0
		for _, resource := range p.Resources {
			if slices.Contains(resource.Steps, c.operation) {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c.word))
		}
	}
	if p.publishes() {
		parts = append(parts, "new outputs")
	}
	if len(parts) == 0 {
		return nothingToDo
	}
	return strings.Join(parts, ", ")
}

const nothingToDo = "nothing to change"

// changes reports whether there is anything to do.
func (p savedPlan) changes() bool { return p.summary() != nothingToDo }

// sayPlan tells what a plan does, with its digest, by which a reviewer can tell that what is applied is what was read.
func (r Rollout) sayPlan(l plan.Program, p savedPlan) {
	r.say("plan of %-10s %s, %s", l.Name, p.summary(), p.digest)
}
