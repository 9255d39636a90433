package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

func TestVersion(t *testing.T) {
	got := call(t, smallPrograms(), "--version")
	assert.Equal(t, 0, got.status)
	assert.Regexp(t, `^magestack \S+`, got.stdout)
	assert.Contains(t, got.stdout, "\n"+"go "+runtime.Version()[len("go"):])
}

// TestVersionSaysWhatItWasBuiltFrom tries builds of a tag, of a work tree and of `go run`.
func TestVersionSaysWhatItWasBuiltFrom(t *testing.T) {
	module := func(path, version string) *debug.Module { return &debug.Module{Path: path, Version: version} }
	info := &debug.BuildInfo{
		GoVersion: "go1.26.8",
		Main:      debug.Module{Version: "v0.7.0"},
		Settings:  []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "false"}},
		Deps: []*debug.Module{
			module("github.com/pulumi/pulumi-aws/sdk/v6", "v6.83.2"), module("github.com/pulumi/pulumi-eks/sdk/v3", "v3.9.1"),
			module("github.com/pulumi/pulumi-kubernetes/sdk/v4", "v4.30.0"), module("github.com/pulumi/pulumi/sdk/v3", "v3.250.0"),
			module("github.com/spf13/cobra", "v1.10.2"),
		},
	}
	assert.Equal(t, "v0.7.0, commit abc\ngo 1.26.8\npulumi 3.250.0\npulumi-aws 6.83.2\npulumi-kubernetes 4.30.0\npulumi-eks 3.9.1", versionOf(info))

	info.Main.Version, info.Settings[1].Value, info.Deps = "(devel)", "true", nil
	assert.Equal(t, "unreleased, commit abc with changes\ngo 1.26.8", versionOf(info))
	info.Settings = nil
	assert.Equal(t, "unreleased\ngo 1.26.8", versionOf(info))
}

// TestSDKsAreRequired holds the list of SDKs to go.mod, so that a new major version is not left out without a word.
func TestSDKsAreRequired(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	file, err := modfile.Parse("go.mod", text, nil)
	require.NoError(t, err)
	var required []string
	for _, r := range file.Require {
		required = append(required, r.Mod.Path)
	}
	for _, sdk := range sdks {
		assert.Contains(t, required, sdk.module)
	}
}
