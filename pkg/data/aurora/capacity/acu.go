// Package capacity is the arithmetic of an Aurora Serverless v2 cluster: which capacities exist, how many
// connections they carry, and how those connections are shared out. It is pure: no provider, no state.
//
// Sources are named where a number stands: "AUG" is the Amazon Aurora User Guide, "API" the Amazon RDS API
// reference, "ATK" aws/agent-toolkit-for-aws (amazon-aurora-mysql), "PXS" the source of ProxySQL.
package capacity

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ACU is an amount of capacity in Aurora capacity units. One unit is about 2 GiB of memory with the
// processor and network that go with it.
type ACU float64

const (
	// MinACU is the smallest capacity that does not pause (AUG, "Aurora Serverless v2 capacity"). AWS also
	// has 0, which is refused here: see ACU.Validate.
	MinACU ACU = 0.5

	// MaxACU is the largest capacity of any engine version (API, ServerlessV2ScalingConfiguration). Older
	// versions end earlier: see EngineVersion.MaxACU.
	MaxACU ACU = 256

	// Step is what capacities are multiples of (API, ServerlessV2ScalingConfiguration).
	Step ACU = 0.5

	// memoryPerACU is the memory of one unit in MiB (AUG, "How Aurora Serverless v2 works": about 2 GiB).
	memoryPerACU = 2048

	// minOfMax is the smallest upper end of a range: AWS refuses a maximum of 0.5 (AUG, "Choosing the
	// maximum Aurora Serverless v2 capacity setting").
	minOfMax ACU = 1
)

// Allowed says in words which values an ACU may have, for messages and reference tables.
func (ACU) Allowed() string {
	return fmt.Sprintf("%s to %s in steps of %s", MinACU, MaxACU, Step)
}

// MemoryMiB is the memory that an instance has at this capacity, in MiB.
func (a ACU) MemoryMiB() int { return int(a * memoryPerACU) }

// String writes the capacity as AWS does: "0.5", "16".
func (a ACU) String() string { return strconv.FormatFloat(float64(a), 'f', -1, 64) }

// MarshalText writes the capacity as UnmarshalText reads it.
func (a ACU) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads a capacity from a plain decimal number: no sign, no exponent, no unit.
func (a *ACU) UnmarshalText(text []byte) error {
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil || strings.Trim(string(text), "0123456789.") != "" {
		return fmt.Errorf("capacity %q is not a number of ACU: allowed are %s", text, a.Allowed())
	}
	capacity := ACU(value)
	if err := capacity.Validate(); err != nil {
		return err
	}
	*a = capacity
	return nil
}

// Validate refuses a capacity that Aurora does not have. It refuses 0 as well, although AWS accepts it as
// "pause when nobody is connected": cron comes every minute and ProxySQL holds connections all the time, so
// that a Magento store would never pause, and would still pay for it with a cold buffer pool and, after a
// maintenance window, with a resume of 15 seconds that PHP does not wait for.
func (a ACU) Validate() error {
	switch {
	case a == 0:
		return fmt.Errorf("capacity 0 ACU means automatic pause, which a store with cron and ProxySQL never reaches: "+
			"allowed are %s", a.Allowed())
	case math.IsNaN(float64(a)) || a < MinACU || a > MaxACU:
		return fmt.Errorf("capacity %s ACU is out of range: allowed are %s", a, a.Allowed())
	case a != Step*ACU(math.Trunc(float64(a/Step))):
		return fmt.Errorf("capacity %s ACU is between two steps: allowed are %s", a, a.Allowed())
	}
	return nil
}

// Range is the capacity range of a cluster. Every instance scales inside it on its own, so that a cluster of
// n instances costs between n × Min and n × Max.
type Range struct {
	// Min is where idle instances rest. It decides how many connections there are (MaxConnections), so that
	// it is a limit on traffic as much as a price.
	Min ACU

	// Max is the most that an instance may grow to, and with it the most that an hour may cost. It does not
	// change how many connections there are.
	Max ACU
}

// String writes the range as "0.5–16 ACU".
func (r Range) String() string { return fmt.Sprintf("%s–%s ACU", r.Min, r.Max) }

// Validate reports everything that is wrong with the range, on any engine version.
func (r Range) Validate() error {
	problems := []error{wrap("minimum", r.Min.Validate()), wrap("maximum", r.Max.Validate())}
	if r.Max < r.Min {
		problems = append(problems, fmt.Errorf("maximum %s ACU is below the minimum of %s ACU", r.Max, r.Min))
	}
	if r.Max >= MinACU && r.Max < minOfMax {
		problems = append(problems, fmt.Errorf("maximum %s ACU is too small: Aurora asks for %s or more", r.Max, minOfMax))
	}
	return errors.Join(problems...)
}

// wrap puts the name of what was checked before an error, and leaves nil as it is.
func wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}
