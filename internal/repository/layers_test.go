package repository_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const modulePath = "github.com/magestack/magestack/"

// layers are the folders of pkg that belong to one layer.
var layers = []string{"networking", "data", "compute", "cdn"}

// TestWhoMayImportWhom holds the one line of CONTRIBUTING.md: a layer's package is imported by its own layer, by settings,
// and, where compute runs what data configures, by compute; a program imports nothing of the tool.
func TestWhoMayImportWhom(t *testing.T) {
	command := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	command.Dir = root
	output, err := command.Output()
	require.NoError(t, err)
	seen := 0
	for line := range strings.Lines(string(output)) {
		names := strings.Fields(line)
		for _, imported := range names[1:] {
			if importer, imported, ours := ours(names[0], imported); ours {
				seen++
				assert.True(t, mayImport(importer, imported), "%s imports %s", importer, imported)
			}
		}
	}
	assert.Greater(t, seen, 100, "the imports were not found")
}

// TestMayImport shows that the rule can fail.
func TestMayImport(t *testing.T) {
	for _, c := range []struct {
		importer, imported string
		allowed            bool
	}{
		{"pkg/data/cache", "pkg/data/secrets", true},
		{"pkg/data/cache", "pkg/aws/account", true},
		{"pkg/compute/proxysql", "pkg/data/proxysql", true},
		{"pkg/settings", "pkg/cdn/waf/rules", true},
		{"stacks/cdn/program", "pkg/cdn/edge", true},
		{"internal/guard", "internal/plan", true},
		{"internal/rollout", "pkg/compute/cluster", true},
		{"stacks", "stacks/data/program", true},
		{"pkg/data/cache", "pkg/compute/cluster", false},
		{"pkg/cdn/edge", "pkg/networking/network", false},
		{"pkg/aws/account", "pkg/data/cache", false},
		{"stacks/data/program", "pkg/cdn/edge", false},
		{"program", "pkg/data/cache", false},
		{"pkg/layer", "internal/plan", false},
		{"stacks/cdn/program", "internal/plan", false},
		{"program", "internal/offline", false},
	} {
		assert.Equal(t, c.allowed, mayImport(c.importer, c.imported), "%s imports %s", c.importer, c.imported)
	}
}

// ours cuts the module's path off, and reports whether both packages are of this module.
func ours(importer, imported string) (string, string, bool) {
	from, a := strings.CutPrefix(importer, modulePath)
	to, b := strings.CutPrefix(imported, modulePath)
	return from, to, a && b
}

func mayImport(importer, imported string) bool {
	if strings.HasPrefix(imported, "internal/") {
		return strings.HasPrefix(importer, "internal/") || strings.HasPrefix(importer, "cmd/") || strings.HasPrefix(importer, "examples/") || importer == "stacks"
	}
	owner := layerOf(imported)
	if owner == "" || importer == "stacks" || strings.HasPrefix(importer, "internal/") || strings.HasPrefix(importer, "cmd/") || importer == "pkg/settings" {
		return true
	}
	reader := layerOf(importer)
	return reader == owner || reader == "compute" && owner == "data"
}

// layerOf returns the layer that a package belongs to, or nothing for what all share.
func layerOf(pkg string) string {
	parts := strings.Split(pkg, "/")
	if len(parts) > 1 && (parts[0] == "pkg" || parts[0] == "stacks") && slices.Contains(layers, parts[1]) {
		return parts[1]
	}
	return ""
}
