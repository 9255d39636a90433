package repository_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// TestMainModuleIsOfPrograms keeps what only test/crds and internal/crdcheck need out of the main go.mod (ADR 0077): there it
// would decide the versions of what the programs are linked with.
func TestMainModuleIsOfPrograms(t *testing.T) {
	main, outside := required(t, "go.mod"), required(t, "test/crds/go.mod")
	for _, module := range []string{
		"github.com/aws/aws-sdk-go-v2/service/ec2", "github.com/aws/karpenter-provider-aws", "k8s.io/apiextensions-apiserver",
		"k8s.io/apiserver", "sigs.k8s.io/karpenter",
	} {
		assert.NotContains(t, main, module)
		assert.Contains(t, outside, module, "test/crds no longer needs it: take it off the list")
	}
}

// required returns the paths of the modules that a go.mod requires, directly and indirectly.
func required(t *testing.T, path string) []string {
	t.Helper()
	file, err := modfile.Parse(path, []byte(read(t, path)), nil)
	require.NoError(t, err)
	var paths []string
	for _, r := range file.Require {
		paths = append(paths, r.Mod.Path)
	}
	return paths
}
