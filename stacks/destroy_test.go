package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
)

const (
	releaseType  = "kubernetes:helm.sh/v3:Release"
	fargateType  = "aws:eks/fargateProfile:FargateProfile"
	providerType = "pulumi:providers:kubernetes"

	namespaceType   = "kubernetes:core/v1:Namespace"
	applicationType = "kubernetes:argoproj.io/v1alpha1:Application"
)

// actors are the releases that must outlive the objects of an API group: the controller, which lifts their finalizers,
// and the definitions, which take every object of their kinds along. Groups that Kubernetes or EKS serve have none.
var actors = map[string][]string{
	"karpenter.sh":         {"karpenter-release", "karpenter-definitions"},
	"karpenter.k8s.aws":    {"karpenter-release", "karpenter-definitions"},
	"elbv2.k8s.aws":        {"addons-balancer-release"},
	"external-secrets.io":  {"addons-secrets-release", "addons-secrets-definitions"},
	"argoproj.io":          {"argocd-release"},
	"vpcresources.k8s.aws": nil,
	"storage.k8s.io":       nil,
	"networking.k8s.io":    nil,
	"policy":               nil,
	"apps":                 nil,

	"rbac.authorization.k8s.io": nil,
	"core":                      nil,
}

// finishing are the controllers that lift finalizers of objects that any user of a namespace may put into it: TargetGroupBindings,
// ExternalSecrets, ScaledObjects. A namespace that goes after them stays Terminating.
var finishing = []string{"addons-balancer-release", "addons-secrets-release", "addons-keda-release"}

// outlived says for every resource of the layer what must not be destroyed before it, and is. The engine destroys what
// depends on something before that, so the rules are about what is depended on, directly or not.
func outlived(recorded *plan.Environment) []string {
	w := newWaits(recorded)
	var problems []string
	for _, r := range recorded.Resources() {
		must := w.mustOutlive(r)
		if r.Type == namespaceType && !hostsRelease(recorded, r) && input(r, "metadata.name") != observability {
			must = append(must, finishing...)
		}
		for _, must := range must {
			if !w.reaches(r.URN, must) {
				problems = append(problems, fmt.Sprintf("%s may outlive %s", r.Name, must))
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// observability holds one ConfigMap, which EKS reads (EKS User Guide, "Start AWS Fargate logging").
const observability = "aws-observability"

// hostsRelease reports whether a namespace is a controller's own.
func hostsRelease(recorded *plan.Environment, namespace plan.Resource) bool {
	return slices.ContainsFunc(ofType(recorded, releaseType), func(release plan.Resource) bool {
		return input(release, "namespace") == input(namespace, "metadata.name")
	})
}

// waits is what each resource depends on, its provider included.
type waits struct{ on map[string][]string }

func newWaits(recorded *plan.Environment) waits {
	w := waits{map[string][]string{}}
	for _, r := range recorded.Resources() {
		w.on[r.URN] = append(slices.Clone(r.Dependencies), r.Provider)
	}
	return w
}

// reaches reports whether a resource depends on one of the name.
func (w waits) reaches(urn, name string) bool {
	seen := map[string]bool{}
	var walk func(string) bool
	walk = func(at string) bool {
		for _, next := range w.on[at] {
			if next == "" || seen[next] {
				continue
			}
			seen[next] = true
			if nameOf(next) == name || walk(next) {
				return true
			}
		}
		return false
	}
	return walk(urn)
}

// mustOutlive lists what has to be there until the resource is gone.
func (w waits) mustOutlive(r plan.Resource) []string {
	switch {
	case r.Type == nodeGroupType || r.Type == providerType || r.Type == fargateType:
		return []string{"cluster-control-plane"}
	case r.Type == releaseType:
		return []string{"cluster-control-plane", "cluster-system-nodes"}
	case !strings.HasPrefix(r.Type, "kubernetes:"):
		return nil
	}
	group, _, _ := strings.Cut(strings.TrimPrefix(r.Type, "kubernetes:"), "/")
	must, known := actors[group]
	if !known {
		return []string{"a controller that this test knows of, for " + r.Type}
	}
	if len(must) > 0 { // a pod has to run it
		must = append(slices.Clone(must), "cluster-system-nodes")
	}
	if r.Type == applicationType { // its pods end in peace: with their nodes, addresses, accounts and the database
		must = append(must, "shop-namespace", "magento-web-binding", "magento-admin-binding", "proxysql-pods", "karpenter-pool-web-base",
			"karpenter-pool-web-burst", "karpenter-pool-consumers", "karpenter-pool-batch", "fargate-profile", "addons-reloader-release", "addons-keda-release",
			"addons-secret-store", "egress-policy")
	}
	return append(slices.Clone(must), "cluster-control-plane")
}

// TestDestroyOrder holds what a destroy of the compute layer takes in which order: custom resources, their controllers,
// the definitions, nodes, the control plane.
func TestDestroyOrder(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		assert.Empty(t, outlived(recorded))
		w := newWaits(recorded)
		for _, pool := range ofType(recorded, "kubernetes:karpenter.sh/v1:NodePool") {
			assert.True(t, w.reaches(pool.URN, "karpenter-class"), "%s may outlive its class", pool.Name)
		}
		deployment := named(t, recorded, "kubernetes:apps/v1:Deployment", "proxysql-pods")
		assert.True(t, w.reaches(deployment.URN, "cluster-system-nodes"), "pods of ProxySQL would wait for nodes that are gone")
		for _, association := range ofType(recorded, "aws:eks/podIdentityAssociation:PodIdentityAssociation") {
			assert.False(t, w.reaches(association.URN, "karpenter-release"), "%s would go before who uses it", association.Name)
		}
	})
}

// TestDestroyOrderIsNoticed breaks each kind of dependency, and wants it reported.
func TestDestroyOrderIsNoticed(t *testing.T) {
	for _, c := range []struct{ broken, want string }{
		{"karpenter-class", "karpenter-class may outlive karpenter-release"},
		{"karpenter-pool-batch", "karpenter-pool-batch may outlive karpenter-release"},
		{"magento-web-binding", "magento-web-binding may outlive addons-balancer-release"},
		{"addons-secret-store", "addons-secret-store may outlive addons-secrets-definitions"},
		{"addons-keda-release", "addons-keda-release may outlive cluster-system-nodes"},
		{"shop-namespace", "shop-namespace may outlive addons-keda-release"},
		{"proxysql-namespace", "proxysql-namespace may outlive addons-secrets-release"},
		{"argocd-shop", "argocd-shop may outlive argocd-release"},
		{"argocd-shop", "argocd-shop may outlive karpenter-pool-web-base"},
		{"argocd-stores", "argocd-stores may outlive shop-namespace"},
		{"argocd-default", "argocd-default may outlive argocd-release"},
		{"cluster-system-nodes", "cluster-system-nodes may outlive cluster-control-plane"},
	} {
		recorded := planned(t, "staging")
		for s := range recorded.Stacks {
			for i := range recorded.Stacks[s].Resources {
				if r := &recorded.Stacks[s].Resources[i]; r.Name == c.broken {
					r.Dependencies = nil
				}
			}
		}
		assert.Contains(t, outlived(recorded), c.want, c.broken)
	}
}
