package nodepool

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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
		if err := checkCron(b.Schedule); err != nil {
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

// cronFields are what the five fields of a schedule may hold.
var cronFields = []struct {
	name        string
	least, most int
	names       string // that stand for numbers, from least on
}{
	{"minute", 0, 59, ""},
	{"hour", 0, 23, ""},
	{"day of the month", 1, 31, ""},
	{"month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"},
	{"day of the week", 0, 6, "sun mon tue wed thu fri sat"},
}

var cronMacros = []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}

// checkCron refuses what Karpenter's parser does (robfig/cron v3, ParseStandard), and a time zone, which the API does
// not support although the parser would.
func checkCron(schedule string) error {
	if slices.Contains(cronMacros, schedule) {
		return nil
	}
	fields := strings.Fields(schedule)
	if strings.Contains(schedule, "TZ=") {
		return errors.New("must be in UTC, without a time zone")
	}
	if len(fields) != len(cronFields) {
		return fmt.Errorf("must be five fields of cron, or %s", enum.Alternatives(cronMacros))
	}
	var problems []error
	for i, text := range fields {
		for _, item := range strings.Split(text, ",") {
			if !cronItem(item, i) {
				f := cronFields[i]
				problems = append(problems, fmt.Errorf("%s %q: must be %d to %d, a range, *, or one of them with a step", f.name, item, f.least, f.most))
			}
		}
	}
	return errors.Join(problems...)
}

// cronItem reports whether an item, such as 5, 1-5, mon-fri, * or */15, may stand in a field.
func cronItem(item string, field int) bool {
	span, step, stepped := strings.Cut(item, "/")
	if stepped {
		if n, err := strconv.Atoi(step); err != nil || n < 1 {
			return false
		}
	}
	if span == "*" || span == "?" {
		return true
	}
	from, to, ranged := strings.Cut(span, "-")
	first, ok := cronNumber(from, field)
	if !ok || !ranged {
		return ok
	}
	last, ok := cronNumber(to, field)
	return ok && first <= last
}

func cronNumber(text string, field int) (int, bool) {
	f := cronFields[field]
	if i := slices.Index(strings.Fields(f.names), strings.ToLower(text)); i >= 0 {
		return f.least + i, true
	}
	if !wholeNumber.MatchString(text) {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.least && n <= f.most
}
