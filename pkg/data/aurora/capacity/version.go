package capacity

import (
	"fmt"
	"strconv"
	"strings"
)

// EngineVersion is an engine version of Aurora MySQL 3, the MySQL 8.0 compatible line, written as the RDS API
// writes it: "8.0.mysql_aurora.3.12.0". Other lines are refused: Aurora MySQL 2 (MySQL 5.7) is out of support
// and not what Magento 2.4 supports, and Adobe's table of system requirements does not list 8.4.
type EngineVersion string

const (
	// DefaultEngineVersion is the version that Adobe names for Magento 2.4.9, 2.4.8-p5, 2.4.7-p10 and 2.4.6-p15
	// (AdobeDocs/commerce-operations.en, system requirements, 2026-08).
	DefaultEngineVersion EngineVersion = "8.0.mysql_aurora.3.12.0"

	// ParameterGroupFamily is the family of both parameter groups (cluster and instance) of Aurora MySQL 3.
	ParameterGroupFamily = "aurora-mysql8.0"

	enginePrefix = "8.0.mysql_aurora."
	engineMajor  = 3

	// firstServerlessMinor is the first minor version with Serverless v2 instances, 3.02.0 (AUG, "Supported
	// Regions and Aurora DB engines for Aurora Serverless v2").
	firstServerlessMinor = 2

	// firstLargeMinor is the first minor version that is trusted to grow to 256 ACU; before it the end is taken
	// to be 128 ACU. AWS says "256 for recent versions, 128 for older ones" (API, ServerlessV2ScalingConfiguration)
	// and tells the exact version only by describe-db-engine-versions; 3.08 is the minor that brought 0 ACU, and
	// with it the whole range. An older version may reach 256 as well: refusing that costs nothing.
	firstLargeMinor = 8
	maxACUBefore    = 128
)

// Allowed says in words which values an engine version may have.
func (EngineVersion) Allowed() string {
	return fmt.Sprintf("%s%d.MINOR.PATCH with MINOR %02d or newer, such as %s",
		enginePrefix, engineMajor, firstServerlessMinor, DefaultEngineVersion)
}

// String is the version as the RDS API wants it.
func (v EngineVersion) String() string { return string(v) }

// MarshalText writes the version as UnmarshalText reads it.
func (v EngineVersion) MarshalText() ([]byte, error) { return []byte(v), nil }

// UnmarshalText reads a version and refuses whatever is not Aurora MySQL 3 with Serverless v2.
func (v *EngineVersion) UnmarshalText(text []byte) error {
	version := EngineVersion(text)
	if err := version.Validate(); err != nil {
		return err
	}
	*v = version
	return nil
}

// Validate refuses whatever is not a full version of Aurora MySQL 3 with Serverless v2 instances.
func (v EngineVersion) Validate() error {
	numbers, ok := v.numbers()
	switch {
	case !ok || numbers[0] != engineMajor:
		return fmt.Errorf("engine version %q is not Aurora MySQL %d: allowed is %s", string(v), engineMajor, v.Allowed())
	case numbers[1] < firstServerlessMinor:
		return fmt.Errorf("engine version %q has no Serverless v2 instances: allowed is %s", string(v), v.Allowed())
	}
	return nil
}

// minor returns the release within the line: 12 of "8.0.mysql_aurora.3.12.0", 4 of "8.0.mysql_aurora.3.04.2", and 0 of a
// version that is not valid.
func (v EngineVersion) minor() int {
	numbers, _ := v.numbers()
	return numbers[1]
}

// MaxACU is the largest capacity that this version grows to.
func (v EngineVersion) MaxACU() ACU {
	if v.minor() < firstLargeMinor {
		return maxACUBefore
	}
	return MaxACU
}

// ValidateRange refuses a capacity range that this version does not reach.
func (v EngineVersion) ValidateRange(r Range) error {
	if r.Max > v.MaxACU() {
		return fmt.Errorf("maximum %s ACU is more than engine version %s has: allowed are at most %s ACU, or %s from 3.%02d on",
			r.Max, v, v.MaxACU(), MaxACU, firstLargeMinor)
	}
	return nil
}

// numbers splits the version after the engine's name into major, minor and patch.
func (v EngineVersion) numbers() (numbers [3]int, ok bool) {
	rest, found := strings.CutPrefix(string(v), enginePrefix)
	parts := strings.Split(rest, ".")
	if !found || len(parts) != len(numbers) {
		return numbers, false
	}
	for i, part := range parts {
		number, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return [3]int{}, false
		}
		numbers[i] = int(number)
	}
	return numbers, true
}
