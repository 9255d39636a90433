package settings

import (
	"fmt"
	"slices"
	"strconv"
)

// HealthCheckPath is what Route 53 asks the shop for. It answers 200 while PHP reaches its database and cache (Magento,
// pub/health_check.php), and is let in from everywhere, whatever countries the shop sells to.
const HealthCheckPath = "/health_check.php"

// healthCheckSeconds are the intervals that Route 53 has (Route 53 API Reference, HealthCheckConfig, RequestInterval).
var healthCheckSeconds = []int{10, 30}

// Monitoring holds what magento-cdn is told of the check from outside.
type Monitoring struct {
	// HealthCheck is whether Route 53 asks the first host name for /health_check.php through CloudFront, over TLS, from
	// three continents. It costs up to 2.75 USD a month (Route 53 pricing, 2025: a check of an endpoint outside AWS, with
	// HTTPS). While maintenance is on, it is paused.
	HealthCheck bool `key:"healthCheck" default:"true" differs:"purpose"`

	// HealthCheckSeconds is how often each of about a dozen checkers asks. Three failures in a row count: 90 seconds, or
	// 30 for 2 USD a month more.
	HealthCheckSeconds int `key:"healthCheckSeconds" default:"30" differs:"purpose" allowed:"10 or 30"`
}

func (s Monitoring) rules() []rule {
	return []rule{cdnRule(func(refuse refusal) {
		if !slices.Contains(healthCheckSeconds, s.HealthCheckSeconds) {
			refuse("healthCheckSeconds", strconv.Itoa(s.HealthCheckSeconds), fmt.Sprintf("must be %d or %d", healthCheckSeconds[0], healthCheckSeconds[1]))
		}
	}, "healthCheckSeconds")}
}
