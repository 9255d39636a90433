package cluster

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-eks/sdk/v3/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/naming"
)

// Access says who may do what in the cluster, by the ARNs of IAM roles. Beside them only the principal that made the
// cluster has access: EKS makes that one an administrator by itself, and refuses an entry for it (ResourceInUseException). Its
// access goes with the cluster, so that a destroy never locks itself out.
type Access struct {
	Administrators []string // everything
	Deployers      []string // the shop's namespace, its secrets included, but no roles and quotas
	Readers        []string // everything but secrets
}

// The groups of Kubernetes that roles are in, to which NewRights grants what EKS's policies leave out.
const (
	groupDeployers = "magento:deployers"
	groupReaders   = "magento:readers"
)

// grant is what a kind of roles may do: a policy of EKS, in namespaces or everywhere, and what a group may.
type grant struct {
	kind       string
	roles      []string
	policy     string
	namespaces []string
	groups     []string
}

// grants returns the roles, each kind with EKS's own policies (EKS User Guide, "Review access policy permissions").
// AmazonEKSAdminViewPolicy would show secrets to readers. The two that are used know nothing of custom resources, and the
// reader's nothing of nodes: the groups have rights for these.
func (a Access) grants() []grant {
	return []grant{
		{"administrator", a.Administrators, "AmazonEKSClusterAdminPolicy", nil, nil},
		{"deployer", a.Deployers, "AmazonEKSEditPolicy", []string{naming.NamespaceMagento}, []string{groupDeployers}},
		{"reader", a.Readers, "AmazonEKSViewPolicy", nil, []string{groupReaders}},
	}
}

var roleFormat = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(\d{12}):role/.+$`)

// Validate refuses roles that are none, that are another account's, and that are named twice: EKS has one entry for a
// principal.
func (a Access) Validate(accountID string) error {
	var problems []error
	named := map[string]string{}
	for _, g := range a.grants() {
		for _, role := range g.roles {
			parts := roleFormat.FindStringSubmatch(role)
			switch {
			case parts == nil:
				problems = append(problems, fmt.Errorf("%s %q: must be the ARN of an IAM role", g.kind, role))
			case parts[1] != accountID:
				problems = append(problems, fmt.Errorf("%s %q: must be a role of the account %s", g.kind, role, accountID))
			case named[role] != "":
				problems = append(problems, fmt.Errorf("%s %q: is named as %s already; a role has one kind of access", g.kind, role, named[role]))
			}
			named[role] = g.kind
		}
	}
	return errors.Join(problems...)
}

// entries returns what the component makes of the access. Nodes of managed groups and of Fargate get theirs from EKS.
//
// An entry is called after its role and not after its place or kind: one that moved would be made anew before the old
// one is gone, which EKS refuses.
func (a Access) entries(acct account.Account) map[string]eks.AccessEntryArgs {
	entries := map[string]eks.AccessEntryArgs{}
	for _, g := range a.grants() {
		scope := awseks.AccessPolicyAssociationAccessScopeArgs{Type: pulumi.String("cluster")}
		if len(g.namespaces) > 0 {
			scope = awseks.AccessPolicyAssociationAccessScopeArgs{Type: pulumi.String("namespace"), Namespaces: pulumi.ToStringArray(slices.Clone(g.namespaces))}
		}
		for _, role := range g.roles {
			_, path, _ := strings.Cut(role, ":role/")
			entry := eks.AccessEntryArgs{
				PrincipalArn: pulumi.String(role),
				AccessPolicies: map[string]eks.AccessPolicyAssociationInput{
					g.kind: eks.AccessPolicyAssociationArgs{
						PolicyArn:   pulumi.String("arn:" + acct.Partition() + ":eks::aws:cluster-access-policy/" + g.policy),
						AccessScope: scope,
					},
				},
			}
			if len(g.groups) > 0 {
				entry.KubernetesGroups = pulumi.ToStringArray(g.groups)
			}
			entries[path] = entry
		}
	}
	return entries
}
