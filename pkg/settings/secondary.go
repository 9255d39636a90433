package settings

import (
	"slices"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/naming"
)

// globalRoleKey says whether an environment is the standby of another.
const globalRoleKey = naming.ProjectData + ":globalRole"

// LeftOut are the projects that an environment must not have: a secondary has neither the CDN, which would want its
// primary's host names for a second distribution and overwrite its DNS records, nor the root, which reads the CDN.
func LeftOut(config Config) []string {
	if topology.Role(config[globalRoleKey]) != topology.RoleSecondary {
		return nil
	}
	return []string{naming.ProjectCDN, naming.ProjectRoot}
}

// secondaryRules refuse what a secondary would make a second time of what its primary has made already, in the same
// account and for the same domain. The role of OpenSearch is magento-data's own rule.
func secondaryRules(networking Networking, data Data, compute Compute) []rule {
	var all []rule
	refuse := func(key, value string, wrong bool, message string) {
		all = append(all, rule{[]string{globalRoleKey, key}, func() []Problem {
			if data.GlobalRole != topology.RoleSecondary || !wrong {
				return nil
			}
			return []Problem{{key, value, message}}
		}})
	}
	refuse(naming.ProjectCompute+":provesDomain", "true", compute.ProvesDomain,
		"must be false for a secondary: the record depends on the account and the domain alone, and its primary has it already")
	refuse(naming.ProjectCompute+":spotServiceLinkedRole", "true", compute.SpotServiceLinkedRole,
		"must be false for a secondary: its primary is in the same account, which has the role already")
	refuse(naming.ProjectNetworking+":caaRecords", string(networking.CAARecords), networking.CAARecords == CAAInAllZones,
		"must be made for a secondary: its primary has the record of the domain already")
	refuse(naming.ProjectNetworking+":hostedZoneId", string(networking.HostedZoneID), networking.HostedZoneID == HostedZoneMade,
		"must be the primary's zone for a secondary, by its id or looked up: a second zone of the same domain answers nobody")
	made := slices.ContainsFunc(networking.AdditionalDomains, func(d Domain) bool { return d.Zone == HostedZoneMade })
	refuse(naming.ProjectNetworking+":additionalDomains", "a zone to make", made,
		"must be the primary's zones for a secondary, by their ids or looked up: a second zone of the same domain answers nobody")
	return all
}
