package rollout

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// planFile is where the plan of a layer is in a folder. The folder must be absolute: Pulumi goes to the layer's first.
func planFile(folder string, l target) string { return filepath.Join(folder, l.name+".json") }

// makeFolder makes the folder of plans. They hold the settings and the inputs of every resource: encrypted where they
// are secret, and still for nobody else.
func makeFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("making the folder of the plans: %w", err)
	}
	return nil
}

// checkPlan refuses a file that is no plan of the layer in this environment. The engine refuses whatever the plan does
// not have, and so would refuse another environment's, too, but one resource at a time.
func (r Rollout) checkPlan(l target, folder string) error {
	file := planFile(folder, l)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no plan of %s; save one with --save-plans, or choose layers with --layer", file, l.name)
	}
	if err != nil {
		return fmt.Errorf("reading a plan: %w", err)
	}
	var plan struct {
		ResourcePlans map[string]json.RawMessage `json:"resourcePlans"`
	}
	if err := json.Unmarshal(text, &plan); err != nil {
		return fmt.Errorf("%s: is no plan: %w", file, err)
	}
	if len(plan.ResourcePlans) == 0 {
		return fmt.Errorf("%s: is no plan: it has no resources", file)
	}
	of := fmt.Sprintf("urn:pulumi:%s::%s::", r.Environment, l.project)
	for urn := range plan.ResourcePlans {
		if !strings.HasPrefix(urn, of) {
			return fmt.Errorf("%s: is not a plan of %s/%s: it has %s", file, l.project, r.Environment, urn)
		}
	}
	return nil
}

// reportPlans names the plans with their digests, by which a reviewer can tell that what is applied is what was read.
func (r Rollout) reportPlans(layers []target, folder string) error {
	for _, l := range layers {
		text, err := os.ReadFile(planFile(folder, l))
		if err != nil {
			return fmt.Errorf("reading a plan: %w", err)
		}
		r.say("plan of %-10s sha256:%x", l.name, sha256.Sum256(text))
	}
	r.say("Nothing was changed. When the plans are reviewed: magestack up %s --plans %s", r.Environment, folder)
	return nil
}
