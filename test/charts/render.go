package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
	"sigs.k8s.io/yaml"
)

// kubernetesVersion is what charts that ask are told they are installed in.
const kubernetesVersion = "v1.35.0"

// render gives the objects that Helm would install, and the values that the chart does not know. Helm itself checks the
// values against the chart's schema, where there is one.
func render(r Release, c *chart.Chart) (objects []map[string]any, unknown []string, err error) {
	values := chartutil.Values(r.Values)
	if err := chartutil.ProcessDependencies(c, values); err != nil {
		return nil, nil, err
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = chartutil.KubeVersion{Version: kubernetesVersion, Major: "1", Minor: "35"}
	all, err := chartutil.ToRenderValues(c, values, chartutil.ReleaseOptions{Name: r.Release, Namespace: r.Namespace, Revision: 1, IsInstall: true}, capabilities)
	if err != nil {
		return nil, nil, err
	}
	files, err := engine.Render(c, all)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, "NOTES.txt") {
			continue
		}
		documents := releaseutil.SplitManifests(files[name])
		for _, key := range slices.Sorted(maps.Keys(documents)) {
			object := map[string]any{}
			if err := yaml.Unmarshal([]byte(documents[key]), &object); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", name, err)
			}
			if len(object) > 0 {
				objects = append(objects, object)
			}
		}
	}
	var schema map[string]any
	if len(c.Schema) > 0 {
		if err := json.Unmarshal(c.Schema, &schema); err != nil {
			return nil, nil, fmt.Errorf("values.schema.json: %w", err)
		}
	}
	unknown = slices.DeleteFunc(unknownKeys(c.Values, r.Values, schema, ""), func(key string) bool {
		return slices.ContainsFunc(c.Templates, func(file *chart.File) bool { return reads(string(file.Data), key) })
	})
	slices.Sort(unknown)
	return objects, unknown, nil
}

// reads reports whether a template names a value that the chart's own values have only in a comment, or takes a map that it is in
// whole: Argo CD's configuration is all of configs.cm but for two keys that are the chart's.
func reads(template, key string) bool {
	if regexp.MustCompile(`\.Values\.` + regexp.QuoteMeta(key) + `\b`).MatchString(template) {
		return true
	}
	for at, letter := range key {
		if letter == '.' && regexp.MustCompile(`\bomit \.Values\.`+regexp.QuoteMeta(key[:at])+` `).MatchString(template) {
			return true
		}
	}
	return false
}

// unknownKeys lists the keys of our values that neither the chart's own have nor its schema. What the chart has empty is
// open, and so are labels, which have a slash in their names.
func unknownKeys(theirs, ours, schema map[string]any, path string) []string {
	properties, _ := schema["properties"].(map[string]any)
	unknown := []string{}
	for key, value := range ours {
		known, has := theirs[key]
		below, described := properties[key].(map[string]any)
		if !has && !described && !strings.Contains(key, "/") {
			unknown = append(unknown, path+key)
			continue
		}
		inner, isMap := value.(map[string]any)
		if chart, _ := known.(map[string]any); isMap && len(chart) > 0 {
			unknown = append(unknown, unknownKeys(chart, inner, below, path+key+".")...)
		}
	}
	return unknown
}
