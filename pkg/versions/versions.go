// Package versions pins every Helm chart and image that the cluster is brought up with, in one place. What Go
// modules pin (Karpenter's API, the provider SDKs) is in go.mod; a test holds the two together where they overlap.
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

// NodeImage is the release of EKS's Amazon Linux 2023 images that Karpenter's nodes are made of, for every version of
// Kubernetes that the settings allow, as an alias of EC2NodeClass. A newer one replaces every node, by and by.
const NodeImage = "al2023@v20260917"
