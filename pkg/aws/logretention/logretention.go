// Package logretention knows how long CloudWatch Logs keeps events, and how long those of an environment are kept at least.
package logretention

import "slices"

// MinDays is the year that PCI DSS asks of audit trails (PCI DSS 4.0, requirement 10.5.1; Foundational Security Best
// Practices, CloudWatch.16).
const MinDays = 365

// periods are those that CloudWatch Logs has (CloudWatch Logs API Reference, PutRetentionPolicy). Keeping forever is not
// among them: a log grows with traffic, and so would its bill.
var periods = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// Allowed lists the periods that a log group of an environment may have, in days.
func Allowed() []int {
	return slices.DeleteFunc(slices.Clone(periods), func(days int) bool { return days < MinDays })
}
