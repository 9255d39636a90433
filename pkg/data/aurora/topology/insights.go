package topology

import (
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/enum"
)

// Insights is how closely CloudWatch Database Insights watches the cluster's load: by statement, wait and user.
type Insights string

const (
	// InsightsOff is for clusters below 2 ACU, where watching would take a noticeable part of the instance.
	InsightsOff Insights = "off"

	// InsightsStandard keeps a week, at no charge.
	InsightsStandard Insights = "standard"

	// InsightsAdvanced keeps 15 months and adds locks, slow statements, plans and the state of the whole fleet. It is
	// paid by capacity (CloudWatch pricing, "Database Insights").
	InsightsAdvanced Insights = "advanced"
)

// Retention of the counters, in days. Advanced takes no other (API, CreateDBCluster, DatabaseInsightsMode).
const (
	standardInsightsDays = 7
	advancedInsightsDays = 465
)

func insights() []Insights { return []Insights{InsightsOff, InsightsStandard, InsightsAdvanced} }

// Enabled reports whether Performance Insights, on which both modes rest, is turned on.
func (i Insights) Enabled() bool { return i == InsightsStandard || i == InsightsAdvanced }

// Mode is what the RDS API calls it. There is no mode for off: that is standard without Performance Insights.
func (i Insights) Mode() string {
	if i == InsightsAdvanced {
		return "advanced"
	}
	return "standard"
}

// RetentionDays is how long the counters are kept, 0 when there are none.
func (i Insights) RetentionDays() int {
	switch i {
	case InsightsAdvanced:
		return advancedInsightsDays
	case InsightsStandard:
		return standardInsightsDays
	default:
		return 0
	}
}

// Features are the features of Aurora that need a minimum of capacity.
func (i Insights) Features() []capacity.Feature {
	if i.Enabled() {
		return []capacity.Feature{capacity.PerformanceInsights}
	}
	return nil
}

// Allowed lists the values, for messages and reference pages.
func (Insights) Allowed() string { return enum.Alternatives(insights()) }

// Validate refuses values other than the allowed ones, the empty one among them.
func (i Insights) Validate() error { return enum.Check(i, insights()) }

// UnmarshalText reads a setting.
func (i *Insights) UnmarshalText(text []byte) error {
	*i = Insights(text)
	return i.Validate()
}
