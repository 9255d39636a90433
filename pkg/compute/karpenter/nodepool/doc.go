// Package nodepool is what Karpenter is told: NodePools and the EC2NodeClass as types of our own, the presets of what
// Magento runs on, and everything that is refused before a cluster sees it. The types are written as JSON into the
// projects' own (sigs.k8s.io/karpenter/pkg/apis/v1 and karpenter-provider-aws/pkg/apis/v1), which test/crds holds: those
// bring the Kubernetes libraries along, which no program here wants to be built with. Settings read this package.
package nodepool
