package guard

import (
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

const (
	vaultType     = "aws:backup/vault:Vault"
	vaultLockType = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
	vaultPolicy   = "aws:backup/vaultPolicy:VaultPolicy"
	airGappedType = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"
)

// checkKeysHeld wants the policy of every key of production's data to refuse what would end it to all but a role.
func checkKeysHeld(g *graph) []Violation {
	if !strings.HasPrefix(g.environment, "production") {
		return nil
	}
	var found []Violation
	for _, key := range g.of(keyType) {
		if key.Project == "magento-data" && !slices.ContainsFunc(statementsOf(at(key, "policy")), holds) {
			found = append(found, Violation{URN: key.URN, Problem: "can be disabled or deleted by whoever administers KMS"})
		}
	}
	return found
}

// holds reports whether the statement refuses the actions to everybody but named roles.
func holds(s statement) bool {
	if s.Effect != "Deny" || !s.anyone() || len(s.Condition["ArnNotEquals"]["aws:PrincipalArn"]) == 0 {
		return false
	}
	return s.has("kms:ScheduleKeyDeletion") && s.has("kms:DisableKey") && s.has("kms:PutKeyPolicy")
}

// outlives reports whether a resource stays behind because nobody could delete it: a vault under a lock that cannot be
// lifted, what belongs to it, and the keys without which its backups are of no use.
func (g *graph) outlives(r plan.Resource) bool {
	if r.Type == airGappedType {
		return true
	}
	locked := slices.ContainsFunc(g.of(vaultLockType), func(lock plan.Resource) bool { return at(lock, "changeableForDays") != nil })
	return locked && slices.Contains([]string{vaultType, vaultLockType, vaultPolicy, keyType}, r.Type)
}
