package gitops

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os/exec"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// passing is kube-score's grade for "almost OK" and better: critical is 1, a warning 5.
const passing = 7

// acceptedFindings are checks of kube-score that the desired state does not follow, with the reason.
var acceptedFindings = map[string]string{
	"container-image-pull-policy":          "images are digests, which cannot change",
	"container-resources":                  "requests of CPU are guaranteed; a limit would throttle PHP while the node idles",
	"deployment-has-host-podantiaffinity":  "pods are spread over zones and nodes by topology spread",
	"deployment-replicas":                  "staging has one pod of the admin",
	"deployment-has-poddisruptionbudget":   "consumers end their message on SIGTERM, and are none at times",
	"horizontalpodautoscaler-replicas":     "staging's burst may be one pod, or the base alone",
	"pod-networkpolicy":                    "Pulumi closes the namespace; to these pods nothing is opened",
	"pod-probes-identical":                 "Varnish answers both by itself, and waits for nothing else",
	"statefulset-has-host-podantiaffinity": "replicas of Varnish are spread by topology spread",
}

// TestKubeScore wants what kube-score finds in the rendered desired state to be accepted with a reason, and what is accepted to be
// found. It is run as a command, since its libraries need older releases of Kubernetes' than this module.
func TestKubeScore(t *testing.T) {
	stale := maps.Clone(acceptedFindings)
	for _, environment := range overlays {
		for check, objects := range scored(t, stateTextOf(t, environment)) {
			assert.NotEmpty(t, acceptedFindings[check], "%s: %s: %v", environment, check, objects)
			delete(stale, check)
		}
	}
	assert.Empty(t, stale, "accepted, and not found")
}

// TestKubeScoreFinds shows that the objects are read: without a limit a container is named.
func TestKubeScoreFinds(t *testing.T) {
	text := stateTextOf(t, "staging")
	worse := bytes.ReplaceAll(text, []byte("ephemeral-storage: 512Mi"), []byte("cpu: 1"))
	require.NotEqual(t, text, worse)
	assert.Equal(t, []string{"StatefulSet magento-varnish"}, scored(t, worse)["container-ephemeral-storage-request-and-limit"])
}

// scored runs kube-score at the version that tools/go.mod pins, and returns the objects of each check that does not pass.
func scored(t *testing.T, text []byte) map[string][]string {
	t.Helper()
	command := exec.Command("go", "run", "github.com/zegl/kube-score/cmd/kube-score", "score", "--kubernetes-version", "v1.36", "--output-format", "json", "-")
	command.Dir = repository + "/tools"
	command.Stdin = bytes.NewReader(text)
	var refused *exec.ExitError
	output, err := command.Output()
	if err != nil && !errors.As(err, &refused) { // it ends with 1 where something is critical
		t.Fatal(err)
	}
	var card []struct {
		Meta struct {
			Name string `json:"name"`
		} `json:"object_meta"`
		Type struct {
			Kind string `json:"kind"`
		} `json:"type_meta"`
		Checks []struct {
			Check struct {
				ID string `json:"id"`
			} `json:"check"`
			Grade   int  `json:"grade"`
			Skipped bool `json:"skipped"`
		} `json:"checks"`
	}
	if err := json.Unmarshal(output, &card); err != nil {
		t.Fatalf("kube-score: %v\n%s", err, refused.Stderr)
	}
	require.NotEmpty(t, card)
	found := map[string][]string{}
	for _, object := range card {
		for _, c := range object.Checks {
			if !c.Skipped && c.Grade < passing {
				found[c.Check.ID] = append(found[c.Check.ID], object.Type.Kind+" "+object.Meta.Name)
			}
		}
	}
	for _, objects := range found {
		slices.Sort(objects)
	}
	return found
}
