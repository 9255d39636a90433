package cluster

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// The plans of production, as the tests of the plans hold them: what every resource of a layer is given.
const (
	computePlan = "../../stacks/testdata/production.magento-compute.inputs.golden"
	dataPlan    = "../../stacks/testdata/production.magento-data.inputs.golden"
)

// resource is one of a plan.
type resource struct {
	Type, Name string
	Inputs     map[string]any
}

// planned reads the resources of a plan whose types begin with one of the prefixes.
func planned(file string, prefixes ...string) ([]resource, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var found []resource
	for _, block := range strings.Split(string(text), "\n\n") {
		kind, rest, _ := strings.Cut(block, " ")
		if !hasPrefix(kind, prefixes) {
			continue
		}
		name, rest, _ := strings.Cut(rest, "\n")
		_, inputs, ok := strings.Cut(rest, "  inputs: ")
		if !ok {
			return nil, fmt.Errorf("%s: %s %s has no inputs", file, kind, name)
		}
		r := resource{Type: kind, Name: name}
		if err := json.NewDecoder(strings.NewReader(inputs)).Decode(&r.Inputs); err != nil {
			return nil, fmt.Errorf("%s: %s %s: %w", file, kind, name, err)
		}
		found = append(found, r)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: no resource of the types %s", file, strings.Join(prefixes, ", "))
	}
	return found, nil
}

func hasPrefix(text string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
