package main

import (
	"fmt"
	"slices"
	"strings"
)

// Facts is what comes of one release.
type Facts struct {
	Input    string `json:"input"`    // digest of what was rendered: chart, version and values
	Rendered string `json:"rendered"` // version of the chart that was rendered
	Source   string `json:"source"`   // digest of the chart's files

	Unknown   []string   `json:"unknown"` // values that the chart does not know
	Workloads []Workload `json:"workloads"`
	Budgets   []Budget   `json:"budgets"`

	// Elsewhere are objects in other namespaces than the release's own.
	Elsewhere []string `json:"elsewhere"`

	// Secrets says who of the release may read which secrets: an account, where, and the verbs.
	Secrets []string `json:"secrets"`
}

// gather reads the facts from the objects of a release.
func gather(r Release, objects []map[string]any) (Facts, error) {
	facts := Facts{Workloads: []Workload{}, Budgets: []Budget{}, Elsewhere: []string{}, Secrets: []string{}}
	for _, object := range objects {
		workload, err := workloadOf(object)
		if err != nil {
			return Facts{}, err
		}
		if workload != nil {
			facts.Workloads = append(facts.Workloads, *workload)
		}
		if namespace := text(object, "metadata", "namespace"); namespace != "" && namespace != r.Namespace {
			facts.Elsewhere = append(facts.Elsewhere, text(object, "kind")+" "+namespace+"/"+text(object, "metadata", "name"))
		}
	}
	for _, object := range objects {
		budget, err := budgetOf(object, facts.Workloads)
		if err != nil {
			return Facts{}, err
		}
		if budget != nil {
			facts.Budgets = append(facts.Budgets, *budget)
		}
	}
	facts.Secrets = secretsOf(r, objects)
	slices.Sort(facts.Elsewhere)
	slices.SortFunc(facts.Workloads, func(a, b Workload) int { return strings.Compare(a.Kind+a.Name, b.Kind+b.Name) })
	slices.SortFunc(facts.Budgets, func(a, b Budget) int { return strings.Compare(a.Name, b.Name) })
	return facts, nil
}

// text gives the text at a path, or nothing.
func text(object map[string]any, path ...string) string {
	for _, step := range path[:len(path)-1] {
		object, _ = object[step].(map[string]any)
	}
	value, ok := object[path[len(path)-1]]
	if !ok {
		return ""
	}
	return fmt.Sprint(value)
}

// list gives the items at a key.
func list(object map[string]any, key string) []map[string]any {
	items, _ := object[key].([]any)
	var found []map[string]any
	for _, item := range items {
		if fields, ok := item.(map[string]any); ok {
			found = append(found, fields)
		}
	}
	return found
}
