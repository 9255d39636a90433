package gitops

import (
	"fmt"
	"slices"
	"strings"
)

// policyRule is a rule of a ClusterRole, as the chart's values take it.
type policyRule struct {
	APIGroups []string `json:"apiGroups"`
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
}

var (
	reading = []string{"get", "list", "watch"}
	writing = []string{"create", "update", "patch", "delete"}
)

// controllerRules is what the application controller may do in the cluster, in place of the chart's everything: write the kinds of the
// desired state and see what comes of them. It sees no Secret outside of its own namespace, and can grant no right that it does not have
// (Kubernetes, "Using RBAC Authorization": privilege escalation prevention).
func controllerRules() []policyRule {
	applied := appliedKinds()
	return append(rulesFor(applied, slices.Concat(reading, writing)), rulesFor(append(observed(), definition), reading)...)
}

// serverRules is what the server does itself for a person who is logged in: show objects, their events and logs, and restart workloads
// (argo-cd, resource_customizations: restart patches the workload; a CronJob's create-job creates a Job).
func serverRules() []policyRule {
	return slices.Concat(
		rulesFor(append(appliedKinds(), observed()...), []string{"get"}),
		rulesFor([]Kind{deployment, statefulSet}, []string{"patch"}),
		rulesFor([]Kind{job}, []string{"create"}),
		[]policyRule{{[]string{""}, []string{"pods/log"}, []string{"get"}}, {[]string{""}, []string{"events"}, []string{"list"}}},
	)
}

// rulesFor returns a rule for each group.
func rulesFor(kinds []Kind, verbs []string) []policyRule {
	var rules []policyRule
	for _, k := range kinds {
		at := slices.IndexFunc(rules, func(r policyRule) bool { return r.APIGroups[0] == k.Group })
		if at < 0 {
			rules, at = append(rules, policyRule{[]string{k.Group}, nil, verbs}), len(rules)
		}
		rules[at].Resources = append(rules[at].Resources, k.resource)
	}
	return rules
}

// appliedKinds are those of all projects, each once.
func appliedKinds() []Kind {
	var all []Kind
	for _, p := range projects() {
		for _, k := range slices.Concat(p.namespaced, p.clusterWide) {
			if !slices.Contains(all, k) {
				all = append(all, k)
			}
		}
	}
	return all
}

// inclusions has Argo CD look at these kinds and at no others. It would else watch every kind, and report each that it may not.
func inclusions() string {
	var groups []string
	kinds := map[string][]string{}
	for _, k := range slices.Concat(appliedKinds(), observed(), []Kind{definition}) {
		if kinds[k.Group] == nil {
			groups = append(groups, k.Group)
		}
		kinds[k.Group] = append(kinds[k.Group], k.Kind)
	}
	var text strings.Builder
	for _, group := range groups {
		fmt.Fprintf(&text, "- apiGroups: [%q]\n  kinds: [%s]\n  clusters: [\"*\"]\n", group, strings.Join(kinds[group], ", "))
	}
	return text.String()
}

// The roles of Argo CD's own policy.
const (
	operatorRole = "role:operator"
	readerRole   = "role:reader"
)

// policyCSV is what who is logged in may do. Argo CD's built-in role:admin is given to no group: it may make Applications of any
// repository and projects that allow everything.
func policyCSV(operators, readers []string) string {
	lines := []string{
		"p, " + readerRole + ", applications, get, */*, allow",
		"p, " + readerRole + ", projects, get, *, allow",
		"p, " + readerRole + ", repositories, get, *, allow",
		"p, " + readerRole + ", clusters, get, *, allow",
		"p, " + operatorRole + ", applications, sync, */*, allow",
		"p, " + operatorRole + ", applications, action/*, */*, allow",
		"p, " + operatorRole + ", logs, get, */*, allow",
		"g, " + operatorRole + ", " + readerRole,
	}
	for _, group := range operators {
		lines = append(lines, fmt.Sprintf("g, %s, %s", group, operatorRole))
	}
	for _, group := range readers {
		lines = append(lines, fmt.Sprintf("g, %s, %s", group, readerRole))
	}
	return strings.Join(lines, "\n") + "\n"
}
