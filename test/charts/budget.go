package main

import (
	"fmt"

	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Budget is a PodDisruptionBudget.
type Budget struct {
	Name           string   `json:"name"`
	Of             []string `json:"of"`   // whose pods it is about
	Pods           int      `json:"pods"` // how many there are of them
	MinAvailable   string   `json:"minAvailable,omitempty"`
	MaxUnavailable string   `json:"maxUnavailable,omitempty"`
	Allows         int      `json:"allows"` // how many of them may go at a time, when all are healthy
}

// budgetOf reads a budget, strictly, and says what it lets go: with neither bound, nothing for ever (Kubernetes,
// pkg/controller/disruption: a budget without bounds expects no pods, and allows none to go).
func budgetOf(object map[string]any, workloads []Workload) (*Budget, error) {
	if text(object, "kind") != "PodDisruptionBudget" {
		return nil, nil
	}
	var p policyv1.PodDisruptionBudget
	if err := strictly(object, &p); err != nil {
		return nil, fmt.Errorf("budget %s: %w", text(object, "metadata", "name"), err)
	}
	b := &Budget{Name: p.Name, Of: []string{}}
	for _, w := range workloads {
		selected, err := w.selected(p.Spec.Selector)
		if err != nil {
			return nil, fmt.Errorf("budget %s: %w", p.Name, err)
		}
		if selected {
			b.Of, b.Pods = append(b.Of, w.Kind+" "+w.Name), b.Pods+w.Replicas
		}
	}
	switch {
	case p.Spec.MaxUnavailable != nil:
		b.MaxUnavailable = p.Spec.MaxUnavailable.String()
		most, err := intstr.GetScaledValueFromIntOrPercent(p.Spec.MaxUnavailable, b.Pods, true)
		if err != nil {
			return nil, fmt.Errorf("budget %s: %w", p.Name, err)
		}
		b.Allows = min(most, b.Pods)
	case p.Spec.MinAvailable != nil:
		b.MinAvailable = p.Spec.MinAvailable.String()
		least, err := intstr.GetScaledValueFromIntOrPercent(p.Spec.MinAvailable, b.Pods, true)
		if err != nil {
			return nil, fmt.Errorf("budget %s: %w", p.Name, err)
		}
		b.Allows = max(b.Pods-least, 0)
	}
	return b, nil
}
