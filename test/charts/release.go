package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path"
)

// Release is what a plan gives Helm, without what differs between environments.
type Release struct {
	Chart     string         `json:"chart"`
	Version   string         `json:"version"`
	Release   string         `json:"release"`
	Namespace string         `json:"namespace"`
	SkipCRDs  bool           `json:"skipCrds"`
	Values    map[string]any `json:"values"`
}

func readReleases(file string) (map[string]Release, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	releases := map[string]Release{}
	if err := json.Unmarshal(text, &releases); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	return releases, nil
}

// name is the chart's own, without the registry that it is in.
func (r Release) name() string { return path.Base(r.Chart) }

// digest tells one input from another: keys are sorted, so that it is the same for the same values.
func (r Release) digest() string {
	text, err := json.Marshal(r)
	if err != nil {
		return err.Error() // of values that were read from JSON, there is none
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256(text))
}
