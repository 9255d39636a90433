package rollout

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// shown is what became of showing a stage.
type shown struct {
	changed []plan.Program   // the layers in which there is something to do, and that was agreed to
	failed  map[string]error // the layers that could not be shown
	refused error            // not confirmed
}

// showStage shows what an update of a stage would do, and asks. A stage in which there is nothing to do is not asked about.
func (r Rollout) showStage(ctx context.Context, stage []plan.Program) (shown, error) {
	folder, err := os.MkdirTemp("", "magestack-")
	if err != nil {
		return shown{}, fmt.Errorf("making a folder for what is shown: %w", err)
	}
	// It holds the inputs of resources, those that are secret encrypted.
	defer func() { _ = os.RemoveAll(folder) }() // that it stays is no reason to stop here
	s := shown{failed: r.runStage(ctx, stage, UpOptions{SavePlans: folder})}
	if len(s.failed) > 0 || ctx.Err() != nil {
		return s, nil
	}
	for _, l := range stage {
		p, err := r.readPlan(folder, l)
		if err != nil {
			return shown{}, err
		}
		r.say("%s: %s", l.Name, p.summary())
		if p.changes() {
			s.changed = append(s.changed, l)
		}
	}
	if len(s.changed) > 0 {
		s.refused, err = r.confirmStages("This changes", [][]plan.Program{s.changed})
	}
	return s, err
}

// confirmStages asks for the environment's name.
func (r Rollout) confirmStages(does string, stages [][]plan.Program) (refused, err error) {
	where, err := r.account()
	if err != nil {
		return nil, err
	}
	return r.Confirm(fmt.Sprintf("%s %s in account %s, %s, as shown above: %s.", does, r.Environment, where.ID, where.Region, describe(stages)), r.Environment), nil
}

// notAgreed says how far an update came that ended at a question.
func (r Rollout) notAgreed(refused error, done, left []string, options UpOptions) error {
	return errors.Join(refused, fmt.Errorf("updated: %s; not started: %s", orNone(done), strings.Join(left, ", ")),
		fmt.Errorf("continue with: magestack up %s%s", r.Environment, layerFlags(options.Layers)))
}
