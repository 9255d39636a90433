package rollout

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// savePlans saves a plan of every layer that can be planned now. A plan holds what the layers below have published, so
// that a layer waits while one that it reads is not up, or is about to publish something else: those are applied first.
func (r Rollout) savePlans(ctx context.Context, stages [][]plan.Program, options UpOptions) error {
	if err := errors.Join(makeFolder(options.SavePlans), removePlans(options.SavePlans, slices.Concat(stages...))); err != nil {
		return err
	}
	unsettled, err := r.unsettled(ctx, slices.Concat(stages...))
	if err != nil {
		return err
	}
	var saved, unchanged, waiting []plan.Program
	for i, stage := range stages {
		ready := slices.DeleteFunc(slices.Clone(stage), func(l plan.Program) bool { return r.waitsFor(l, unsettled) != "" })
		for _, l := range stage {
			if !slices.Contains(namesOf(ready), l.Name) {
				waiting = append(waiting, l)
				unsettled[l.Project] = l.Name + " is not planned yet"
			}
		}
		if failed := r.runStage(ctx, ready, options); len(failed) > 0 || ctx.Err() != nil {
			return r.upFailed(ctx, ready, failed, namesOf(saved), slices.Concat(slices.Concat(stages[i+1:]...), waiting), options)
		}
		for _, l := range ready {
			p, err := r.readPlan(options.SavePlans, l)
			if err != nil {
				return err
			}
			if !p.changes() {
				unchanged = append(unchanged, l)
				continue
			}
			if p.publishes() {
				unsettled[l.Project] = "the plan of " + l.Name + " changes what it publishes"
			}
			saved = append(saved, l)
		}
	}
	// A layer in which nothing is to be done has nothing to be reviewed.
	if err := removePlans(options.SavePlans, unchanged); err != nil {
		return err
	}
	for _, l := range unchanged {
		r.say("plan of %-10s %s", l.Name, nothingToDo)
	}
	if len(saved)+len(waiting) == 0 {
		return nil
	}
	return r.reportPlans(saved, waiting, unsettled, options)
}

// unsettled says of each project that is read, and that no plan can be made on, why.
func (r Rollout) unsettled(ctx context.Context, chosen []plan.Program) (map[string]string, error) {
	why := map[string]string{}
	for _, l := range r.Programs {
		if !slices.ContainsFunc(chosen, func(reader plan.Program) bool { return slices.Contains(reader.Reads, l.Project) }) {
			continue
		}
		s, err := r.stateOf(ctx, l)
		if err != nil {
			return nil, err
		}
		if !s.published() {
			why[l.Project] = l.Name + " is not up"
		}
	}
	return why, nil
}

// waitsFor says why a layer cannot be planned yet; nothing if it can.
func (r Rollout) waitsFor(l plan.Program, unsettled map[string]string) string {
	for _, project := range l.Reads {
		if why := unsettled[project]; why != "" {
			return why
		}
	}
	return ""
}

// reportPlans says what was saved, what could not be planned yet and why, and how to go on.
func (r Rollout) reportPlans(saved, waiting []plan.Program, unsettled map[string]string, options UpOptions) error {
	for _, l := range saved {
		p, err := r.readPlan(options.SavePlans, l)
		if err != nil {
			return err
		}
		r.sayPlan(l, p)
	}
	for _, l := range waiting {
		r.say("no plan of %s yet: %s", l.Name, r.waitsFor(l, unsettled))
	}
	if len(saved) == 0 {
		return fmt.Errorf("nothing could be planned: the stacks that are read by %s must be up first: magestack up %s --save-plans FOLDER, without --layer",
			strings.Join(namesOf(waiting), " and "), r.Environment)
	}
	r.say("Nothing was changed. When the plans are reviewed: magestack up %s --plans %s", r.Environment, options.SavePlans)
	if len(waiting) > 0 {
		r.say("Then, for %s: magestack up %s%s --save-plans %s, a review, and --plans again",
			strings.Join(namesOf(waiting), ", "), r.Environment, layerFlags(options.Layers), options.SavePlans)
	}
	return nil
}

// planned are the layers that are to be applied: those that are named, or all that the folder has a plan of.
func planned(stages [][]plan.Program, options UpOptions) ([][]plan.Program, error) {
	if len(options.Layers) > 0 {
		return stages, nil
	}
	var kept [][]plan.Program
	for _, stage := range stages {
		stage = slices.DeleteFunc(slices.Clone(stage), func(l plan.Program) bool {
			_, err := os.Stat(planFile(options.Plans, l))
			return err != nil
		})
		if len(stage) > 0 {
			kept = append(kept, stage)
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("--plans %s: no plan of any layer; save them with --save-plans %s, and have them reviewed", options.Plans, options.Plans)
	}
	return kept, nil
}

// checkPlans reads the plans that are to be applied, and tells what they do.
func (r Rollout) checkPlans(layers []plan.Program, options UpOptions) error {
	var problems []error
	for _, l := range layers {
		p, err := r.readPlan(options.Plans, l)
		problems = append(problems, err)
		if err == nil {
			r.sayPlan(l, p)
		}
	}
	return errors.Join(problems...)
}

// retirePlan renames a plan that is applied.
func retirePlan(folder string, l plan.Program) error {
	if err := os.Rename(planFile(folder, l), appliedFile(folder, l)); err != nil {
		return fmt.Errorf("renaming an applied plan: %w", err)
	}
	return nil
}

// reportApplied says that the environment is up, or what of it is not and how to go on.
func (r Rollout) reportApplied(ctx context.Context, done []string, options UpOptions) error {
	var missing []string
	for _, l := range r.Programs {
		s, err := r.stateOf(ctx, l)
		if err != nil {
			return err
		}
		if !s.published() {
			missing = append(missing, l.Name)
		}
	}
	r.say("applied: %s", strings.Join(done, ", "))
	if len(missing) == 0 {
		r.say("%s is up", r.Environment)
		return nil
	}
	r.say("not up yet: %s. Continue with: magestack up %s --save-plans %s, a review, and --plans again", strings.Join(missing, ", "), r.Environment, options.Plans)
	return nil
}

// layerFlags are the flags that name the layers again.
func layerFlags(layers []string) string {
	text := ""
	for _, name := range layers {
		text += " --layer " + name
	}
	return text
}
