package cluster

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// region is where the played nodes are.
const region = "eu-central-1"

// cluster is a control plane with controllers.
type cluster struct {
	t         *testing.T
	tool      string
	directory string
	path      string
	config    string
	settings  []string
	whole     bool // the base was, once
}

// up brings a cluster up with the parts, separated by commas, and takes it down with the test.
func up(t *testing.T, parts string, settings ...string) *cluster {
	t.Helper()
	c := &cluster{t: t, tool: tool(t), directory: t.TempDir(), settings: append(settings, "AWS_REGION="+region)}
	c.sell("on-demand", "spot")
	t.Cleanup(func() { c.run("down", c.directory) })
	c.run("up", c.directory, "--with", parts, "--nodes", "3")
	shell := exec.Command("sh", "-c", c.run("env", c.directory)+"\nprintf '%s\\n%s' \"$PATH\" \"$KUBECONFIG\"")
	output, err := shell.Output()
	if err != nil {
		t.Fatal(err)
	}
	c.path, c.config, _ = strings.Cut(string(output), "\n")
	return c
}

// tool is the command that brings clusters up.
func tool(t *testing.T) string {
	t.Helper()
	name := os.Getenv("CLUSTER_TOOL")
	if name == "" {
		t.Skip("CLUSTER_TOOL is not set: no cluster to try it on")
	}
	return name
}

// sell writes the file of instance types, each to be had in the ways that are given. Karpenter reads it when it starts.
func (c *cluster) sell(ways ...string) {
	c.t.Helper()
	types, err := instanceTypes(ways...)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(c.typesFile(), types, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cluster) typesFile() string { return filepath.Join(c.directory, "types.json") }

// run runs the tool.
func (c *cluster) run(arguments ...string) string {
	c.t.Helper()
	command := exec.Command(c.tool, arguments...)
	command.Env = append(append(os.Environ(), "CLUSTER_INSTANCE_TYPES="+c.typesFile()), c.settings...)
	output, err := command.CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s %s: %v\n%s", c.tool, strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

// kubectl runs one command, with the input if there is one.
func (c *cluster) kubectl(input string, arguments ...string) (string, error) {
	command := exec.Command("sh", append([]string{"-c", `exec kubectl "$@"`, "kubectl"}, arguments...)...)
	command.Env = append(os.Environ(), "PATH="+c.path, "KUBECONFIG="+c.config)
	command.Stdin = strings.NewReader(input)
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("kubectl %s: %w: %s", strings.Join(arguments, " "), err, output)
	}
	return string(output), nil
}

func (c *cluster) must(input string, arguments ...string) string {
	c.t.Helper()
	output, err := c.kubectl(input, arguments...)
	if err != nil {
		c.t.Fatal(err)
	}
	return output
}

// nodePools makes the plan's NodePools.
func (c *cluster) nodePools(consolidateAfter string) {
	c.t.Helper()
	all, err := pools(consolidateAfter)
	if err != nil {
		c.t.Fatal(err)
	}
	c.must(`{"apiVersion":"karpenter.kwok.sh/v1alpha1","kind":"KWOKNodeClass","metadata":{"name":"default"}}`, "apply", "-f", "-")
	for _, pool := range all {
		text, err := json.Marshal(pool)
		if err != nil {
			c.t.Fatal(err)
		}
		c.must(string(text), "apply", "-f", "-")
	}
}
