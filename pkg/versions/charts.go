package versions

// The charts of what other projects maintain, each at the newest version that was seen when it was pinned (2026-11).
var (
	// LoadBalancerController is the AWS Load Balancer Controller; chart and controller share their versions.
	LoadBalancerController = Chart{Repository: "https://aws.github.io/eks-charts", Name: "aws-load-balancer-controller", Version: "3.4.0"}

	// ExternalSecrets reads Secrets Manager. A minor version is supported until the next comes, every few weeks
	// (External Secrets, "Stability and Support").
	ExternalSecrets = Chart{Repository: "https://charts.external-secrets.io", Name: "external-secrets", Version: "2.9.0"}

	// Reloader restarts pods whose configuration has changed; Reloader 1.4.21.
	Reloader = Chart{Repository: "https://stakater.github.io/stakater-charts", Name: "reloader", Version: "2.2.16"}

	// ArgoCD applies the desired state; Argo CD 3.4.4. Its part redis-ha, which three replicas of Redis need, is 4.38.0.
	ArgoCD = Chart{Repository: "https://argoproj.github.io/argo-helm", Name: "argo-cd", Version: "10.1.1"}

	// KEDA scales consumers by the length of their queues. 2.21.0 is out, but its chart's source could not be had when it
	// was pinned, and nothing is pinned that was not rendered (docs/decisions/0065-rendered-charts-are-a-fixture.md).
	KEDA = Chart{Repository: "https://kedacore.github.io/charts", Name: "keda", Version: "2.20.2"}

	// FluentBit sends the logs of pods to CloudWatch; Fluent Bit 5.1.1.
	FluentBit = Chart{Repository: "https://fluent.github.io/helm-charts", Name: "fluent-bit", Version: "0.58.1"}
)
