package stacks_test

import "github.com/magestack/magestack/internal/plan"

// gitopsMutations are mistakes about what Argo CD applies.
func gitopsMutations() []mutation {
	const project = "kubernetes:argoproj.io/v1alpha1:AppProject"
	return []mutation{
		{"applications-whole", "objects that Git no longer has", applicationType, set("spec.syncPolicy.automated.prune", false)},
		{"applications-whole", "edits that stay", applicationType, unset("spec.syncPolicy.automated.selfHeal")},
		{"applications-whole", "manual synchronisation", applicationType, unset("spec.syncPolicy.automated")},
		{"applications-whole", "a shop without an owner", applicationType, unset("metadata.finalizers")},
		{"applications-whole", "no revision", applicationType, unset("spec.source.targetRevision")},
		{"applications-whole", "the default branch", applicationType, set("spec.source.targetRevision", "HEAD")},
		{"applications-whole", "an Application that outlives its controller", applicationType, func(r *plan.Resource) { r.Dependencies = nil }},
		{"projects-closed", "every repository", project, set("spec.sourceRepos", []any{"*"})},
		{"projects-closed", "every namespace", project, set("spec.destinations", []any{map[string]any{"server": "*", "namespace": "*"}})},
		{"projects-closed", "every kind", project, unset("spec.namespaceResourceWhitelist")},
		{"projects-closed", "cluster-wide kinds of a group", project, set("spec.clusterResourceWhitelist", []any{map[string]any{"group": "*", "kind": "ClusterRole"}})},
		{"projects-closed", "an Application of the open project", applicationType, set("spec.project", "default")},
		{"projects-closed", "no project", project, gone},
	}
}
