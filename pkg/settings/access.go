package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/naming"
)

// Access holds who may use the Kubernetes API, and from where.
type Access struct {
	// AdministratorRoles are the IAM roles that administer the cluster, beside the one that deploys it: EKS makes
	// that one an administrator by itself, and refuses an entry for it here (ResourceInUseException).
	AdministratorRoles []RoleARN `key:"administratorRoles" default:"[]" differs:"domain"`

	// DeployerRoles are the IAM roles that may change what is in the shop's namespace, and nothing else: its workloads,
	// secrets and custom resources, but neither its roles and quotas nor the security groups of its pods.
	DeployerRoles []RoleARN `key:"deployerRoles" default:"[]" differs:"domain"`

	// ReaderRoles are the IAM roles that may see everything in the cluster but its secrets, nodes and custom resources
	// included.
	ReaderRoles []RoleARN `key:"readerRoles" default:"[]" differs:"domain"`

	// PublicEndpointCIDRs are the networks from which the Kubernetes API answers over the internet. Empty,
	// the default, leaves only the private endpoint.
	PublicEndpointCIDRs []CIDR `key:"publicEndpointCidrs" default:"[]" differs:"domain"`
}

// widestPublicEndpoint is the largest block that may reach the Kubernetes API over the internet: what one
// organisation may own.
const widestPublicEndpoint = 8

func (s Access) rules(accountID string) []rule {
	key := func(name string) string { return naming.ProjectCompute + ":" + name }
	return []rule{
		{[]string{key("publicEndpointCidrs")}, func() []Problem {
			var problems []Problem
			for _, block := range s.PublicEndpointCIDRs {
				if block.Bits() < widestPublicEndpoint {
					problems = append(problems, Problem{key("publicEndpointCidrs"), block.String(),
						fmt.Sprintf("must be /%d or smaller, not the whole internet or a large part of it", widestPublicEndpoint)})
				}
				if why := unseen(block.Prefix); why != "" {
					problems = append(problems, Problem{key("publicEndpointCidrs"), block.String(), why})
				}
			}
			return problems
		}},
		{[]string{key("administratorRoles"), key("deployerRoles"), key("readerRoles"), accountKey}, func() []Problem { return s.roleProblems(accountID) }},
	}
}

// roleProblems refuses roles of other accounts, and roles named twice, in whichever lists: EKS has one entry for each.
func (s Access) roleProblems(accountID string) []Problem {
	var problems []Problem
	var named []RoleARN
	for _, list := range []struct {
		name  string
		roles []RoleARN
	}{{"administratorRoles", s.AdministratorRoles}, {"deployerRoles", s.DeployerRoles}, {"readerRoles", s.ReaderRoles}} {
		key := naming.ProjectCompute + ":" + list.name
		for _, role := range list.roles {
			if id := strings.Split(string(role), ":")[4]; accountID != "" && id != accountID {
				problems = append(problems, Problem{key, string(role), "must be a role of the environment's account, " + accountID})
			}
			if slices.Contains(named, role) {
				problems = append(problems, Problem{key, string(role), "named twice"})
			}
			named = append(named, role)
		}
	}
	return problems
}
