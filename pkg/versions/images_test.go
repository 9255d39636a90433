package versions_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/versions"
)

func TestReferences(t *testing.T) {
	image := versions.Image{Repository: "docker.io/proxysql/proxysql", Tag: "3.0.8"}
	assert.Equal(t, "docker.io/proxysql/proxysql:3.0.8", image.Reference())
	image.Digest = "sha256:0123"
	assert.Equal(t, "docker.io/proxysql/proxysql:3.0.8@sha256:0123", image.Reference())
	assert.Regexp(t, `^docker\.io/proxysql/proxysql:3\.0\.\d+(@sha256:[0-9a-f]{64})?$`, versions.ProxySQL.Reference(), "the configuration is for 3.0")
}
