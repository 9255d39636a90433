package schedule

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The years that schedules are followed through: they have a leap year, and February 29 on several weekdays. They are fixed, so that
// an answer is the same on every day.
const (
	firstYear = 2026
	lastYear  = 2035
)

// expression is what Expression writes: an hour, days of the month or a day of the week, months.
var expression = regexp.MustCompile(`^cron\(0 (\d+) (\?|\d+(?:,\d+)*) (\*|\d+(?:,\d+)*) (\?|[A-Z]{3}) \*\)$`)

// LongestGap follows a schedule through the years, and returns the most days from one rotation to the next. It reads what
// Expression writes, and refuses the rest.
func LongestGap(schedule string) (int, error) {
	dates, err := dates(schedule)
	if err != nil {
		return 0, err
	}
	longest := 0
	for i := 1; i < len(dates); i++ {
		longest = max(longest, int(dates[i].Sub(dates[i-1]).Hours()/hoursPerDay))
	}
	return longest, nil
}

// dates are all days that a schedule names.
func dates(schedule string) ([]time.Time, error) {
	parts := expression.FindStringSubmatch(schedule)
	if parts == nil {
		return nil, fmt.Errorf("schedule %q: must be cron(0 HOUR DAYS MONTHS WEEKDAY *)", schedule)
	}
	days, months, weekday := parts[2], parts[3], parts[4]
	if (days == "?") == (weekday == "?") {
		return nil, fmt.Errorf("schedule %q: must name either days of the month or a day of the week", schedule)
	}
	names := func(list string, number int) bool {
		return list == "*" || slices.Contains(strings.Split(list, ","), fmt.Sprint(number))
	}
	var found []time.Time
	for day := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() <= lastYear; day = day.AddDate(0, 0, 1) {
		onDay := names(days, day.Day()) || strings.EqualFold(day.Weekday().String()[:3], weekday)
		if onDay && names(months, int(day.Month())) {
			found = append(found, day)
		}
	}
	if len(found) < 2 {
		return nil, errors.New("schedule " + schedule + ": names no days that there are")
	}
	return found, nil
}
