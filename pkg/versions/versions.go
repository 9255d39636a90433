// Package versions pins every Helm chart and image that the cluster is brought up with, in one place. What Go
// modules pin is in go.mod (the provider SDKs) and in test/crds/go.mod (Karpenter's API); a test holds the two together
// where they overlap.
package versions

// Chart is a Helm chart at one version.
type Chart struct {
	Repository string // https address of the repository; empty for a chart in an OCI registry
	Name       string // in the repository, or the whole oci:// address
	Version    string
}

// Karpenter's charts: the definitions have a chart of their own, at the controller's version (Karpenter 1.14,
// "Upgrade Guide": CRD upgrades).
const karpenterVersion = "1.14.1"

var (
	// Karpenter is the controller that makes nodes.
	Karpenter = Chart{Name: "oci://public.ecr.aws/karpenter/karpenter", Version: karpenterVersion}
	// KarpenterDefinitions is its custom resource definitions.
	KarpenterDefinitions = Chart{Name: "oci://public.ecr.aws/karpenter/karpenter-crd", Version: karpenterVersion}
)

// nodeImageDate is the release of EKS's Amazon Linux 2023 images that all nodes are made of, for every version of
// Kubernetes that the settings allow (awslabs/amazon-eks-ami, "Releases"). A newer one replaces every node: Karpenter's by
// and by, within their budgets; the system nodes one after another, in the update that brings it.
const nodeImageDate = "20260930"

// NodeImage is the release as Karpenter's EC2NodeClass names it, by an alias that holds for every version of Kubernetes.
const NodeImage = "al2023@v" + nodeImageDate
