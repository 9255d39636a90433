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
