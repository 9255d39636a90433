package desired_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/desired"
)

// deployment is a Deployment whose only container runs an image.
func deployment(image string) []byte {
	return []byte(strings.ReplaceAll(`apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: magento, image: "IMAGE"}]}}}
---
# a comment alone
---
apiVersion: v1
kind: ConfigMap
metadata: {name: magento-environment-abc, labels: {}}
data: {region: eu-central-1}
`, "IMAGE", image))
}

// TestImages refuses every name but that by digest, which has 64 digits.
func TestImages(t *testing.T) {
	digest := strings.Repeat("0a", 32)
	for image, refused := range map[string]bool{
		"registry:5000/shop@sha256:" + digest: false, "shop:1.0.0@sha256:" + digest: false,
		"shop": true, "shop:latest": true, "shop:1.0.0": true, "shop@sha256:" + digest[1:]: true, "shop@sha256:" + digest + "0": true, "@sha256:" + digest: true,
	} {
		state, err := desired.Parse(deployment(image))
		require.NoError(t, err)
		err = desired.Check(state, desired.Environment{})
		if refused {
			assert.ErrorContains(t, err, `Deployment web, container magento: image "`+image+`": must be named by its digest`)
		} else {
			assert.NoError(t, err, image)
		}
	}
}

// TestFactsThatAreMissing are named, each once.
func TestFactsThatAreMissing(t *testing.T) {
	text := strings.ReplaceAll(string(deployment("shop@sha256:"+strings.Repeat("0a", 32))), "eu-central-1}", "UNKNOWN, image: UNKNOWN}")
	state, err := desired.Parse([]byte(text))
	require.NoError(t, err)
	assert.EqualError(t, desired.Check(state, desired.Environment{}),
		"fact region: is UNKNOWN; what gitops/facts.yaml lists must be patched into the ConfigMap magento-environment")
}

// TestParse refuses what is no rendering.
func TestParse(t *testing.T) {
	for text, want := range map[string]string{"a: b": "a document has no kind", "kind: [": "reading a rendered desired state", "kind: Deployment\nspec: 1\nmetadata: {name: a}": "reading a rendered desired state"} {
		_, err := desired.Parse([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}
