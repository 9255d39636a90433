// Package timing holds what pods behind a target group must know of it. It is pure, so that whoever checks pods need not build the
// provider.
package timing

const (
	// DeregistrationDelaySeconds lets running requests end; a spot node has 120 seconds in all. A pod goes on answering for
	// longer than that after it was told to end.
	DeregistrationDelaySeconds = 60

	// HealthCheckPath answers 200 while PHP reaches its database and cache (Magento, pub/health_check.php).
	HealthCheckPath = "/health_check.php"
)
