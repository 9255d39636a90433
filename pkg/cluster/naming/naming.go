// Package naming is what a cluster is called, known before the cluster exists: networking tags subnets and
// security groups with it, so that Karpenter finds them.
package naming

// Cluster is the name of an environment's cluster.
func Cluster(environment string) string { return "magento-" + environment }
