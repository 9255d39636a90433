// Package schedule says when credentials rotate: how old each class of them may get, and the schedules of Secrets Manager that
// keep it.
package schedule

import (
	"fmt"
	"slices"
)

// How many days a credential may be in use.
const (
	// MinDays is the shortest schedule that leaves the one before time to end.
	MinDays = 7

	// MaxDays is the ceiling of AWS Foundational Security Best Practices (SecretsManager.4, maxDaysSinceRotation).
	MaxDays = 90
)

// HoldHours is how long a process may keep a credential that is no longer the current one: as long as the longest Job of the
// shop lives (gitops/base/jobs, activeDeadlineSeconds).
const HoldHours = 8

// Class is a kind of credentials that rotate at the same time, on days of their own.
type Class string

// The classes.
const (
	ClassDatabaseUsers  Class = "database-users" // those that Magento and its tools log in as
	ClassAdministrators Class = "administrators" // of the database, ProxySQL, the search and the queues
	ClassStoreUsers     Class = "store-users"    // Magento's at the cache, the sessions, the search and the queues
	ClassAPIKeys        Class = "api-keys"
)

// Classes lists the classes in a stable order.
func Classes() []Class {
	return []Class{ClassDatabaseUsers, ClassAdministrators, ClassStoreUsers, ClassAPIKeys}
}

// firstDay is the day of the month on which the class rotates. None is followed by another one's day, nor is the day half a month
// later, and all are in every month.
func (c Class) firstDay() int { return 2 + 3*slices.Index(Classes(), c) }

// weekday is the day of a class that rotates every week. On Fridays and at weekends fewer people are there to help.
func (c Class) weekday() string {
	return []string{"MON", "TUE", "WED", "THU"}[slices.Index(Classes(), c)]
}

// Validate refuses what is no class.
func (c Class) Validate() error {
	if !slices.Contains(Classes(), c) {
		return fmt.Errorf("class %q: must be one of %v", string(c), Classes())
	}
	return nil
}

// halfMonth is from the first of two days of a month to the second.
const halfMonth = 15

// frequency is how often a class rotates.
type frequency struct {
	gap   int // the most days from one rotation to the next
	rules func(Class) string
}

// frequencies are those that Secrets Manager's schedules can say, the rarest first. What is in days, such as rate(30 days), has
// no hour of the day (AWS Secrets Manager User Guide, "Rotation schedules"); the gaps are those of the longest months.
func frequencies() []frequency {
	return []frequency{
		{62, func(c Class) string { return fmt.Sprintf("%d 1,3,5,7,9,11 ? *", c.firstDay()) }},
		{31, func(c Class) string { return fmt.Sprintf("%d * ? *", c.firstDay()) }},
		{31 - halfMonth, func(c Class) string { return fmt.Sprintf("%d,%d * ? *", c.firstDay(), c.firstDay()+halfMonth) }},
		{7, func(c Class) string { return fmt.Sprintf("? * %s *", c.weekday()) }},
	}
}

// Expression returns the rarest schedule by which no credential of the class is in use for more than the days, and the hours of
// one window.
func Expression(class Class, days int, window Window) (string, error) {
	if err := class.Validate(); err != nil {
		return "", err
	}
	for _, f := range frequencies() {
		if f.gap <= days {
			return fmt.Sprintf("cron(0 %d %s)", window.StartHour, f.rules(class)), nil
		}
	}
	return "", fmt.Errorf("%d days: must be %d to %d", days, MinDays, MaxDays)
}

// ValidateDays refuses periods beyond the limits.
func ValidateDays(days int) error {
	if days < MinDays || days > MaxDays {
		return fmt.Errorf("must be %d to %d days", MinDays, MaxDays)
	}
	return nil
}
