package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/magestack/magestack/internal/plan"
)

// UpOptions say what is brought up, and how.
type UpOptions struct {
	Layers []string // all if empty

	// SavePlans is a folder that plans are saved to, instead of changing anything.
	SavePlans string

	// Plans is a folder of saved plans. Nothing is done that is not in them.
	Plans string

	DryRun bool // print the commands, and run none
	Yes    bool // ask for no confirmation
}

// Up brings the layers up, stage by stage: each is shown before, unless its plan was reviewed or --yes is given.
func (r Rollout) Up(ctx context.Context, options UpOptions) error {
	stages, err := r.stages()
	if err != nil {
		return err
	}
	if stages, err = only(stages, options.Layers); err != nil {
		return err
	}
	if options.Plans != "" && options.SavePlans != "" {
		return errors.New("--plans and --save-plans exclude each other: a plan is reviewed between the two")
	}
	if options.Plans != "" {
		if stages, err = planned(stages, options); err != nil {
			return err
		}
	}
	if options.DryRun {
		if options.Plans != "" {
			err = r.checkPlans(slices.Concat(stages...), options)
		}
		return errors.Join(err, r.printStages(stages, options))
	}
	if err := r.checkReviewed(options); err != nil {
		return err
	}
	if err := r.readyForUp(ctx, stages, options); err != nil {
		return err
	}
	switch {
	case options.SavePlans != "":
		return r.savePlans(ctx, stages, options)
	case options.Plans != "" && !options.Yes:
		if refused, err := r.confirmStages("This applies reviewed plans to", stages); refused != nil || err != nil {
			return errors.Join(refused, err)
		}
	}
	return r.runStages(ctx, stages, options)
}

// checkReviewed holds that nothing reaches a protected environment without a reviewed plan
// (docs/decisions/0028-protected-environments-accept-only-saved-plans.md).
func (r Rollout) checkReviewed(options UpOptions) error {
	if options.Plans != "" || options.SavePlans != "" {
		return nil
	}
	keys, err := r.protections()
	if err != nil || len(keys) == 0 {
		return err
	}
	return fmt.Errorf("cannot update %s without reviewed plans: these settings protect it: %s. Save plans with --save-plans FOLDER, have them reviewed, "+
		"and apply them with --plans FOLDER", r.Environment, strings.Join(keys, ", "))
}

// readyForUp finds everything at once that would stop a layer later.
func (r Rollout) readyForUp(ctx context.Context, stages [][]plan.Program, options UpOptions) error {
	if err := r.checkVersion(ctx); err != nil {
		return errors.Join(err, r.checkIdentity(ctx)) // without the CLI nothing can be said of stacks
	}
	problems := []error{r.checkIdentity(ctx)}
	for _, l := range slices.Concat(stages...) {
		s, err := r.stateOf(ctx, l)
		if err == nil && !s.exists {
			err = fmt.Errorf("%s: no stack %s; make it: pulumi stack init %s --cwd %s --secrets-provider …", l.Project, r.Environment, r.Environment, l.Directory)
		}
		problems = append(problems, err, r.checkPending(l, s))
	}
	if options.Plans != "" {
		problems = append(problems, r.checkPlans(slices.Concat(stages...), options))
	}
	if problems[0] == nil { // of another account the answers would be about nothing
		problems = append(problems, r.preflight(ctx, stages))
	}
	return errors.Join(problems...)
}

// upCommand is what brings up a layer, or saves a plan of it.
func (r Rollout) upCommand(l plan.Program, options UpOptions) Command {
	switch {
	case options.SavePlans != "":
		arguments := []string{"--diff", "--non-interactive", "--save-plan", planFile(options.SavePlans, l)}
		if r.Colors {
			arguments = append(arguments, "--color", "always")
		}
		return r.pulumi(l, "preview", arguments...)
	case options.Plans != "":
		return r.pulumi(l, "up", append(r.unattended(), "--plan", planFile(options.Plans, l))...)
	case options.Yes:
		return r.pulumi(l, "up", r.unattended()...)
	default: // its preview was shown already
		return r.pulumi(l, "up", append(r.unattended(), "--skip-preview")...)
	}
}

// runStages runs one stage after the other, and stops after one in which something failed.
func (r Rollout) runStages(ctx context.Context, stages [][]plan.Program, options UpOptions) error {
	var done []string
	for i, stage := range stages {
		left := slices.Concat(stages[i+1:]...)
		running := stage
		if options.Plans == "" && !options.Yes {
			shown, err := r.showStage(ctx, stage)
			switch {
			case err != nil:
				return err
			case shown.refused != nil:
				return r.notAgreed(shown.refused, done, namesOf(slices.Concat(stages[i:]...)), options)
			case len(shown.failed) > 0 || ctx.Err() != nil:
				return r.upFailed(ctx, stage, shown.failed, done, left, options)
			}
			running = shown.changed
		}
		failed := r.runStage(ctx, running, options)
		for _, l := range stage {
			if failed[l.Name] == nil {
				done = append(done, l.Name)
			}
		}
		if len(failed) > 0 || ctx.Err() != nil && len(left) > 0 {
			return r.upFailed(ctx, stage, failed, done, left, options)
		}
		r.noteDelegation(stage, left, options)
	}
	if options.Plans != "" {
		return r.reportApplied(ctx, done, options)
	}
	r.say("%s is up: %s", r.Environment, strings.Join(done, ", "))
	return nil
}

// runStage runs the layers of a stage side by side and waits for all, whatever becomes of one: an update that is cut off
// leaves what it was making without an owner.
func (r Rollout) runStage(ctx context.Context, stage []plan.Program, options UpOptions) map[string]error {
	for _, l := range stage {
		r.say("$ %s", r.upCommand(l, options))
	}
	shared := &prefixes{into: r.Stdout}
	errs := make([]error, len(stage))
	var running sync.WaitGroup
	for i, l := range stage {
		running.Go(func() { errs[i] = r.run(ctx, shared, l, r.upCommand(l, options)) })
	}
	running.Wait()
	failed := map[string]error{}
	for i, l := range stage {
		if errs[i] == nil {
			errs[i] = r.settle(ctx, l, options)
		}
		if errs[i] != nil {
			failed[l.Name] = errs[i]
		}
	}
	return failed
}

// settle is what follows an update of a layer that ended well.
func (r Rollout) settle(ctx context.Context, l plan.Program, options UpOptions) error {
	if options.SavePlans != "" {
		return nil
	}
	if err := r.checkSettled(context.WithoutCancel(ctx), l); err != nil {
		return err
	}
	if options.Plans != "" {
		return retirePlan(options.Plans, l)
	}
	return nil
}

// run runs a command with the layer's name before each line that it prints.
func (r Rollout) run(ctx context.Context, shared *prefixes, l plan.Program, command Command) error {
	output := shared.writer(fmt.Sprintf("%-10s | ", l.Name))
	err := r.Runner.Run(ctx, command, output)
	flushed := output.flush()
	if err != nil {
		err = r.explain(ctx, l, command, err, &output.diagnosis)
	}
	return errors.Join(err, flushed)
}

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
