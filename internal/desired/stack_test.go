package desired_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/desired"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/preview"
)

const rendering = `# a comment alone
---
apiVersion: v1
kind: Service
metadata: {name: magento-web, namespace: magento}
spec: {ports: [{port: 8080}, {port: 9000}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: magento-web, namespace: magento, annotations: {argocd.argoproj.io/sync-wave: "3"}}
spec:
  replicas: 2
  template: {spec: {containers: [{name: php, image: "registry.example.com/shop@sha256:0123456789abcdef", resources: {requests: {cpu: "2", memory: 3Gi}}}, {name: nginx, resources: {requests: {cpu: 100m, memory: 1Gi}}}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: schema, annotations: {argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: "2"}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: release, annotations: {argocd.argoproj.io/hook: PostSync}}
`

// TestStackPrintsAsLayersDo holds waves as components, in the order of a synchronisation, and the highlights of their objects.
func TestStackPrintsAsLayersDo(t *testing.T) {
	stack, err := desired.Stack("staging", "shop", "gitops/overlays/staging/shop", []byte(rendering))
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, preview.Write(&text, &plan.Environment{Name: "staging", Stacks: []plan.Stack{stack}}, preview.Options{}))
	assert.Contains(t, text.String(), strings.TrimLeft(`
shop (gitops/overlays/staging/shop), stack staging, reads nothing

wave-0         application.Wave
└─ magento-web  core/v1.Service  in magento, ports 8080 9000
wave-2         application.Wave
└─ schema  batch/v1.Job
wave-3         application.Wave
└─ magento-web  apps/v1.Deployment  in magento, 2 replicas, shop@sha256:0123456789ab, requests 2100m CPU 4Gi
wave-PostSync  application.Wave
└─ release  batch/v1.Job

4 resources, 4 components, 0 outputs
`, "\n"))
}

func TestStackOfWhatIsNoObject(t *testing.T) {
	for document, want := range map[string]string{
		"kind: Service":                      `reading Application shop: apiVersion "", kind "Service", name "": all three are required`,
		"apiVersion: v1\nkind: Service\n":    `reading Application shop: apiVersion "v1", kind "Service", name "": all three are required`,
		"apiVersion: [v1]\nkind: Service":    "reading Application shop: json: cannot unmarshal array",
		"a: b: c":                            "reading Application shop: ",
		"metadata: {name: x}\nkind: Service": `reading Application shop: apiVersion "", kind "Service", name "x": all three are required`,
	} {
		_, err := desired.Stack("staging", "shop", "", []byte(document))
		assert.ErrorContains(t, err, want, document)
	}
	empty, err := desired.Stack("staging", "shop", "", []byte("# nothing\n"))
	require.NoError(t, err)
	assert.Len(t, empty.Resources, 1)
}
