package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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
