package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/plan"
)

// DestroyOptions say how an environment is taken down.
type DestroyOptions struct {
	DryRun bool // print the commands and the checks between them, and run none
	Yes    bool // ask for no confirmation

	// Patience is how long to wait for what AWS removes by itself.
	Patience time.Duration
}

// Destroy takes the environment down, one layer at a time, against the order in which it is brought up. Layers that are
// down already are passed over, so that a destroy that stopped goes on where it did.
func (r Rollout) Destroy(ctx context.Context, options DestroyOptions) error {
	stages, err := r.stages()
	if err != nil {
		return err
	}
	// Of the two that do not read each other compute goes first, too: pods hold connections to the stores.
	layers := slices.Concat(stages...)
	slices.Reverse(layers)
	protected := r.checkUnprotected()
	if options.DryRun {
		if protected != nil {
			r.say("# refused as it is: %s", protected)
		}
		for _, l := range layers {
			for _, g := range r.gatesBefore(l) {
				r.say("# check that %s", g.clear)
			}
			r.say("%s", r.destroyCommand(l))
		}
		return nil
	}
	if protected != nil {
		return protected
	}
	states, err := r.readyForDestroy(ctx, layers)
	if err != nil {
		return err
	}
	if err := r.confirmDestroy(layers, states, options.Yes); err != nil {
		return err
	}
	if err := r.destroyAll(ctx, layers, options.Patience); err != nil {
		return err
	}
	if err := r.removeReturned(ctx, states, options.Patience); err != nil {
		return err
	}
	return r.reportOrphans(ctx)
}

// checkUnprotected refuses an environment whose settings protect it, before anything is asked of AWS.
func (r Rollout) checkUnprotected() error {
	keys, err := r.protections()
	if err != nil || len(keys) == 0 {
		return err
	}
	return fmt.Errorf("cannot destroy %s: these settings protect it: %s. Set them to false and bring up their layers first: "+
		"docs/operations.md, \"Protection\"", r.Environment, strings.Join(keys, ", "))
}

// readyForDestroy reads every state, and finds everything at once that would stop the destroy half-way.
func (r Rollout) readyForDestroy(ctx context.Context, layers []plan.Program) (map[string]state, error) {
	if err := r.checkVersion(ctx); err != nil {
		return nil, errors.Join(err, r.checkIdentity(ctx)) // without the CLI nothing can be said of states
	}
	problems := []error{r.checkIdentity(ctx)}
	states := map[string]state{}
	for _, l := range layers {
		s, err := r.stateOf(ctx, l)
		problems = append(problems, err, r.checkPending(l, s))
		if names := s.protected(); len(names) > 0 {
			problems = append(problems, fmt.Errorf("%s: still protected in its state: %s. The settings no longer protect it: apply them first: "+
				"magestack up %s --layer %s", l.Name, listed(names), r.Environment, l.Name))
		}
		states[l.Project] = s
	}
	return states, errors.Join(problems...)
}

// listed names a few, and says how many more there are.
func listed(names []string) string {
	const few = 5
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}

func (r Rollout) confirmDestroy(layers []plan.Program, states map[string]state, yes bool) error {
	where, err := r.account()
	if err != nil {
		return err
	}
	r.say("This destroys %s in account %s, %s, with all its data:", r.Environment, where.ID, where.Region)
	for _, l := range layers {
		switch s := states[l.Project]; {
		case !s.exists:
			r.say("  %-10s has no stack", l.Name)
		case s.empty():
			r.say("  %-10s is down already", l.Name)
		default:
			r.say("  %-10s %d resources", l.Name, s.count())
		}
	}
	if yes {
		return nil
	}
	return r.Confirm("docs/operations.md, \"Taking down\", says what is kept.", r.Environment)
}

func (r Rollout) destroyCommand(l plan.Program) Command {
	return r.pulumi(l, "destroy", append(r.unattended(), "--skip-preview")...)
}

func (r Rollout) destroyAll(ctx context.Context, layers []plan.Program, patience time.Duration) error {
	for i, l := range layers {
		if ctx.Err() != nil {
			return r.destroyStopped(l, context.Cause(ctx), layers[i:])
		}
		if err := r.destroyOne(ctx, l, patience); err != nil {
			return r.destroyStopped(l, err, layers[i:])
		}
	}
	r.say("%s is down. Its stacks are still there, empty: remove them with pulumi stack rm --preserve-config", r.Environment)
	return nil
}

func (r Rollout) destroyOne(ctx context.Context, l plan.Program, patience time.Duration) error {
	s, err := r.stateOf(ctx, l)
	if err != nil {
		return err
	}
	if s.empty() {
		return nil
	}
	for _, g := range r.gatesBefore(l) {
		if err := r.pass(ctx, g, patience); err != nil {
			return err
		}
	}
	command := r.destroyCommand(l)
	r.say("$ %s", command)
	return r.run(ctx, &prefixes{into: r.Stdout}, l, command)
}

func (r Rollout) destroyStopped(at plan.Program, err error, left []plan.Program) error {
	how := ""
	if ended := endedOf(err); ended != "failed" {
		how = "it " + ended + ": "
	}
	return errors.Join(
		fmt.Errorf("cannot destroy %s yet: %s%w", at.Name, how, err),
		fmt.Errorf("still up: %s", strings.Join(namesOf(left), ", ")),
		fmt.Errorf("remove the cause, then continue with: magestack destroy %s", r.Environment),
	)
}

// reportOrphans names what stays and blocks nothing. A failure of the calls is not one of the destroy.
func (r Rollout) reportOrphans(ctx context.Context) error {
	finder, err := r.finder(state{})
	if err != nil {
		return err
	}
	orphans, err := finder.Orphans(ctx)
	if err != nil {
		r.say("could not look for volumes, launch templates and instance profiles of the cluster: %s", err)
		return nil
	}
	for _, orphan := range orphans {
		r.say("orphaned, but blocks nothing: %s", orphan)
	}
	return nil
}
