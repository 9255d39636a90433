package main

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
)

// sdks are the modules that decide what a plan is made of, by what they are called in a version.
var sdks = []struct{ name, module string }{
	{"pulumi", "github.com/pulumi/pulumi/sdk/v3"},
	{"pulumi-aws", "github.com/pulumi/pulumi-aws/sdk/v6"},
	{"pulumi-kubernetes", "github.com/pulumi/pulumi-kubernetes/sdk/v4"},
	{"pulumi-eks", "github.com/pulumi/pulumi-eks/sdk/v3"},
}

// version is what the tool says of itself: it is read from the binary, so that a report of a fault names what was run.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown: the binary has no build information"
	}
	return versionOf(info)
}

// versionOf writes the version, the commit, Go and the SDKs, one a line. A build of a tag has a version, and one in a work
// tree the commit; `go run` records neither.
func versionOf(info *debug.BuildInfo) string {
	first := info.Main.Version
	if first == "" || first == "(devel)" {
		first = "unreleased"
	}
	if revision := buildSetting(info, "vcs.revision"); revision != "" {
		first += ", commit " + revision
		if buildSetting(info, "vcs.modified") == "true" {
			first += " with changes"
		}
	}
	lines := []string{first, "go " + strings.TrimPrefix(info.GoVersion, "go")}
	for _, sdk := range sdks {
		at := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == sdk.module })
		if at >= 0 {
			lines = append(lines, fmt.Sprintf("%s %s", sdk.name, strings.TrimPrefix(info.Deps[at].Version, "v")))
		}
	}
	return strings.Join(lines, "\n")
}

// buildSetting is one of the settings that the binary was built with, or empty.
func buildSetting(info *debug.BuildInfo, key string) string {
	at := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == key })
	if at < 0 {
		return ""
	}
	return info.Settings[at].Value
}
