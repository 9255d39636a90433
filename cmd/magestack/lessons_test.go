package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/cloudfront/local"
	"github.com/magestack/magestack/internal/fixture"
)

// TestWhatTheEdgeHasLearned is listed at the end, with the lines of the settings where they are asked for.
func TestWhatTheEdgeHasLearned(t *testing.T) {
	directory := fixture.Repository(t)
	learned := local.Lessons{SessionPaths: []string{"adyen"}, PagePaths: []string{"/about-us"}, Why: []string{"set-cookie removed: /adyen is not in sessionPaths (PHPSESSID)"}}
	tell := func(learned local.Lessons, lines bool) string {
		var printed bytes.Buffer
		require.NoError(t, tool{directory: directory, stdout: &printed}.tellLessons("staging", learned, lines))
		return printed.String()
	}
	assert.Empty(t, tell(local.Lessons{}, true))
	listed := tell(learned, false)
	assert.Contains(t, listed, "  set-cookie removed: /adyen is not in sessionPaths (PHPSESSID)\n")
	assert.Contains(t, listed, "--learn prints the lines for Pulumi.staging.yaml\n")
	assert.NotContains(t, listed, "config")
	assert.Contains(t, tell(learned, true), "for Pulumi.staging.yaml, in config:\n  magento-cdn:sessionPaths:\n    - \"adyen\"\n  magento-cdn:pagePaths:\n    - \"/\"\n    - \"*.html\"\n    - \"/about-us\"\n")
}
