package nodepool

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/magestack/magestack/pkg/enum"
)

var nodesFormat = regexp.MustCompile(`^((100|[0-9]{1,2})%|[0-9]+)$`)

// maxBudgets is how many a pool may have (Karpenter 1.14, NodePool: spec.disruption.budgets).
const maxBudgets = 50

// Validate refuses what Karpenter would, and a budget that stops replacements for good.
func (b Budget) Validate() error {
	var problems []error
	if !nodesFormat.MatchString(b.Nodes) {
		problems = append(problems, fmt.Errorf("nodes %q: must be a number or a percentage up to 100%%", b.Nodes))
	}
	switch {
	case b.Schedule != "" && b.Duration == "":
		problems = append(problems, fmt.Errorf("schedule %q: needs a duration: how long the budget holds once it has begun", b.Schedule))
	case b.Schedule == "" && b.Duration != "":
		problems = append(problems, fmt.Errorf("duration %q: needs a schedule: when the budget begins", string(b.Duration)))
	}
	if b.Schedule != "" {
		if err := checkSchedule(b.Schedule); err != nil {
			problems = append(problems, fmt.Errorf("schedule %q: %w", b.Schedule, err))
		}
	}
	if b.Duration != "" {
		if length, err := b.Duration.duration(); err != nil || !durationFormat.MatchString(string(b.Duration)) || length < time.Minute {
			problems = append(problems, fmt.Errorf("duration %q: must be hours and minutes, such as 14h30m", string(b.Duration)))
		}
	}
	for i, reason := range b.Reasons {
		if err := enum.Check(reason, []Reason{Underutilized, Empty, Drifted}); err != nil {
			problems = append(problems, fmt.Errorf("reason %w", err))
		}
		if slices.Contains(b.Reasons[:i], reason) {
			problems = append(problems, fmt.Errorf("reason %q: named twice", string(reason)))
		}
	}
	if none := b.Nodes == "0" || b.Nodes == "0%"; none && b.Schedule == "" && (len(b.Reasons) == 0 || slices.Contains(b.Reasons, Drifted)) {
		problems = append(problems, fmt.Errorf("nodes %q: at all times, nodes with an old image would never be replaced; give it a schedule", b.Nodes))
	}
	return errors.Join(problems...)
}

// checkSchedule refuses what Karpenter's parser refuses, which is this one. It also refuses a time zone: the API takes none,
// although the parser would (Karpenter 1.14, NodePool: the pattern of spec.disruption.budgets.schedule).
func checkSchedule(schedule string) error {
	if strings.Contains(schedule, "TZ=") {
		return errors.New("must be in UTC, without a time zone")
	}
	if strings.HasPrefix(schedule, "@every") { // the API's pattern leaves it out
		return errors.New("must be five fields of cron, or a macro such as @daily; @every is not taken")
	}
	if _, err := cron.ParseStandard(schedule); err != nil {
		return fmt.Errorf("must be five fields of cron, or a macro such as @daily: %w", err)
	}
	return nil
}
