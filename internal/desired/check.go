package desired

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/data/proxysql"
)

// Unknown is what a fact says that nobody provides (gitops/base/environment).
const Unknown = "UNKNOWN"

// byDigest is how an image has to be named.
var byDigest = regexp.MustCompile(`^[^@\s]+@sha256:[0-9a-f]{64}$`)

// Check reports everything of a desired state that its environment could not run, each with the numbers and what repairs it.
func Check(state State, environment Environment) error {
	return errors.Join(slices.Concat(
		state.unknownFacts(), state.images(), state.capacity(environment), state.workers(environment),
		state.consumers(environment), state.readSplit(environment),
	)...)
}

// environmentMap is the ConfigMap of the facts, but for the hash behind its name.
const environmentMap = "magento-environment"

// ownKeys are those of environmentMap that the replacements of the shop fill from the workloads. The stores need neither.
var ownKeys = []string{"image", "varnishReplicas"}

// unknownFacts names what was rendered without a fact.
func (s State) unknownFacts() []error {
	var problems []error
	missing := map[string]bool{}
	for _, file := range s.ConfigMaps {
		if !strings.HasPrefix(file.Name, environmentMap) {
			continue
		}
		for key, value := range file.Data {
			if strings.Contains(value, Unknown) && !slices.Contains(ownKeys, key) {
				missing[key] = true
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(missing)) {
		problems = append(problems, fmt.Errorf("fact %s: is %s; what gitops/facts.yaml lists must be patched into the ConfigMap %s", key, Unknown, environmentMap))
	}
	return problems
}

// images refuses what a tag names: it can be moved, and the same manifest would then run something else.
func (s State) images() []error {
	var problems []error
	for _, w := range s.Workloads {
		for _, container := range slices.Concat(w.Pod.Spec.InitContainers, w.Pod.Spec.Containers) {
			if !byDigest.MatchString(container.Image) {
				problems = append(problems, fmt.Errorf("%s %s, container %s: image %q: must be named by its digest, repository@sha256:…; say it in gitops/overlays/ENV/release",
					w.Kind, w.Name, container.Name, container.Image))
			}
		}
	}
	return problems
}

// readSplit wants the secret of the slave connection exactly where the settings make it.
func (s State) readSplit(environment Environment) []error {
	_, has := s.texts["ExternalSecret magento-database-read"]
	wants := environment.ReadSplit == proxysql.ReadSplitSlaveConnection
	shop := s.texts["StatefulSet magento-varnish"] != ""
	switch {
	case shop && wants && !has:
		return []error{fmt.Errorf("magento-data:readSplit: %q: needs the component gitops/components/slave-connection in the overlay", environment.ReadSplit)}
	case has && !wants:
		return []error{fmt.Errorf("magento-data:readSplit: %q: there is no secret database/read, which the component gitops/components/slave-connection wants", environment.ReadSplit)}
	}
	return nil
}
