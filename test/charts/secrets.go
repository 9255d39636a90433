package main

import (
	"slices"
	"strings"
)

// everywhere is the scope of a role that is bound in the whole cluster.
const everywhere = "everywhere"

// secretsOf says which accounts may read secrets of which namespaces, by the roles that the release binds. Verbs that
// only write are left out, and so are rules for secrets of certain names.
func secretsOf(r Release, objects []map[string]any) []string {
	verbs := map[string][]string{}
	for _, object := range objects {
		kind := text(object, "kind")
		if kind != "ClusterRole" && kind != "Role" {
			continue
		}
		key := kind + "/" + namespaceOf(r, object) + "/" + text(object, "metadata", "name")
		for _, rule := range list(object, "rules") {
			if readsSecrets(rule) {
				verbs[key] = append(verbs[key], texts(rule, "verbs")...)
			}
		}
	}
	found := []string{}
	for _, object := range objects {
		kind := text(object, "kind")
		if kind != "ClusterRoleBinding" && kind != "RoleBinding" {
			continue
		}
		role := text(object, "roleRef", "kind")
		key := role + "/" + namespaceOf(r, map[string]any{"kind": role, "metadata": object["metadata"]}) + "/" + text(object, "roleRef", "name")
		reads := slices.DeleteFunc(slices.Clone(verbs[key]), func(verb string) bool {
			return !slices.Contains([]string{"get", "list", "watch", "*"}, verb)
		})
		if len(reads) == 0 {
			continue
		}
		slices.Sort(reads)
		for _, subject := range list(object, "subjects") {
			found = append(found, text(subject, "name")+" "+namespaceOf(r, object)+" "+strings.Join(slices.Compact(reads), ","))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// namespaceOf is where an object is: without a namespace of its own, in the release's.
func namespaceOf(r Release, object map[string]any) string {
	if strings.HasPrefix(text(object, "kind"), "Cluster") {
		return everywhere
	}
	if namespace := text(object, "metadata", "namespace"); namespace != "" {
		return namespace
	}
	return r.Namespace
}

func readsSecrets(rule map[string]any) bool {
	resources := texts(rule, "resources")
	return (slices.Contains(resources, "secrets") || slices.Contains(resources, "*")) &&
		(slices.Contains(texts(rule, "apiGroups"), "") || slices.Contains(texts(rule, "apiGroups"), "*")) &&
		len(texts(rule, "resourceNames")) == 0
}

func texts(object map[string]any, key string) []string {
	items, _ := object[key].([]any)
	var found []string
	for _, item := range items {
		if t, ok := item.(string); ok {
			found = append(found, t)
		}
	}
	return found
}
