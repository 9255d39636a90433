package gitops

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/magestack/magestack/internal/desired"
	"github.com/magestack/magestack/pkg/data/mail/sending"
)

// TestEveryEnvironmentCanRunItsDesiredState holds each overlay to the settings of its environment.
func TestEveryEnvironmentCanRunItsDesiredState(t *testing.T) {
	for _, environment := range overlays {
		assert.NoError(t, desired.Check(stateOf(t, environment), environmentOf(t, environment)), environment)
	}
}

// patched is production's shop with one change.
func patched(t *testing.T, kind, name, patch string) desired.State {
	t.Helper()
	resources, err := Render(root, "overlays/production/shop", exampleFacts(t, "production"),
		Patch(kind, name, patch))
	require.NoError(t, err)
	state, err := desired.Parse(textOf(t, resources))
	require.NoError(t, err)
	return state
}

func replace(path, value string) string {
	return fmt.Sprintf(`[{"op": "add", "path": %q, "value": %s}]`, path, value)
}

// TestBadInput wants each mistake named, with its numbers, on the bound and one beside it.
func TestBadInput(t *testing.T) {
	for name, c := range map[string]struct{ kind, object, patch, want string }{
		"base on the bound":     {"Deployment", "magento-admin", replace("/spec/replicas", "4"), ""}, // 7 × 1500 + 4 × 1000 + 3 × 500 = 16000
		"base beyond it":        {"Deployment", "magento-admin", replace("/spec/replicas", "5"), "NodePool web-base: its pods may ask for 17000m of CPU (magento-web-base 7 × 1500m and 3072Mi, magento-admin 5 × 1000m and 3072Mi, magento-varnish 3 × 500m and 1024Mi), and it has 16000m less the largest node"},
		"burst on the bound":    {"HorizontalPodAutoscaler", "magento-web-burst", replace("/spec/maxReplicas", "75"), ""},
		"burst and connections": {"HorizontalPodAutoscaler", "magento-web-burst", replace("/spec/maxReplicas", "76"), "85 pods × 12 workers of PHP are 1020, and the database's 126 connections for requests carry 1008"},
		"burst beyond it":       {"HorizontalPodAutoscaler", "magento-web-burst", replace("/spec/maxReplicas", "86"), "NodePool web-burst: its pods may ask for 129000m of CPU (magento-web-burst 86 × 1500m and 3072Mi), and it has 128000m; lower the replicas or raise magento-compute:webBurstCpus"},
		"consumers on it":       {"ScaledObject", "magento-consumers-sales", replace("/spec/maxReplicaCount", "4"), ""},
		"consumers beyond it":   {"ScaledObject", "magento-consumers-sales", replace("/spec/maxReplicaCount", "5"), "21 processes of consumers may run (magento-consumers-bulk 4, magento-consumers-catalog 4, magento-consumers-files 4, magento-consumers-inventory 4, magento-consumers-sales 5), and magento-data:consumerProcesses counts 20"},
		"unknown consumer":      {"Deployment", "magento-consumers-sales", replace("/spec/template/spec/containers/0/args/-", `"ownProcessor"`), `deployment magento-consumers-sales: consumer "ownProcessor": its queue is not known; declare one of your own by the annotation magento.com/queues`},
		"no trigger":            {"Deployment", "magento-consumers-sales", replace("/spec/template/spec/containers/0/args/-", `"product_alert"`), `no trigger of its ScaledObject looks at the queue "product_alert.queue"`},
		"unknown queue":         {"ScaledObject", "magento-consumers-sales", replace("/spec/triggers/0/metadata/queueName", `"codegenerators"`), `ScaledObject of magento-consumers-sales: queue "codegenerators": none of its consumers reads it; theirs are codegenerator, sales.rule.`},
		"latest":                {"Deployment", "magento-cron", replace("/spec/template/spec/containers/0/image", `"shop:latest"`), `Deployment magento-cron, container magento: image "`},
		"tag":                   {"Job", "magento-schema", replace("/spec/template/spec/initContainers/0/image", `"shop:1.0.0"`), `Job magento-schema, container etc: image "`},
	} {
		t.Run(name, func(t *testing.T) {
			err := desired.Check(patched(t, c.kind, c.object, c.patch), environmentOf(t, "production"))
			if c.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// TestAConsumerOfOnesOwnIsDeclared wants the annotation to be what makes a shop's own consumer known.
func TestAConsumerOfOnesOwnIsDeclared(t *testing.T) {
	patch := `[{"op": "add", "path": "/metadata/annotations/magento.com~1queues", "value": "ownProcessor=own.queue"},
		{"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": "ownProcessor"}]`
	err := desired.Check(patched(t, "Deployment", "magento-consumers-sales", patch), environmentOf(t, "production"))
	assert.EqualError(t, err, `deployment magento-consumers-sales: no trigger of its ScaledObject looks at the queue "own.queue"; nobody would read it at zero replicas`)
}

// TestReadSplitAndItsComponentAgree both ways.
func TestReadSplitAndItsComponentAgree(t *testing.T) {
	environment := environmentOf(t, "production")
	environment.ReadSplit = "slave-connection"
	assert.ErrorContains(t, desired.Check(stateOf(t, "production"), environment), "needs the component gitops/components/slave-connection in the overlay")

	resources, err := Render(root, "overlays/production/shop", exampleFacts(t, "production"), Component("../../../components/slave-connection"))
	require.NoError(t, err)
	text := textOf(t, resources)
	state, err := desired.Parse(text)
	require.NoError(t, err)
	assert.NoError(t, desired.Check(state, environment))
	environment.ReadSplit = "none"
	assert.ErrorContains(t, desired.Check(state, environment), "there is no secret database/read")
	assert.Contains(t, string(text), "key: magento/production/database/read")
	pods := strings.Count(string(text), "mountPath: /var/www/html/pub/media\n")
	assert.Equal(t, pods, strings.Count(string(text), "mountPath: /etc/magento/secrets/database-read\n"), "every pod with env.php")
}

// TestMailAndItsComponentAgree both ways.
func TestMailAndItsComponentAgree(t *testing.T) {
	environment, state := environmentOf(t, "production"), stateOf(t, "production")
	require.Equal(t, sending.ModeSES, environment.Mail)
	environment.Mail = sending.ModeNone
	assert.EqualError(t, desired.Check(state, environment),
		`magento-data:mail: "none": there is no secret mail, which the component gitops/components/mail wants`)

	resources, err := Render(root, "overlays/production/shop", exampleFacts(t, "production"))
	require.NoError(t, err)
	text := string(textOf(t, resources))
	assert.Contains(t, text, "key: magento/production/mail\n")
	pods := strings.Count(text, "mountPath: /var/www/html/pub/media\n")
	assert.Equal(t, pods, strings.Count(text, "mountPath: /etc/magento/secrets/mail\n"), "every pod with env.php: they share the cache of the configuration")

	without, err := desired.Parse([]byte(strings.ReplaceAll(text, "name: magento-mail\n", "name: magento-other\n")))
	require.NoError(t, err)
	environment.Mail = sending.ModeSES
	assert.ErrorContains(t, desired.Check(without, environment), `magento-data:mail: "ses": needs the component gitops/components/mail in the overlay`)
}

// TestPodsOfCronJobsAreThoseOfDeployments holds the two forms of what every pod of Magento has together.
func TestPodsOfCronJobsAreThoseOfDeployments(t *testing.T) {
	for _, pair := range [][2]string{{"base/magento/pod.yaml", "base/magento/cronjob.yaml"}, {"base/magento/cli.yaml", "base/magento/cli-cronjob.yaml"}, {"components/slave-connection/pod.yaml", "components/slave-connection/cronjob.yaml"}, {"components/mail/pod.yaml", "components/mail/cronjob.yaml"}} {
		deployment, cronjob := readObject(t, filepath.Join(root, pair[0])), readObject(t, filepath.Join(root, pair[1]))
		assert.Equal(t, dig(deployment, "spec", "template"), dig(cronjob, "spec", "jobTemplate", "spec", "template"), pair[1])
	}
}

func readObject(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var object map[string]any
	require.NoError(t, yaml.Unmarshal(text, &object))
	return object
}

func dig(object map[string]any, path ...string) any {
	var at any = object
	for _, key := range path {
		at = at.(map[string]any)[key]
	}
	return at
}
