package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// upFailed says what failed, what is done, what is left and how to go on.
func (r Rollout) upFailed(ctx context.Context, stage []plan.Program, failed map[string]error, done []string, left []plan.Program, options UpOptions) error {
	var problems []error
	for _, l := range stage {
		if err := failed[l.Name]; err != nil {
			problems = append(problems, fmt.Errorf("%s %s: %w", l.Name, endedOf(err), err))
		}
	}
	if len(failed) == 0 {
		problems = append(problems, fmt.Errorf("stopped: %w", context.Cause(ctx)))
	}
	said := "updated: " + orNone(done)
	if len(left) > 0 {
		said += "; not started: " + strings.Join(namesOf(left), ", ")
	}
	undone := namesOf(left)
	for name := range failed {
		undone = append(undone, name)
	}
	slices.Sort(undone)
	return errors.Join(append(problems, errors.New(said),
		fmt.Errorf("what was made is kept. Remove the cause, then continue with: %s", r.upAgain(undone, options)))...)
}

// upAgain is the command line that goes on. A layer that is up to date takes seconds; a plan that was applied is put
// aside, so that only what is left can be named. A plan that was applied half-way still holds: the engine passes over what
// is there as it was to become (pulumi/pkg, resource/deploy/step.go, ConstrainedTo).
func (r Rollout) upAgain(undone []string, options UpOptions) string {
	line := "magestack up " + r.Environment
	switch {
	case options.SavePlans != "":
		return line + layerFlags(options.Layers) + " --save-plans " + options.SavePlans
	case options.Plans == "":
		return line + layerFlags(options.Layers)
	case len(options.Layers) > 0:
		line += layerFlags(undone)
	}
	return line + " --plans " + options.Plans + "; where settings or programs had to change, save the plans anew"
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
