package versions_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/versions"
)

func TestReferences(t *testing.T) {
	image := versions.Image{Repository: "docker.io/proxysql/proxysql", Tag: "3.0.8"}
	assert.Equal(t, "docker.io/proxysql/proxysql:3.0.8", image.Reference())
	assert.Equal(t, "proxysql/proxysql", image.Path())
	image.Digest = "sha256:0123"
	assert.Equal(t, "docker.io/proxysql/proxysql:3.0.8@sha256:0123", image.Reference())
	assert.Equal(t, "3.0.8@sha256:0123", image.Version())
}

// TestCopiedImages wants whole versions, and digests that are some.
func TestCopiedImages(t *testing.T) {
	assert.Contains(t, versions.Copied(), versions.ProxySQL)
	for _, image := range versions.Copied() {
		assert.Regexp(t, `^[a-z0-9.-]+\.[a-z]+/[a-z0-9._/-]+:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$`, image.Reference())
	}
	assert.Regexp(t, `^3\.0\.`, versions.ProxySQL.Tag, "the configuration is for 3.0")
}
