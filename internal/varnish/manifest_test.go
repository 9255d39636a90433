package varnish_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/varnish"
)

// TestParametersAreTheManifests holds that varnishd is tried with what the StatefulSet starts it with.
func TestParametersAreTheManifests(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(configuration, "varnish.yaml"))
	require.NoError(t, err)
	_, list, found := strings.Cut(string(text), "args:\n")
	require.True(t, found)
	var arguments []string
	for line := range strings.Lines(list) {
		argument, isItem := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		if !isItem {
			break
		}
		arguments = append(arguments, argument)
	}
	addressed := []string{"-F", "-f", "/etc/varnish/default.vcl", "-a", "http=:8080,HTTP", "-a", "purge=:8081,HTTP", "-n", "/var/lib/varnish"}
	assert.Equal(t, append(addressed, varnish.Parameters()...), arguments)
}
