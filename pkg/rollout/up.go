package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
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

// Up brings the layers up, stage by stage.
func (r Rollout) Up(ctx context.Context, options UpOptions) error {
	stages, err := r.stages()
	if err != nil {
		return err
	}
	if stages, err = only(stages, options.Layers); err != nil {
		return err
	}
	if err := r.checkReviewed(options); err != nil {
		return err
	}
	if options.DryRun {
		r.printStages(stages, options)
		return nil
	}
	if err := r.readyForUp(ctx, stages, options); err != nil {
		return err
	}
	if !options.Yes && options.SavePlans == "" {
		where, err := r.account()
		if err != nil {
			return err
		}
		question := fmt.Sprintf("This brings up %s in account %s, %s: %s.", r.Environment, where.ID, where.Region, describe(stages))
		if err := r.Confirm(question, r.Environment); err != nil {
			return err
		}
	}
	return r.runStages(ctx, stages, options)
}

// checkReviewed holds that nothing reaches a protected environment without a reviewed plan
// (docs/decisions/0028-protected-environments-take-saved-plans-alone.md).
func (r Rollout) checkReviewed(options UpOptions) error {
	if options.Plans != "" && options.SavePlans != "" {
		return errors.New("--plans and --save-plans: only one of them can be given: a plan is reviewed between the two")
	}
	if options.Plans != "" || options.SavePlans != "" {
		return nil
	}
	keys, err := r.protections()
	if err != nil || len(keys) == 0 {
		return err
	}
	return fmt.Errorf("%s is protected (%s): it takes saved plans alone. Save them with --save-plans FOLDER, have them reviewed, "+
		"and apply them with --plans FOLDER", r.Environment, strings.Join(keys, ", "))
}

// readyForUp finds everything at once that would stop a layer later.
func (r Rollout) readyForUp(ctx context.Context, stages [][]target, options UpOptions) error {
	if err := r.checkVersion(ctx); err != nil {
		return errors.Join(err, r.checkIdentity(ctx)) // without the CLI nothing can be said of stacks
	}
	problems := []error{r.checkIdentity(ctx)}
	for _, l := range slices.Concat(stages...) {
		exists, err := r.hasStack(ctx, l)
		if err == nil && !exists {
			err = fmt.Errorf("%s: has no stack %s; make it: pulumi stack init %s --cwd %s --secrets-provider …", l.project, r.Environment, r.Environment, l.directory)
		}
		problems = append(problems, err)
		if options.Plans != "" {
			problems = append(problems, r.checkPlan(l, options.Plans))
		}
	}
	if options.SavePlans != "" {
		problems = append(problems, makeFolder(options.SavePlans))
	}
	if problems[0] == nil { // of another account the answers would be about nothing
		problems = append(problems, r.preflight(ctx, stages))
	}
	return errors.Join(problems...)
}

// upCommand is what brings up a layer, or saves a plan of it.
func (r Rollout) upCommand(l target, options UpOptions) Command {
	switch {
	case options.SavePlans != "":
		arguments := []string{"--diff", "--non-interactive", "--save-plan", planFile(options.SavePlans, l)}
		if r.Colors {
			arguments = append(arguments, "--color", "always")
		}
		return r.pulumi(l, "preview", arguments...)
	case options.Plans != "":
		return r.pulumi(l, "up", append(r.unattended(), "--plan", planFile(options.Plans, l))...)
	default:
		return r.pulumi(l, "up", r.unattended()...)
	}
}

func (r Rollout) printStages(stages [][]target, options UpOptions) {
	for _, stage := range stages {
		if len(stage) > 1 {
			r.say("# side by side: %s", strings.Join(namesOf(stage), ", "))
		}
		for _, l := range stage {
			r.say("%s", r.upCommand(l, options))
		}
	}
}

// runStages runs one stage after the other, and stops after one in which something failed.
func (r Rollout) runStages(ctx context.Context, stages [][]target, options UpOptions) error {
	var done []string
	for i, stage := range stages {
		failed := r.runStage(ctx, stage, options)
		for _, l := range stage {
			if failed[l.name] == nil {
				done = append(done, l.name)
			}
		}
		left := slices.Concat(stages[i+1:]...)
		if len(failed) > 0 || ctx.Err() != nil && len(left) > 0 {
			return r.upFailed(ctx, stage, failed, done, left, options)
		}
		r.noteDelegation(stage, left, options)
	}
	if options.SavePlans != "" {
		return r.reportPlans(slices.Concat(stages...), options.SavePlans)
	}
	r.say("%s is up: %s", r.Environment, strings.Join(done, ", "))
	return nil
}

// runStage runs the layers of a stage side by side and waits for all, whatever becomes of one: an update that is cut off
// leaves what it was making without an owner.
func (r Rollout) runStage(ctx context.Context, stage []target, options UpOptions) map[string]error {
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
		if errs[i] != nil {
			failed[l.name] = errs[i]
		}
	}
	return failed
}

// run runs a command with the layer's name before each line that it prints.
func (r Rollout) run(ctx context.Context, shared *prefixes, l target, command Command) error {
	output := shared.writer(fmt.Sprintf("%-10s | ", l.name))
	err := r.Runner.Run(ctx, command, output)
	return errors.Join(err, output.flush())
}

// upFailed says what failed, what is done, what is left and how to go on.
func (r Rollout) upFailed(ctx context.Context, stage []target, failed map[string]error, done []string, left []target, options UpOptions) error {
	var problems []error
	for _, l := range stage {
		if err := failed[l.name]; err != nil {
			problems = append(problems, fmt.Errorf("%s failed: %w", l.name, err))
		}
	}
	if len(failed) == 0 {
		problems = append(problems, fmt.Errorf("stopped: %w", context.Cause(ctx)))
	}
	said := "done: " + orNone(done)
	if len(left) > 0 {
		said += "; not begun: " + strings.Join(namesOf(left), ", ")
	}
	return errors.Join(append(problems, errors.New(said),
		fmt.Errorf("what was made is kept. When the cause is gone, go on with: %s", r.upAgain(failed, left, options)))...)
}

// upAgain is the command line that goes on. Plans that were applied cannot be applied twice, so that with plans only
// what is left is named; without them a layer that is up to date takes seconds.
func (r Rollout) upAgain(failed map[string]error, left []target, options UpOptions) string {
	line := "magestack up " + r.Environment
	if options.Plans == "" && options.SavePlans == "" {
		for _, name := range options.Layers {
			line += " --layer " + name
		}
		return line
	}
	names := namesOf(left)
	for name := range failed {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		line += " --layer " + name
	}
	// A layer that failed half-way has another state than its plan was made for.
	return line + " --save-plans FOLDER, a review, and the same with --plans FOLDER"
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
