// Package retention says how long backups are kept and how firmly, as plain values. It is pure: no provider, no state.
package retention

import (
	"errors"
	"fmt"
)

// Lock says who may shorten what AWS Backup has promised to keep (AWS Backup Developer Guide, "AWS Backup Vault Lock").
type Lock string

const (
	// LockGovernance refuses everybody who may not manage the lock itself. An operator with that right can take it
	// off, and so can the next deployment.
	LockGovernance Lock = "governance"

	// LockCompliance refuses everybody, the owner of the account and AWS among them, and cannot be taken back once its
	// days of grace are over: the vault stays until its last backup has expired, and is paid until then.
	LockCompliance Lock = "compliance"
)

// GraceDays is how long a compliance lock can still be taken back, the least that AWS Backup allows
// (API Reference, PutBackupVaultLockConfiguration, ChangeableForDays).
const GraceDays = 3

// Allowed lists the values, for messages and reference pages.
func (Lock) Allowed() string { return string(LockGovernance) + " or " + string(LockCompliance) }

// Validate refuses values other than the allowed ones, the empty one among them.
func (l Lock) Validate() error {
	if l != LockGovernance && l != LockCompliance {
		return fmt.Errorf("%q: must be %s", string(l), l.Allowed())
	}
	return nil
}

// UnmarshalText reads a setting.
func (l *Lock) UnmarshalText(text []byte) error {
	*l = Lock(text)
	return l.Validate()
}

// Periods are how many days the backups of each rhythm are kept.
type Periods struct {
	Daily   int
	Monthly int
}

// Bounds of the periods. A week is the least that outlasts a long weekend; ten years are more than any law asks of a
// shop's books, and far below the 100 years that AWS Backup takes.
const (
	minDays = 7
	maxDays = 3653
)

// Validate refuses periods out of bounds, and months that go before the days do.
func (p Periods) Validate() error {
	var problems []error
	for _, period := range []struct {
		name string
		days int
	}{{"daily", p.Daily}, {"monthly", p.Monthly}} {
		if period.days < minDays || period.days > maxDays {
			problems = append(problems, fmt.Errorf("%s backups kept for %d days: must be %d to %d", period.name, period.days, minDays, maxDays))
		}
	}
	if p.Monthly < p.Daily {
		problems = append(problems, fmt.Errorf("monthly backups kept for %d days: must be no fewer than the %d of the daily ones", p.Monthly, p.Daily))
	}
	return errors.Join(problems...)
}
