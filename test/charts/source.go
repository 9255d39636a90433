package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
)

// karpenterModule has Karpenter's charts beside its code. Their Chart.yaml is behind: a release writes the version into
// it when it is published.
const karpenterModule = "github.com/aws/karpenter-provider-aws"

// source is a chart that was found.
type source struct {
	chart   *chart.Chart
	version string // that it is published as
	digest  string // of its files
}

// module is what go mod download says of one.
type module struct{ Dir, Version string }

// karpenterCharts is the module at the version that the NodePools are checked with, which is the release's (test/crds).
func karpenterCharts() (module, error) {
	command := exec.Command("go", "mod", "download", "-json", karpenterModule)
	command.Dir = "../crds"
	output, err := command.Output()
	if err != nil {
		return module{}, fmt.Errorf("finding %s: %w", karpenterModule, err)
	}
	var found module
	if err := json.Unmarshal(output, &found); err != nil {
		return module{}, fmt.Errorf("finding %s: %w", karpenterModule, err)
	}
	return found, nil
}

// findCharts loads every chart below the folder, where one is given, and Karpenter's, by their names.
func findCharts(folder string, karpenter module) (map[string]source, error) {
	found := map[string]source{}
	if folder != "" {
		if err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || entry.Name() != "Chart.yaml" {
				return err
			}
			return load(found, filepath.Dir(path), "")
		}); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"karpenter", "karpenter-crd"} {
		if err := load(found, filepath.Join(karpenter.Dir, "charts", name), strings.TrimPrefix(karpenter.Version, "v")); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// load adds a chart, at its own version unless another one is given.
func load(found map[string]source, folder, version string) error {
	c, err := loader.Load(folder)
	if err != nil {
		return fmt.Errorf("chart in %s: %w", folder, err)
	}
	if version == "" {
		version = c.Metadata.Version
	}
	files := slices.Clone(c.Raw)
	slices.SortFunc(files, func(a, b *chart.File) int { return strings.Compare(a.Name, b.Name) })
	sum := sha256.New()
	for _, file := range files {
		if rendersFrom(file.Name) {
			fmt.Fprintf(sum, "%s %d\n%s", file.Name, len(file.Data), file.Data)
		}
	}
	found[c.Metadata.Name] = source{c, version, fmt.Sprintf("sha256:%x", sum.Sum(nil))}
	return nil
}

// rendersFrom reports whether a file has a part in what is rendered: notes and tests have none.
func rendersFrom(name string) bool {
	return name == "values.yaml" || name == "values.schema.json" || strings.HasPrefix(name, "templates/") || strings.HasPrefix(name, "crds/")
}
