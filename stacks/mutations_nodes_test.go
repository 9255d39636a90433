package stacks_test

import "github.com/magestack/magestack/internal/plan"

// nodeMutations are mistakes about the nodes that Karpenter makes.
func nodeMutations() []mutation {
	const (
		queue       = "aws:sqs/queue:Queue"
		queuePolicy = "aws:sqs/queuePolicy:QueuePolicy"
	)
	alone := func(r *plan.Resource) { r.Dependencies = nil }
	return []mutation{
		{"nodes-hardened", "nodes with IMDSv1", nodeClassType, set("spec.metadataOptions.httpTokens", "optional")},
		{"nodes-hardened", "the node's credentials for pods", nodeClassType, set("spec.metadataOptions.httpPutResponseHopLimit", float64(2))},
		{"nodes-hardened", "nodes with public addresses", nodeClassType, set("spec.associatePublicIPAddress", true)},
		{"nodes-hardened", "open volumes", nodeClassType, set("spec.blockDeviceMappings.0.ebs.encrypted", false)},
		{"nodes-hardened", "volumes under AWS's key", nodeClassType, unset("spec.blockDeviceMappings.0.ebs.kmsKeyID")},
		{"nodes-hardened", "nodes of another environment", nodeClassType, set("spec.tags.environment", "staging")},
		{"nodes-bounded", "a pool without limits", nodePoolType, unset("spec.limits")},
		{"nodes-bounded", "a pool with vCPUs alone", nodePoolType, unset("spec.limits.memory")},
		{"nodes-bounded", "nodes that never let go", nodePoolType, unset("spec.template.spec.terminationGracePeriod")},
		{"nodes-bounded", "nodes for everybody", nodePoolType, unset("spec.template.spec.taints")},
		{"nodes-bounded", "all nodes at once", nodePoolType, unset("spec.disruption.budgets")},
		{"nodes-gone-first", "pools that outlive their class", nodePoolType, alone},
		{"nodes-gone-first", "a class that outlives its controller", nodeClassType, alone},
		{"nodes-gone-first", "pools without time to drain", nodePoolType, func(r *plan.Resource) { r.Timeouts.Delete = "1m0s" }},
		{"nodes-gone-first", "pools with the provider's own patience", nodePoolType, func(r *plan.Resource) { r.Timeouts = plan.Timeouts{} }},
		{"queues-closed", "an open queue", queue, unset("sqsManagedSseEnabled")},
		{"queues-closed", "a queue without a policy", queuePolicy, gone},
		{"queues-closed", "a queue that answers HTTP", queuePolicy, replaced("policy", "aws:SecureTransport", "aws:Other")},
		{"confused-deputy", "any account's rules", queuePolicy, replaced("policy", "aws:SourceArn", "aws:Other")},
	}
}
