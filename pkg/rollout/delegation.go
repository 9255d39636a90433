package rollout

import (
	"slices"

	"github.com/magestack/magestack/pkg/settings"
)

// noteDelegation reminds of the one step that only the owner of the parent domain can do, when networking is up and made
// the hosted zone: the certificates of the layers above wait for it, and in the end in vain.
func (r Rollout) noteDelegation(stage, left []target, options UpOptions) {
	at := slices.IndexFunc(stage, func(l target) bool { return l.project == settings.NetworkingProject })
	if at < 0 || len(left) == 0 || options.SavePlans != "" {
		return
	}
	set, err := settings.LoadNetworking(r.Config)
	if err != nil || set.HostedZoneID != "" {
		return // the settings were checked before
	}
	r.say("# %s is served by a zone of this environment. Unless the parent domain names its servers already, enter them now:\n"+
		"# certificates wait for it. %s", set.DomainName, r.pulumi(stage[at], "stack output nameServers"))
}
