package nodepool

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Period is a duration as Karpenter's API writes it: numbers with s, m or h behind them, or Never.
type Period string

// Never is the period that does not end, where one may be endless.
const Never Period = "Never"

// Karpenter 1.14, the patterns of consolidateAfter and expireAfter, and that of a budget's duration, which begins with
// a cron schedule and so has no seconds.
var (
	periodFormat   = regexp.MustCompile(`^([0-9]+(s|m|h))+$`)
	durationFormat = regexp.MustCompile(`^([0-9]+(h|m)|[0-9]+h[0-9]+m)$`)
)

// PeriodOf writes a duration of whole minutes or seconds.
func PeriodOf(d time.Duration) Period {
	text := d.String() // such as 14h30m0s
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return Period(text)
}

// duration reads a period that ends.
func (p Period) duration() (time.Duration, error) {
	if !periodFormat.MatchString(string(p)) {
		return 0, fmt.Errorf("%q: must be numbers with s, m or h behind them, such as 1h30m", string(p))
	}
	return time.ParseDuration(string(p))
}

// check refuses what is neither a period nor, where that is allowed, Never.
func (p Period) check() error {
	if p == Never {
		return nil
	}
	if _, err := p.duration(); err != nil {
		return fmt.Errorf("%w, or Never", err)
	}
	return nil
}
