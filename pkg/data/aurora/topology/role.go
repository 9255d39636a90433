package topology

import "github.com/magestack/magestack/pkg/enum"

// Role is the part that a cluster plays in a Global Database: one cluster that is written, and copies of it in
// other regions that are at most seconds behind and can take over.
type Role string

const (
	// RoleAlone is a cluster without a Global Database. It can become a primary later, in place.
	RoleAlone Role = "alone"

	// RolePrimary makes the Global Database, of this cluster. AWS asks for a minimum of 8 ACU then (AUG, "Choosing
	// the minimum Aurora Serverless v2 capacity setting").
	RolePrimary Role = "primary"

	// RoleSecondary joins the Global Database of another region's primary. The users, their passwords and the
	// database come from there; parameter groups, alarms and roles do not (AUG, "Configuration requirements of an
	// Amazon Aurora global database"), so that a secondary makes its own.
	RoleSecondary Role = "secondary"
)

func roles() []Role { return []Role{RoleAlone, RolePrimary, RoleSecondary} }

// Allowed lists the values, for messages and reference pages.
func (Role) Allowed() string { return enum.Alternatives(roles()) }

// Validate refuses values other than the allowed ones, the empty one among them.
func (r Role) Validate() error { return enum.Check(r, roles()) }

// UnmarshalText reads a setting.
func (r *Role) UnmarshalText(text []byte) error {
	*r = Role(text)
	return r.Validate()
}
