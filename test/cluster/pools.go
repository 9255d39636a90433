package cluster

import (
	"fmt"
	"strconv"
	"strings"
)

func number(n int) string { return strconv.Itoa(n) }

// pools are the NodePools of the plan of production, as JSON documents, for the kwok provider: its own class and labels
// in place of AWS's. consolidateAfter is short, so that a test need not wait for minutes, and budgets of certain hours
// are left out: what holds while nodes may be taken holds when they may not.
func pools(consolidateAfter string) ([]map[string]any, error) {
	resources, err := planned(computePlan, "kubernetes:karpenter.sh/v1:NodePool")
	if err != nil {
		return nil, err
	}
	var found []map[string]any
	for _, r := range resources {
		if err := translate(r.Inputs, consolidateAfter); err != nil {
			return nil, err
		}
		found = append(found, r.Inputs)
	}
	return found, nil
}

func translate(pool map[string]any, consolidateAfter string) error {
	delete(pool["metadata"].(map[string]any), "annotations")
	spec := pool["spec"].(map[string]any)
	template := spec["template"].(map[string]any)["spec"].(map[string]any)
	template["nodeClassRef"] = map[string]any{"group": "karpenter.kwok.sh", "kind": "KWOKNodeClass", "name": "default"}
	for _, item := range template["requirements"].([]any) {
		r := item.(map[string]any)
		switch key := r["key"].(string); key {
		case "karpenter.k8s.aws/instance-family", "karpenter.k8s.aws/instance-cpu":
			r["key"] = strings.Replace(key, "karpenter.k8s.aws", "karpenter.kwok.sh", 1)
		case "kubernetes.io/arch", "kubernetes.io/os", "karpenter.sh/capacity-type":
		default:
			return fmt.Errorf("requirement %s: the kwok provider has no such label", key)
		}
	}
	disruption := spec["disruption"].(map[string]any)
	disruption["consolidateAfter"] = consolidateAfter
	var always []any
	for _, budget := range disruption["budgets"].([]any) {
		if _, certain := budget.(map[string]any)["schedule"]; !certain {
			always = append(always, budget)
		}
	}
	disruption["budgets"] = always
	return nil
}
