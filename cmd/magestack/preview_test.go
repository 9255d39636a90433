package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/guard"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// result is what a command line gave.
type result struct {
	status         int
	stdout, stderr string
}

// call runs a command line in a folder with the fixtures as settings files.
func call(t *testing.T, programs []plan.Program, arguments ...string) result {
	t.Helper()
	return callIn(fixture.Repository(t), programs, arguments...)
}

func callIn(directory string, programs []plan.Program, arguments ...string) result {
	var stdout, stderr bytes.Buffer
	t := tool{directory: directory, programs: programs, stdout: &stdout, stderr: &stderr}
	status := t.run(arguments)
	return result{status, stdout.String(), stderr.String()}
}

// refused checks that a command line failed with nothing but these lines on stderr.
func (r result) refused(t *testing.T, lines ...string) {
	t.Helper()
	assert.Equal(t, 1, r.status)
	assert.Empty(t, r.stdout)
	assert.Equal(t, strings.Join(lines, "\n")+"\n", r.stderr)
}

// smallPrograms are two layers, the second of which reads the first.
func smallPrograms() []plan.Program {
	return []plan.Program{
		{Layer: layer.Networking{}.Layer(), Run: func(ctx *pulumi.Context, _ settings.Config) error {
			var part struct{ pulumi.ResourceState }
			ctx.Export("answer", pulumi.Int(42))
			return ctx.RegisterComponentResourceV2("magento:network:Network", "shop", nil, &part)
		}},
		{
			Layer: layer.Root{}.Layer(), Reads: []string{"magento-networking"},
			Run: func(*pulumi.Context, settings.Config) error { return nil },
		},
	}
}

func TestPreviewPrintsThePlan(t *testing.T) {
	got := call(t, smallPrograms(), "preview", "staging")
	assert.Equal(t, 0, got.status)
	assert.Empty(t, got.stderr)
	assert.Contains(t, got.stdout, "magento-networking (stacks/networking), stack staging, reads nothing\n\nshop  network.Network\n")
	assert.Contains(t, got.stdout, "magento (.), stack staging, reads magento-networking\n")
	assert.Contains(t, got.stdout, "\ntotal ")
	assert.True(t, strings.HasSuffix(got.stdout, fmt.Sprintf("\n\n%d controls hold\n", len(guard.Controls()))), got.stdout)
	assert.NotContains(t, got.stdout, "answer")
	assert.NotContains(t, got.stdout, "\x1b")
}

// TestPreviewEndsWithTheBrokenControls plans a provider without tags, which up would refuse.
func TestPreviewEndsWithTheBrokenControls(t *testing.T) {
	programs := smallPrograms()
	programs[0].Run = func(ctx *pulumi.Context, _ settings.Config) error {
		var provider pulumi.ProviderResourceState
		return ctx.RegisterResource("pulumi:providers:aws", "untagged", pulumi.Map{
			"region": pulumi.String("eu-central-1"), "allowedAccountIds": pulumi.ToStringArray([]string{"123456789012"}),
		}, &provider)
	}
	for _, flags := range [][]string{nil, {"--json"}} {
		got := call(t, programs, append([]string{"preview", "staging"}, flags...)...)
		assert.Equal(t, 1, got.status)
		assert.Contains(t, got.stdout, "magento-networking", "the plan is printed for whoever mends it")
		assert.NotContains(t, got.stdout, "controls hold")
		assert.Regexp(t, `(?m)^tags: urn:.*::untagged: lacks the default tag environment$`, got.stderr)
	}
}

func TestPreviewPrintsOutputsAndOneLayer(t *testing.T) {
	got := call(t, smallPrograms(), "preview", "staging", "--outputs", "--layer", "networking")
	assert.Equal(t, 0, got.status)
	assert.Contains(t, got.stdout, "  answer  42\n")
	assert.NotContains(t, got.stdout, "magento (.)")

	got = call(t, smallPrograms(), "preview", "staging", "--layer", "networking", "--layer", "root")
	assert.Contains(t, got.stdout, "magento-networking (")
	assert.Contains(t, got.stdout, "magento (.)")

	got = call(t, smallPrograms(), "preview", "staging", "--layer", "root")
	assert.Contains(t, got.stdout, "magento (.)")
	assert.NotContains(t, got.stdout, "magento-networking (")
}

func TestPreviewPrintsNothingButJSON(t *testing.T) {
	got := call(t, smallPrograms(), "preview", "staging", "--json")
	assert.Equal(t, 0, got.status)
	var projects []string
	for line := range strings.Lines(got.stdout) {
		var object map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &object), line)
		projects = append(projects, object["project"].(string)+" "+object["type"].(string))
	}
	assert.Equal(t, []string{
		"magento-networking pulumi:pulumi:Stack", "magento-networking magento:network:Network", "magento pulumi:pulumi:Stack",
	}, projects)

	got = call(t, smallPrograms(), "preview", "staging", "--json", "--layer", "root")
	assert.Equal(t, 1, strings.Count(got.stdout, "\n"))
}

func TestPreviewRefusesWhatItDoesNotKnow(t *testing.T) {
	environments := fixture.Environments()
	call(t, smallPrograms(), "preview", "moon").
		refused(t, `unknown environment "moon"; allowed are: `+strings.Join(environments, ", "))
	call(t, smallPrograms(), "preview", "staging", "--layer", "moon").
		refused(t, `unknown layer "moon"; allowed are: networking, root`)
	call(t, smallPrograms(), "preview", "staging", "--layer", "moon", "--layer", "networking", "--layer", "sun").
		refused(t, `unknown layer "moon"; allowed are: networking, root`, `unknown layer "sun"; allowed are: networking, root`)
	known := strings.Join(environments, ", ")
	call(t, smallPrograms(), "preview").refused(t, "an environment is required; allowed are: "+known+". Usage: magestack preview ENVIRONMENT [flags]")
	call(t, smallPrograms(), "destroy", "").refused(t, "an environment is required; allowed are: "+known+". Usage: magestack destroy ENVIRONMENT [flags]")
	call(t, smallPrograms(), "up", "staging", "production").
		refused(t, "one environment at a time, not staging and production; allowed are: "+known+". Usage: magestack up ENVIRONMENT [flags]")
	assert.Equal(t, 1, callIn(t.TempDir(), smallPrograms(), "preview", "staging").status)
}

func TestPreviewListsTheProblemsOfAllPrograms(t *testing.T) {
	programs := smallPrograms()
	programs[0].Run = func(ctx *pulumi.Context, _ settings.Config) error {
		ctx.Export("answer", pulumi.Int(42))
		return errors.Join(errors.New("out of cheese"), errors.New("out of cheese"), errors.New("two\nlines"))
	}
	programs = append(programs, plan.Program{
		Layer: layer.CDN{}.Layer(), Run: func(*pulumi.Context, settings.Config) error { panic("boo") },
	})
	got := call(t, programs, "preview", "staging")
	assert.Equal(t, 1, got.status)
	assert.Empty(t, got.stdout)
	assert.Regexp(t, `^planning magento-networking/staging: out of cheese
planning magento-networking/staging: two
  lines
planning magento-cdn/staging: magento-cdn panicked at .*preview_test.go:\d+: boo
$`, got.stderr)
}

// folder makes a repository with the files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	directory := t.TempDir()
	for name, text := range files {
		path := filepath.Join(directory, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return directory
}

func TestPreviewListsTheProblemsOfTheSettings(t *testing.T) {
	directory := folder(t, map[string]string{
		"Pulumi.yaml":         "name: magento\n",
		"Pulumi.staging.yaml": "config:\n  magento-moon:base: alpha\n  magento-networking:vpcCidr: nonsense\n",
	})
	got := callIn(directory, smallPrograms(), "preview", "staging")
	assert.Equal(t, 1, got.status)
	assert.Empty(t, got.stdout)
	lines := strings.Split(strings.TrimSuffix(got.stderr, "\n"), "\n")
	assert.Greater(t, len(lines), 2)
	for _, line := range lines {
		assert.Regexp(t, `^(magento(-[a-z]+)?|aws):\w+: `, line)
	}
	assert.Contains(t, got.stderr, `magento-moon:base: "alpha": `)
}

func TestRootIsFoundFromBelow(t *testing.T) {
	directory := folder(t, map[string]string{
		"Pulumi.yaml":                 "name: magento\n",
		"stacks/data/Pulumi.yaml":     "name: magento-data\n",
		"stacks/data/program/empty":   "",
		"stacks/broken/Pulumi.yaml":   "name: [\n",
		"stacks/broken/program/empty": "",
	})
	root, err := findRoot(filepath.Join(directory, "stacks", "data", "program"))
	require.NoError(t, err)
	assert.Equal(t, directory, root)

	_, err = findRoot(filepath.Join(directory, "stacks", "broken", "program"))
	require.ErrorContains(t, err, "finding the root of the repository: reading "+filepath.Join(directory, "stacks", "broken"))
	_, err = findRoot(t.TempDir())
	require.ErrorContains(t, err, "nor a folder above it has a Pulumi.yaml of the project magento")
}
