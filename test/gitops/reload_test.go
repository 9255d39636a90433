package gitops

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/desired"
)

// reloadOn is the annotation by which Reloader replaces the pods of a workload when one of these Secrets changes.
const reloadOn = "secret.reloader.stakater.com/reload"

// encryptionKey is the Secret that no workload is replaced for: a pod that is made before the new key counts leaves it out again.
const encryptionKey = "magento-encryption-key"

// TestWhatRunsLongIsReplacedWithItsSecrets derives who is replaced when a secret changes from what the pods mount: the processes of cron
// and consumers read env.php when they begin and may run for hours. What php-fpm serves reads it with every request, and is not replaced.
func TestWhatRunsLongIsReplacedWithItsSecrets(t *testing.T) {
	for _, environment := range overlays {
		resources, err := Render(root, "overlays/"+environment+"/shop", exampleFacts(t, environment), Component("../../../components/slave-connection"))
		require.NoError(t, err)
		state, err := desired.Parse(textOf(t, resources))
		require.NoError(t, err)
		annotated := map[string][]string{}
		for _, resource := range resources.Resources() {
			if named := resource.GetAnnotations()[reloadOn]; named != "" {
				annotated[resource.GetKind()+" "+resource.GetName()] = strings.Split(named, ",")
			}
		}
		long := 0
		for _, w := range state.Workloads {
			mounted := map[string]bool{}
			for _, volume := range w.Pod.Spec.Volumes {
				if volume.Secret != nil && volume.Secret.SecretName != encryptionKey {
					mounted[volume.Secret.SecretName] = true
				}
			}
			name := w.Kind + " " + w.Name
			if w.Name != "magento-cron" && !strings.HasPrefix(w.Name, "magento-consumers-") {
				assert.NotContains(t, annotated, name, "%s: reads its files with every request, or ends by itself", environment)
				continue
			}
			long++
			require.NotEmpty(t, mounted, name)
			assert.NotContains(t, annotated[name], encryptionKey, name)
			for _, secret := range slices.Sorted(maps.Keys(mounted)) {
				assert.Contains(t, annotated[name], secret, "%s: %s holds it for as long as it runs", environment, name)
			}
			for _, secret := range annotated[name] { // of components that an overlay may leave out, too
				assert.True(t, mounted[secret] || secret == "magento-mail", "%s: %s does not mount %s", environment, name, secret)
			}
		}
		assert.Equal(t, 6, long, "cron and five groups of consumers")
	}
}
