package capacity

import (
	"errors"
	"fmt"
)

// Feature is a feature of Aurora that asks for a minimum of capacity: below it the feature itself takes so much
// of the instance that AWS does not recommend it.
type Feature string

const (
	// PerformanceInsights asks for 2 ACU (AUG, "Choosing the minimum Aurora Serverless v2 capacity setting").
	PerformanceInsights Feature = "Performance Insights"

	// GlobalDatabase asks for 8 ACU in the primary Region (same page).
	GlobalDatabase Feature = "a Global Database"
)

// Minimum is the smallest minimum of a range that the feature works with.
func (f Feature) Minimum() ACU {
	switch f {
	case PerformanceInsights:
		return 2
	case GlobalDatabase:
		return 8
	default:
		return MinACU
	}
}

// ValidateFeatures refuses a range whose minimum is too small for one of the features, naming each of them.
func (r Range) ValidateFeatures(features ...Feature) error {
	var problems []error
	for _, feature := range features {
		if r.Min < feature.Minimum() {
			problems = append(problems, fmt.Errorf("minimum %s ACU is too small for %s: allowed are %s ACU and more",
				r.Min, feature, feature.Minimum()))
		}
	}
	return errors.Join(problems...)
}
