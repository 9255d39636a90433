package stacks_test

import "github.com/magestack/magestack/internal/plan"

// ingressMutations are mistakes with the way in and with what the cluster runs of ours.
func ingressMutations() []mutation {
	const (
		balancer   = "aws:lb/loadBalancer:LoadBalancer"
		repository = "aws:ecr/repository:Repository"
		deployment = "kubernetes:apps/v1:Deployment"
		container  = "spec.template.spec.containers.0."
		first      = "spec.template.spec.initContainers.0."
		context    = container + "securityContext."
	)
	return []mutation{
		{"load-balancer-logged", "a load balancer that nobody watches", balancer, set("accessLogs.enabled", false)},
		{"load-balancer-logged", "connections that nobody counts", balancer, unset("connectionLogs")},
		{"load-balancer-logged", "a load balancer in one zone", balancer, set("subnets", []any{"subnet-1"})},
		{"buckets-encrypted", "a bucket with S3's key that takes no logs", balancer, unset("accessLogs")},
		{"buckets-logged", "a bucket that nobody watches and that takes no logs", balancer, unset("accessLogs")},
		{"stores-encrypted", "images with AWS's key", repository, unset("encryptionConfigurations")},
		{"images-hardened", "images that nobody looks at", repository, set("imageScanningConfiguration.scanOnPush", false)},
		{"images-hardened", "tags that move", repository, set("imageTagMutability", "MUTABLE")},
		{"images-hardened", "images for ever", "aws:ecr/lifecyclePolicy:LifecyclePolicy", gone},
		{"images-hardened", "images for everybody", "aws:ecr/repositoryPolicy:RepositoryPolicy", gone},
		{"data-protected", "images that can be deleted", repository, func(r *plan.Resource) { r.Protect = false }},
		{"data-protected", "images that are deleted first", repository, set("forceDelete", true)},
		{"pods-restricted", "a pod with root", deployment, set(context+"runAsNonRoot", false)},
		{"pods-restricted", "a pod that becomes root", deployment, set(context+"allowPrivilegeEscalation", true)},
		{"pods-restricted", "a pod that can be changed", deployment, unset(context + "readOnlyRootFilesystem")},
		{"pods-restricted", "a pod with every call", deployment, set(context+"seccompProfile.type", "Unconfined")},
		{"pods-restricted", "a pod with capabilities", deployment, unset(context + "capabilities")},
		{"pods-restricted", "a container that runs first, as root", deployment, unset(first + "securityContext.allowPrivilegeEscalation")},
		{"pods-restricted", "a pod of the node's network", deployment, set("spec.template.spec.hostNetwork", true)},
		{"pods-restricted", "a folder of the node", deployment, set("spec.template.spec.volumes.3.hostPath", map[string]any{"path": "/"})},
		{"pods-sized", "memory that is not there", deployment, set(container+"resources.limits.memory", "4Gi")},
		{"pods-sized", "no limit", deployment, unset(container + "resources.limits")},
		{"pods-sized", "no processor", deployment, unset(container + "resources.requests.cpu")},
		{"images-pinned", "the latest image", deployment, set(container+"image", "docker.io/proxysql/proxysql:latest")},
		{"images-pinned", "an image without a tag", deployment, set(container+"image", "docker.io/proxysql/proxysql")},
		{"images-pinned", "an image that moves", deployment, set(container+"image", "docker.io/proxysql/proxysql:3.0")},
		{"images-pinned", "an image from anywhere", deployment, set(first+"image", "proxysql:3.0.8")},
		{"images-pinned", "a whole version in another registry", deployment, set(first+"image", "docker.io/proxysql/proxysql:3.0.8")},
		{"images-pinned", "copies that can be moved", repository, set("imageTagMutability", "MUTABLE")},
		{"pods-without-token", "a token", deployment, unset("spec.template.spec.automountServiceAccountToken")},
		{"namespaces-closed", "no policy", "kubernetes:networking.k8s.io/v1:NetworkPolicy", gone},
		{"namespaces-closed", "a policy for one direction", "kubernetes:networking.k8s.io/v1:NetworkPolicy", set("spec.policyTypes", []any{"Ingress"})},
		{"namespaces-closed", "a namespace for any pod", "kubernetes:core/v1:Namespace", unset("metadata.labels")},
	}
}
