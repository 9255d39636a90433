package versions_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/versions"
)

// TestNodesHaveOneImage holds the two ways of naming the nodes' image together, and each release to its version of
// Kubernetes.
func TestNodesHaveOneImage(t *testing.T) {
	date, ok := strings.CutPrefix(versions.NodeImage, "al2023@v")
	require.True(t, ok)
	for _, kubernetes := range []string{"1.34", "1.35", "1.36"} {
		pinned, err := versions.AddonsFor(kubernetes)
		require.NoError(t, err)
		assert.Regexp(t, "^"+strings.ReplaceAll(kubernetes, ".", `\.`)+`\.\d+-`+date+"$", pinned.NodeRelease())
		assert.True(t, strings.HasPrefix(pinned.KubeProxy, "v"+kubernetes+"."), pinned.KubeProxy)
	}
}
