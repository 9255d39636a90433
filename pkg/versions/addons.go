package versions

import (
	"errors"
	"fmt"
	"strings"
)

// Add-ons of EKS that we install, by their names there.
const (
	CoreDNS          = "coredns"
	PodIdentityAgent = "eks-pod-identity-agent"
	EBSDriver        = "aws-ebs-csi-driver"
	MetricsServer    = "metrics-server"
)

// addons are the versions by the minor version of Kubernetes: the default or newest ones of 1.34 and 1.35 that public
// configurations of late 2026 name. Those of 1.36 are the newest seen for 1.35, and not proven for it: ask
// `aws eks describe-addon-versions --kubernetes-version 1.36` before moving there. They are pinned, since with "most
// recent" a plan would change without anybody having changed it.
var addons = map[string]map[string]string{
	"1.34": {CoreDNS: "v1.13.2-eksbuild.11", PodIdentityAgent: "v1.3.10-eksbuild.3", EBSDriver: "v1.63.0-eksbuild.1", MetricsServer: "v0.9.0-eksbuild.6"},
	"1.35": {CoreDNS: "v1.13.2-eksbuild.11", PodIdentityAgent: "v1.4.0-eksbuild.1", EBSDriver: "v1.64.0-eksbuild.1", MetricsServer: "v0.9.0-eksbuild.6"},
	"1.36": {CoreDNS: "v1.14.6-eksbuild.4", PodIdentityAgent: "v1.4.0-eksbuild.3", EBSDriver: "v1.64.0-eksbuild.1", MetricsServer: "v0.9.0-eksbuild.6"},
}

// Addon is the version of an add-on for a minor version of Kubernetes.
func Addon(kubernetes, addon string) (string, error) {
	of, known := addons[kubernetes]
	if !known {
		return "", fmt.Errorf("kubernetes version %q: no add-ons are pinned for it", kubernetes)
	}
	version := of[addon]
	if version == "" {
		return "", errors.New(strings.TrimSpace("no version is pinned of the add-on " + addon))
	}
	return version, nil
}
