package settings_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

var update = flag.Bool("update", false, "write docs/settings.md and the Pulumi.yaml files anew")

// root is the folder of the repository.
const root = "../.."

// same compares a generated text with the file that it stands in, or writes it.
func same(t *testing.T, path, text string) {
	t.Helper()
	path = filepath.Join(root, path)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, text, string(written), "%s is out of date: go test ./pkg/settings -update", path)
}

// TestReferenceIsTrue holds docs/settings.md to the structs and their comments.
func TestReferenceIsTrue(t *testing.T) {
	all := comments(t)
	var b strings.Builder
	b.WriteString("# Settings\n\nGenerated from the structs in `pkg/settings` by `go test ./pkg/settings -update`; a test holds it true.\n\n" +
		"One file holds what an environment is told, for every project: `Pulumi.<environment>.yaml`. A key that is\n" +
		"not listed here is an error, and so is a value that is not allowed; all of them are reported together.\n\n" +
		"*Differs* says in what environments may differ: `size`, `replicas`, `domain` (names and addresses of its own)\n" +
		"`purpose` (made to last or to be thrown away) or `owner` (of something that an account has once). In everything else\n" +
		"staging and production agree, which a test holds.\n")
	for _, schema := range settings.Schemas() {
		fmt.Fprintf(&b, "\n## %s\n\n| key | type | default | allowed | differs | meaning |\n| --- | --- | --- | --- | --- | --- |\n", schema.Project)
		for _, f := range schema.Fields {
			byDefault := "required"
			if !f.Required {
				byDefault = "`" + f.Default + "`"
				if f.Default == "" {
					byDefault = "nothing"
				}
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", f.Key, f.Type, byDefault, f.Allowed, f.Differs, about(t, all, f))
		}
	}
	same(t, "docs/settings.md", b.String())
}

// descriptions are what the projects say of themselves in their Pulumi.yaml.
var descriptions = map[string]string{
	"magento-networking": "VPC, subnets, NAT, endpoints, flow logs, security groups and the hosted zone of a Magento environment",
	"magento-data":       "Keys, Aurora, ElastiCache, OpenSearch, Amazon MQ, buckets, backups and secrets of a Magento environment",
	"magento-compute":    "EKS and the internal load balancer of a Magento environment",
	"magento-cdn":        "CloudFront, WAF, certificate and DNS records of a Magento environment",
	"magento":            "The watch over a Magento environment: reads every layer and publishes its front door",
}

// TestProjectFilesAreTrue holds every Pulumi.yaml, with its configuration schema, to the structs.
func TestProjectFilesAreTrue(t *testing.T) {
	all := comments(t)
	schemas := settings.Schemas()
	for i, l := range layer.Layers() {
		require.Equal(t, l, schemas[i].Layer)
		same(t, filepath.Join(l.Directory, "Pulumi.yaml"), projectFile(t, l, schemas[i].Fields, all))
	}
}

func projectFile(t *testing.T, l layer.Layer, fields []settings.Field, all map[string]string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "# The configuration schema is generated from pkg/settings: go test ./pkg/settings -update\n")
	fmt.Fprintf(&b, "name: %s\ndescription: %s\nruntime:\n  name: go\n  options:\n    buildTarget: bin/%s\n", l.Project, quoted(descriptions[l.Project]), l.Name)
	if l.Directory != "." {
		fmt.Fprintf(&b, "stackConfigDir: %s\n", strings.Repeat("../", strings.Count(l.Directory, "/"))+"..")
	}
	b.WriteString("config:\n  pulumi:disable-default-providers:\n    value: [\"*\"]\n")
	for _, f := range fields {
		name, ours := strings.CutPrefix(f.Key, l.Project+":")
		if !ours {
			continue // Pulumi allows no schema for the keys of another namespace
		}
		fmt.Fprintf(&b, "  %s:\n    type: %s\n", name, f.Type)
		if f.Type == "array" {
			fmt.Fprintf(&b, "    items:\n      type: %s\n", f.Items)
		}
		if !f.Required {
			fmt.Fprintf(&b, "    default: %s\n", yamlDefault(f))
		}
		fmt.Fprintf(&b, "    description: %s\n", quoted(about(t, all, f)))
	}
	return b.String()
}

func yamlDefault(f settings.Field) string {
	if f.Type == "string" {
		return quoted(f.Default)
	}
	return f.Default
}

func quoted(text string) string {
	// JSON strings are YAML strings, and never mistaken for anything else.
	encoded, _ := json.Marshal(text)
	return string(encoded)
}

// TestProjectFilesAreYAML keeps the generator from writing something that only looks right.
func TestProjectFilesAreYAML(t *testing.T) {
	for _, l := range layer.Layers() {
		text, err := os.ReadFile(filepath.Join(root, l.Directory, "Pulumi.yaml"))
		require.NoError(t, err)
		var project struct {
			Name   string
			Config map[string]any
		}
		require.NoError(t, yaml.Unmarshal(text, &project))
		assert.Equal(t, l.Project, project.Name)
		assert.Contains(t, project.Config, "pulumi:disable-default-providers")
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}
