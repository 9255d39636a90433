package desired

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/mail/sending"
	"github.com/magestack/magestack/pkg/naming"
)

// Unknown is what a fact says that nobody provides (gitops/base/environment).
const Unknown = "UNKNOWN"

// byDigest is how an image has to be named.
var byDigest = regexp.MustCompile(`^[^@\s]+@sha256:[0-9a-f]{64}$`)

// Check reports everything of a desired state that its environment could not run, each with the numbers and what repairs it.
func Check(state State, environment Environment) error {
	return errors.Join(slices.Concat(
		state.unknownFacts(), state.images(), state.capacity(environment), state.workers(environment),
		state.consumers(environment), state.components(environment),
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

// component is one of gitops/components, which an overlay has exactly where a setting wants it: it reads a secret that exists only then.
type component struct {
	folder, setting, value string
	wanted                 bool
	externalSecret, secret string
}

// components wants every component exactly where the settings make its secret.
func (s State) components(environment Environment) []error {
	var problems []error
	shop := s.texts["StatefulSet magento-varnish"] != ""
	for _, c := range []component{
		{
			"slave-connection", "readSplit", string(environment.ReadSplit), environment.ReadSplit == topology.ReadSplitSlaveConnection,
			"magento-database-read", string(naming.SecretDatabaseRead),
		},
		{"mail", "mail", string(environment.Mail), environment.Mail == sending.ModeSES, "magento-mail", string(naming.SecretMail)},
	} {
		_, has := s.texts["ExternalSecret "+c.externalSecret]
		switch {
		case shop && c.wanted && !has:
			problems = append(problems, fmt.Errorf("magento-data:%s: %q: needs the component gitops/components/%s in the overlay", c.setting, c.value, c.folder))
		case has && !c.wanted:
			problems = append(problems, fmt.Errorf("magento-data:%s: %q: there is no secret %s, which the component gitops/components/%s wants", c.setting, c.value, c.secret, c.folder))
		}
	}
	return problems
}
