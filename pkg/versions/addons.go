package versions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Addons are the versions of EKS's add-ons, and of its nodes, for one version of Kubernetes.
type Addons struct {
	VPCCNI           string
	KubeProxy        string
	CoreDNS          string
	PodIdentityAgent string
	EBSCSIDriver     string
	MetricsServer    string

	// Node is the release of Kubernetes in the images of nodeImageDate.
	Node string
}

// NodeRelease is the release of the nodes' image as a managed node group names it. Without one, a group stays at the
// image that it began with for as long as it lives.
func (a Addons) NodeRelease() string { return a.Node + "-" + nodeImageDate }

// What is the same for every version of Kubernetes here.
const (
	vpcCNI           = "v1.22.4-eksbuild.3"
	podIdentityAgent = "v1.3.10-eksbuild.3"
	ebsCSIDriver     = "v1.63.1-eksbuild.1"
	metricsServer    = "v0.9.0-eksbuild.6"
)

// addons are versions that clusters of each version of Kubernetes run with. What EKS offers is to be had from nobody
// else (aws eks describe-addon-versions): these are the defaults of 1.35 as of October 2026, and what public
// configurations of 1.34 and 1.36 had then. One that EKS has withdrawn fails the first deployment, and no later one. The
// nodes' releases are those that node groups of each version had with the images of nodeImageDate (aws ssm get-parameter
// --name /aws/service/eks/optimized-ami/1.35/amazon-linux-2023/arm64/standard/recommended/release_version).
var addons = map[string]Addons{
	"1.34": {vpcCNI, "v1.34.6-eksbuild.18", "v1.13.2-eksbuild.11", podIdentityAgent, ebsCSIDriver, metricsServer, "1.34.11"},
	"1.35": {vpcCNI, "v1.35.3-eksbuild.18", "v1.13.2-eksbuild.11", podIdentityAgent, ebsCSIDriver, metricsServer, "1.35.8"},
	"1.36": {vpcCNI, "v1.36.0-eksbuild.21", "v1.14.3-eksbuild.16", podIdentityAgent, ebsCSIDriver, metricsServer, "1.36.4"},
}

// AddonsFor are the add-ons of a cluster.
func AddonsFor(kubernetes string) (Addons, error) {
	pinned, ok := addons[kubernetes]
	if !ok {
		return Addons{}, fmt.Errorf("version %q of Kubernetes: no add-ons are pinned for it; there are: %s",
			kubernetes, strings.Join(slices.Sorted(maps.Keys(addons)), ", "))
	}
	return pinned, nil
}
