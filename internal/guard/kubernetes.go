package guard

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/magestack/magestack/internal/plan"
)

const (
	namespaceType     = "kubernetes:core/v1:Namespace"
	networkPolicyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
)

// podPaths are where the kinds that make pods describe them.
var podPaths = map[string]string{
	"kubernetes:core/v1:Pod":         "spec",
	"kubernetes:apps/v1:Deployment":  "spec.template.spec",
	"kubernetes:apps/v1:StatefulSet": "spec.template.spec",
	"kubernetes:apps/v1:DaemonSet":   "spec.template.spec",
	"kubernetes:batch/v1:Job":        "spec.template.spec",
	"kubernetes:batch/v1:CronJob":    "spec.jobTemplate.spec.template.spec",
}

// kubernetesControls are about the objects that programs make themselves. What charts make, they do not see.
func kubernetesControls() []Control {
	return []Control{
		{"pods-restricted", "Kubernetes, \"Pod Security Standards\": restricted; and nothing that can be written to but volumes", checkPodsRestricted},
		{"pods-sized", "memory that a pod asks for is memory that it has; it is sure to get some processor time", checkPodsSized},
		{"images-pinned", "the same manifest runs the same program", checkImagesPinned},
		{"pods-without-token", "who does not ask the Kubernetes API needs no token for it", checkPodTokens},
		{"namespaces-closed", "Kubernetes, \"Network Policies\": no pod is reached, and none reaches out, without a rule", checkNamespaces},
	}
}

// pod is what one object says of its pods.
type pod struct {
	object     plan.Resource
	spec       any
	containers []any // those that run first, too
}

func (g *graph) pods() []pod {
	var found []pod
	for _, r := range g.resources {
		path, ok := podPaths[r.Type]
		if !ok {
			continue
		}
		p := pod{object: r, spec: at(r, path)}
		for _, kind := range []string{"initContainers", "containers"} {
			containers, _ := within(p.spec, kind).([]any)
			p.containers = append(p.containers, containers...)
		}
		found = append(found, p)
	}
	return found
}

// eachContainer calls look for every container, and reports what it finds wrong.
func (g *graph) eachContainer(look func(p pod, container any) []string) []Violation {
	var found []Violation
	for _, p := range g.pods() {
		if len(p.containers) == 0 {
			found = append(found, Violation{URN: p.object.URN, Problem: "has no containers"})
		}
		for _, container := range p.containers {
			for _, problem := range look(p, container) {
				found = append(found, Violation{URN: p.object.URN, Problem: fmt.Sprintf("container %v: %s", within(container, "name"), problem)})
			}
		}
	}
	return found
}

// checkPodsRestricted asks of every container what the standard asks, of its own context or of the pod's.
func checkPodsRestricted(g *graph) []Violation {
	found := g.eachContainer(func(p pod, container any) []string {
		of := func(field string) any {
			if value := within(container, "securityContext."+field); value != nil {
				return value
			}
			return within(p.spec, "securityContext."+field)
		}
		var problems []string
		for field, c := range map[string]struct {
			want    any
			problem string
		}{
			"runAsNonRoot":             {true, "may run as root"},
			"allowPrivilegeEscalation": {false, "may become root"},
			"readOnlyRootFilesystem":   {true, "can change its own image's files"},
			"seccompProfile.type":      {"RuntimeDefault", "may make any call of the kernel"},
			"capabilities.drop.0":      {"ALL", "keeps capabilities of root"},
		} {
			if of(field) != c.want {
				problems = append(problems, c.problem)
			}
		}
		if of("runAsUser") == float64(0) {
			problems = append(problems, "runs as root")
		}
		if of("privileged") == true || of("capabilities.add") != nil {
			problems = append(problems, "has rights of the node")
		}
		slices.Sort(problems)
		return problems
	})
	for _, p := range g.pods() {
		for _, field := range []string{"hostNetwork", "hostPID", "hostIPC"} {
			if within(p.spec, field) == true {
				found = append(found, Violation{URN: p.object.URN, Problem: "shares with its node: " + field})
			}
		}
		volumes, _ := within(p.spec, "volumes").([]any)
		for _, volume := range volumes {
			if within(volume, "hostPath") != nil {
				found = append(found, Violation{URN: p.object.URN, Problem: fmt.Sprintf("mounts a folder of its node: %v", within(volume, "name"))})
			}
		}
	}
	return found
}

func checkPodsSized(g *graph) []Violation {
	return g.eachContainer(func(_ pod, container any) []string {
		var problems []string
		asked, limit := within(container, "resources.requests.memory"), within(container, "resources.limits.memory")
		if asked == nil || asked != limit {
			problems = append(problems, fmt.Sprintf("asks for memory of %v and may have %v", asked, limit))
		}
		if within(container, "resources.requests.cpu") == nil {
			problems = append(problems, "asks for no processor time")
		}
		return problems
	})
}

// pinned is an image of a registry with a whole version for a tag, a digest, or both.
var pinned = regexp.MustCompile(`^([a-z0-9.-]+(?::\d+)?/[a-z0-9._/-]+)(:v?\d+\.\d+\.\d+[\w.-]*)?(@sha256:[0-9a-f]{64})?$`)

// checkImagesPinned wants a digest, or a tag in a repository of the environment's own, where tags cannot be moved. In
// another account's registry a tag is what its owner, or who has broken in there, says that it is today.
func checkImagesPinned(g *graph) []Violation {
	own := map[string]bool{}
	for _, repository := range g.of("aws:ecr/repository:Repository") {
		if url, ok := repository.Outputs["repositoryUrl"].(string); ok {
			own[url] = at(repository, "imageTagMutability") == "IMMUTABLE"
		}
	}
	return g.eachContainer(func(_ pod, container any) []string {
		image, _ := within(container, "image").(string)
		parts := pinned.FindStringSubmatch(image)
		if parts == nil || parts[3] == "" && (parts[2] == "" || !own[parts[1]]) {
			return []string{fmt.Sprintf("runs %q, which may be something else tomorrow", image)}
		}
		return nil
	})
}

func checkPodTokens(g *graph) []Violation {
	var found []Violation
	for _, p := range g.pods() {
		if within(p.spec, "automountServiceAccountToken") != false {
			found = append(found, Violation{URN: p.object.URN, Problem: "has a token for the Kubernetes API"})
		}
	}
	return found
}

// checkNamespaces wants every namespace to say which pods it refuses, but for the one whose pods mount folders of their node,
// and every one that has pods, and that one, to have a policy that is about all of them and has no rule for either direction.
func checkNamespaces(g *graph) []Violation {
	var found []Violation
	for _, namespace := range g.of(namespaceType) {
		level := label(namespace, "pod-security.kubernetes.io/enforce")
		if level != "restricted" && level != "baseline" && !mountsNodes(namespace) {
			found = append(found, Violation{URN: namespace.URN, Problem: fmt.Sprintf("takes every pod (%v)", level)})
		}
		if mountsNodes(namespace) && !g.closed(at(namespace, "metadata.name")) {
			found = append(found, Violation{URN: namespace.URN, Problem: "takes every pod, and is open for what no rule is about"})
		}
	}
	for _, p := range g.pods() {
		if !g.closed(at(p.object, "metadata.namespace")) {
			found = append(found, Violation{URN: p.object.URN, Problem: "is in a namespace that is open for what no rule is about"})
		}
	}
	return found
}

// closed reports whether a policy denies what no other one of the namespace allows, in both directions.
func (g *graph) closed(namespace any) bool {
	return slices.ContainsFunc(g.of(networkPolicyType), func(policy plan.Resource) bool {
		types := texts(policy, "spec.policyTypes")
		return at(policy, "metadata.namespace") == namespace &&
			within(at(policy, "spec.podSelector"), "matchLabels") == nil && within(at(policy, "spec.podSelector"), "matchExpressions") == nil &&
			slices.Contains(types, "Ingress") && slices.Contains(types, "Egress") &&
			at(policy, "spec.ingress") == nil && at(policy, "spec.egress") == nil
	})
}

// label gives a label, whose name may have dots.
func label(r plan.Resource, name string) any {
	labels, _ := at(r, "metadata.labels").(map[string]any)
	return labels[name]
}
