package guard

import (
	"fmt"
	"slices"
	"time"

	"github.com/magestack/magestack/internal/plan"
)

// nodeControls are about what Karpenter makes nodes of, and the queue that it learns from.
func nodeControls() []Control {
	return []Control{
		{"nodes-hardened", "EC2.8, EC2.3, EC2.9 on nodes that Karpenter makes: IMDSv2 with one hop, volumes under our key, no public address, the environment's tags", checkNodeClasses},
		{"nodes-bounded", "Karpenter, \"NodePools\": a pool without limits follows every mistake with its bill; one without a grace period never lets go", checkNodePools},
		{"nodes-gone-first", "a node that outlives the controller holds subnets and groups of the VPC", checkNodesGoFirst},
		{"queues-closed", "SQS.1, SQS.3: encrypted, answered over TLS alone", checkQueues},
	}
}

const (
	nodeClassType = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
	nodePoolType  = "kubernetes:karpenter.sh/v1:NodePool"
	releaseType   = "kubernetes:helm.sh/v3:Release"
)

func checkNodeClasses(g *graph) []Violation {
	found := require(
		requirement{nodeClassType, "spec.metadataOptions.httpTokens", "required", "answers IMDSv1"},
		requirement{nodeClassType, "spec.metadataOptions.httpPutResponseHopLimit", 1.0, "gives the node's credentials to pods"},
		requirement{nodeClassType, "spec.associatePublicIPAddress", false, "has public addresses"},
		requirement{nodeClassType, "spec.blockDeviceMappings.0.ebs.encrypted", true, "has unencrypted volumes"},
		requirement{nodeClassType, "spec.blockDeviceMappings.0.ebs.kmsKeyID", nil, "has volumes under AWS's key"},
		requirement{nodeClassType, "spec.tags.environment", g.environment, "does not tag what it launches"},
	)(g)
	return found
}

func checkNodePools(g *graph) []Violation {
	return require(
		requirement{nodePoolType, "spec.limits.cpu", nil, "has no limit of vCPUs"},
		requirement{nodePoolType, "spec.limits.memory", nil, "has no limit of memory"},
		requirement{nodePoolType, "spec.template.spec.terminationGracePeriod", nil, "lets a pod hold its node for ever"},
		requirement{nodePoolType, "spec.template.spec.taints.0.key", nil, "takes every pod"},
		requirement{nodePoolType, "spec.disruption.budgets.0.nodes", nil, "has no budget"},
	)(g)
}

// checkNodesGoFirst wants pools to be destroyed, with time to drain, before their class, and that before the controller,
// which is what depends on what.
func checkNodesGoFirst(g *graph) []Violation {
	var found []Violation
	dependsOn := func(r plan.Resource, kind string) bool {
		return slices.ContainsFunc(r.Dependencies, func(urn string) bool { return g.byURN[urn].Type == kind })
	}
	for _, class := range g.of(nodeClassType) {
		if !dependsOn(class, releaseType) {
			found = append(found, Violation{URN: class.URN, Problem: "outlives its controller, which its finalizer waits for"})
		}
	}
	for _, pool := range g.of(nodePoolType) {
		if !dependsOn(pool, nodeClassType) {
			found = append(found, Violation{URN: pool.URN, Problem: "outlives its class"})
		}
		grace, err := time.ParseDuration(fmt.Sprint(at(pool, "spec.template.spec.terminationGracePeriod")))
		patience, patienceErr := time.ParseDuration(pool.Timeouts.Delete)
		if err != nil || patienceErr != nil || patience <= grace {
			found = append(found, Violation{URN: pool.URN, Problem: fmt.Sprintf("is given up on after %q, while its nodes may wait for their pods", pool.Timeouts.Delete)})
		}
	}
	return found
}

func checkQueues(g *graph) []Violation {
	const queueType = "aws:sqs/queue:Queue"
	var found []Violation
	for _, queue := range g.of(queueType) {
		if at(queue, "sqsManagedSseEnabled") != true && at(queue, "kmsMasterKeyId") == nil {
			found = append(found, Violation{URN: queue.URN, Problem: "is not encrypted"})
		}
		secure := false
		for _, access := range g.referring("aws:sqs/queuePolicy:QueuePolicy", "queueUrl", queue.Outputs["url"]) {
			for _, s := range statementsOf(at(access, "policy")) {
				secure = secure || s.Effect == "Deny" && s.anyone() && s.has("sqs:*") && slices.Equal(s.Condition["Bool"]["aws:SecureTransport"], []string{"false"})
			}
		}
		if !secure {
			found = append(found, Violation{URN: queue.URN, Problem: "answers requests without TLS"})
		}
	}
	return found
}
