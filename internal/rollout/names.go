package rollout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/orphans"
	"github.com/magestack/magestack/internal/plan"
)

// checkNames finds what is there already under names that the plan wants and no state has.
func (r Rollout) checkNames(ctx context.Context, planned []plan.Resource, states []state) error {
	finder, err := r.finder(states...)
	if err != nil {
		return err
	}
	taken, err := finder.Taken(ctx, r.names(planned))
	if err != nil {
		return fmt.Errorf("looking for names of the plan that are taken: %w", err)
	}
	var problems []error
	for _, l := range taken {
		problems = append(problems, fmt.Errorf("a name of the plan is taken by what no state has: %s", l))
	}
	return errors.Join(problems...)
}

// names lists what the plan makes under names of its own choice, each in the region of its provider.
func (r Rollout) names(planned []plan.Resource) []orphans.Named {
	regions := map[string]string{}
	for _, resource := range planned {
		if region, ok := resource.Inputs["region"].(string); ok && resource.IsProvider() {
			regions[resource.URN] = region
		}
	}
	types := orphans.NamedTypes()
	var names []orphans.Named
	for _, resource := range planned {
		name, ok := resource.Inputs[types[resource.Type]].(string)
		region, known := regions[resource.Provider]
		if ok && known {
			names = append(names, orphans.Named{Type: resource.Type, Name: name, Region: region})
		}
	}
	return names
}

// returnPeriod is for how long services write on to the log groups of what was destroyed. AWS names no period; reports of
// it (terraform-aws-eks 2763) are of a minute or two.
const returnPeriod = 3 * time.Minute

// removeReturned waits for log groups of the destroyed layers that their services make anew, and removes them: the next up
// would find them in its way. They hold what was logged of the deletion alone; the groups themselves were destroyed with
// their layers (docs/decisions/0050-recreated-log-groups-are-deleted.md).
func (r Rollout) removeReturned(ctx context.Context, states map[string]state, patience time.Duration) error {
	where, err := r.account()
	if err != nil {
		return err
	}
	var names []orphans.Named
	for _, s := range states {
		names = append(names, s.logGroups(where.Region)...)
	}
	if len(names) == 0 {
		return nil
	}
	finder, err := r.finder(state{})
	if err != nil {
		return err
	}
	r.say("looking for %s for log groups that services recreate", min(patience, returnPeriod))
	for waited := time.Duration(0); ; waited += pollInterval {
		returned, err := finder.Taken(ctx, names)
		if err != nil {
			return fmt.Errorf("looking for recreated log groups: %w", err)
		}
		for _, l := range returned {
			command := Command{"aws", strings.Fields(l.Remove)[1:]}
			r.say("$ %s", command)
			if _, err := r.Runner.Output(ctx, command); err != nil {
				return fmt.Errorf("deleting the recreated log group %s: %w", l.ID, err)
			}
		}
		if waited >= min(patience, returnPeriod) {
			return nil
		}
		if err := r.Pause(ctx, pollInterval); err != nil {
			return fmt.Errorf("waiting for recreated log groups: %w", err)
		}
	}
}
