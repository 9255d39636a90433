package preview

import (
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// names gives the logical names of resources by what others refer to them with: an id or an ARN.
type names map[string]string

// namesOf indexes the whole plan. Several resources may have one id, as the policy of a bucket has the bucket's:
// the one whose ARN ends in the id is what the id means.
func namesOf(recorded *plan.Environment) names {
	index := names{}
	add := func(key, name string) {
		if _, taken := index[key]; key != "" && !taken {
			index[key] = name
		}
	}
	resources := recorded.Resources()
	for _, r := range resources {
		if arn, _ := r.Outputs["arn"].(string); arn != "" && r.ID != "" && strings.HasSuffix(arn, r.ID) {
			add(r.ID, r.Name)
			add(arn, r.Name)
		}
	}
	for _, r := range resources {
		if r.Custom && !r.External && !r.IsProvider() {
			add(r.ID, r.Name)
		}
	}
	return index
}

// of is the logical name of what is referred to, or what identifies it to AWS.
func (n names) of(reference string) string {
	if name, ok := n[reference]; ok {
		return name
	}
	if strings.HasPrefix(reference, "arn:") {
		parts := strings.SplitN(reference, ":", 6)
		return parts[len(parts)-1]
	}
	return reference
}
