package schedule

import "fmt"

// How long a window may be, in hours. A class has up to four secrets, of which one is rotated at a time, in 15 minutes at most for
// each step that waits; Secrets Manager takes windows of whole hours that end within their day (API Reference, RotationRulesType,
// Duration).
const (
	MinHours = 2
	MaxHours = 12

	hoursPerDay = 24
)

// Window is the hours of a day in which credentials rotate, in UTC.
type Window struct{ StartHour, Hours int }

// Validate refuses windows that are too short, too long, or go past midnight.
func (w Window) Validate() error {
	if w.StartHour < 0 || w.Hours < MinHours || w.Hours > MaxHours || w.StartHour+w.Hours > hoursPerDay {
		return fmt.Errorf("must be %d to %d hours that begin and end within one day of UTC", MinHours, MaxHours)
	}
	return nil
}

// String writes the window as a person would.
func (w Window) String() string {
	return fmt.Sprintf("%02d:00-%02d:00 UTC", w.StartHour, w.StartHour+w.Hours)
}

// Duration is the length as Secrets Manager has it.
func (w Window) Duration() string { return fmt.Sprintf("%dh", w.Hours) }

// Daily is EventBridge's schedule for the beginning of every day's window (Amazon EventBridge User Guide, "Cron expressions").
func (w Window) Daily() string { return fmt.Sprintf("cron(0 %d * * ? *)", w.StartHour) }

// Overlaps reports whether the window has a minute in common with a time of every day, which begins at the minute of the day and may
// go past midnight.
func (w Window) Overlaps(start, minutes int) bool {
	const minutesPerDay = hoursPerDay * 60
	for minute := w.StartHour * 60; minute < (w.StartHour+w.Hours)*60; minute++ {
		if ((minute-start)%minutesPerDay+minutesPerDay)%minutesPerDay < minutes {
			return true
		}
	}
	return false
}
