// Package desired checks a rendered desired state (gitops/) against what its environment has: the limits of the NodePools, the
// connections to the database, Magento's queues; and shows it as a plan. Rendering is Kustomize's, which is in test/gitops and in Argo CD: this package
// takes the text that they print (docs/decisions/0080-desired-state-is-rendered-outside-the-tool.md).
package desired
