// Command charts renders the Helm charts that the cluster is brought up with, with the values that the plans give them,
// and writes what comes of it as facts: disruption budgets, containers and what they ask for, objects in other
// namespaces, values that a chart does not know. The charts are other projects' and are not in this repository; the facts
// are, and the tests of the plans hold them (docs/decisions/0065-rendered-charts-are-a-fixture.md).
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
)

// Where the plans' values and the facts are, from this folder.
const (
	valuesFile = "../../stacks/testdata/charts.values.golden"
	factsFile  = "../../stacks/testdata/charts.facts.json"
)

func main() {
	charts := flag.String("charts", "", "folder with the sources of the charts, as helm pull --untar leaves them")
	flag.Parse()
	if err := run(*charts); err != nil {
		fmt.Fprintln(os.Stderr, "charts:", err)
		os.Exit(1)
	}
}

// run writes the facts of every release anew. Karpenter's chart comes with the Go module that the program is built with.
func run(charts string) error {
	if charts == "" {
		return errors.New("-charts: required")
	}
	releases, err := readReleases(valuesFile)
	if err != nil {
		return err
	}
	karpenter, err := karpenterCharts()
	if err != nil {
		return err
	}
	found, err := findCharts(charts, karpenter)
	if err != nil {
		return err
	}
	facts := map[string]Facts{}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(releases)) {
		fact, err := factsOf(releases[name], found)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
			continue
		}
		facts[name] = fact
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	text, err := json.MarshalIndent(facts, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(factsFile, append(text, '\n'), 0o644)
}

// factsOf renders one release.
func factsOf(r Release, found map[string]source) (Facts, error) {
	from, ok := found[r.name()]
	if !ok {
		return Facts{}, fmt.Errorf("chart %s %s: no source of it", r.name(), r.Version)
	}
	objects, unknown, err := render(r, from.chart)
	if err != nil {
		return Facts{}, err
	}
	facts, err := gather(r, objects)
	if err != nil {
		return Facts{}, err
	}
	facts.Input, facts.Rendered, facts.Source, facts.Unknown = r.digest(), from.version, from.digest, unknown
	return facts, nil
}
