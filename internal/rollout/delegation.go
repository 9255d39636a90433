package rollout

import (
	"slices"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// noteDelegation reminds of the one step that only the owner of the parent domain can do, when networking is up and made
// hosted zones: the certificates of the layers above wait for it, and in the end in vain.
func (r Rollout) noteDelegation(stage, left []plan.Program, options UpOptions) {
	at := slices.IndexFunc(stage, func(l plan.Program) bool { return l.Project == naming.ProjectNetworking })
	more := len(left) > 0 || options.Plans != "" && len(options.Layers) == 0 // what is above it may have no plan yet
	if at < 0 || !more {
		return
	}
	set, err := settings.LoadNetworking(r.Config)
	if err != nil {
		return // the settings were checked before
	}
	for i, domain := range set.Domains() {
		if domain.Zone != settings.HostedZoneMade {
			continue
		}
		output := "nameServers"
		if i > 0 {
			output = "additionalNameServers"
		}
		r.say("# %s is served by a zone of this environment. Unless the parent domain names its servers already, enter them now:\n"+
			"# certificates wait for it. %s", domain.Name, r.pulumi(stage[at], "stack output "+output))
	}
}
