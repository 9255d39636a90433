package topology

// How long the connections between CloudFront and the load balancer last, in seconds. Each is longer than the one before:
// CloudFront never sends a request over a connection that the load balancer is about to close, and the load balancer never
// gives up an answer that CloudFront still waits for.
const (
	// OriginKeepaliveSeconds is how long CloudFront keeps a connection for the next request (CloudFront Developer Guide,
	// "Keep-alive timeout").
	OriginKeepaliveSeconds = 55

	// OriginReadTimeoutSeconds is how long CloudFront waits for Magento, twice its default, which exports of the
	// admin exceed (CloudFront Developer Guide, "Response timeout": 1 to 120 seconds).
	OriginReadTimeoutSeconds = 60

	// LoadBalancerIdleSeconds is how long the load balancer keeps a connection on which nothing is sent (Application Load
	// Balancers, "Connection idle timeout").
	LoadBalancerIdleSeconds = 65
)
