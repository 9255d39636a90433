// Package access says what Magento may do in OpenSearch, as a user of its own. The user and its role are made through the
// domain's API, which answers inside the VPC alone, by a job that runs there with the master user's credential. It is pure:
// no provider, no state.
package access

import "github.com/magestack/magestack/pkg/naming"

// User is as whom Magento logs in once the job has run, and Role the role that the job maps it to.
const (
	User = "magento-shop"
	Role = "magento_shop"
)

// CloneUser is the second of the pair that a rotation changes in turn.
const CloneUser = User + naming.CloneSuffix

// Users are both of the pair, which the role is mapped to: the one that rests is logged in as until all have heard of the other.
func Users() []string { return []string{User, CloneUser} }

// IndexPrefix is what Magento's indices begin with unless it is told otherwise (catalog/search/…_index_prefix).
const IndexPrefix = "magento2"

// Permissions are a role, as the security plugin's API takes it (OpenSearch documentation, "Roles API").
type Permissions struct {
	Cluster []string           `json:"cluster_permissions"`
	Indices []IndexPermissions `json:"index_permissions"`
}

// IndexPermissions are what a role may do with some indices.
type IndexPermissions struct {
	Patterns []string `json:"index_patterns"`
	Actions  []string `json:"allowed_actions"`
}

// Shop is what the shop needs, in the plugin's own groups of actions (OpenSearch documentation, "Default action groups"): to
// ask whether the cluster is there and well; to send bulk and multi requests and change aliases, which name indices in their
// bodies and are checked against them there; and everything with its own indices, which a reindex makes, fills and drops.
// The security plugin, snapshots, other indices and the settings of the cluster are not among it.
func Shop() Permissions {
	return Permissions{
		Cluster: []string{"cluster_monitor", "cluster_composite_ops"},
		Indices: []IndexPermissions{{Patterns: []string{IndexPrefix + "*"}, Actions: []string{"indices_all"}}},
	}
}
