package encryption

import (
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// heldActions returns what would destroy all that a key has encrypted, and what would allow it: a backup is under the
// key of its database, and no lock of a vault reaches that (AWS Backup Developer Guide, "Encryption for backups").
func heldActions() []string {
	return []string{"kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"}
}

// hold returns the statement that denies the actions to every principal but one role, and the root user, by which an account
// recovers that has lost the role. It compares the role's ARN as a string, so that a role that is made again under its name
// is the role. Which principals may make or assume that role is IAM's to decide.
func hold(acct account.Account, breakGlassRole string) policy.Statement {
	return policy.Statement{
		Sid:        "HeldButForBreakGlass",
		Effect:     policy.Deny,
		Principals: policy.Principals{Anyone: true},
		Actions:    heldActions(),
		Resources:  policy.Strings("*"), // in a key's policy, this key
		Conditions: []policy.Condition{{
			Operator: "ArnNotEquals", Key: "aws:PrincipalArn",
			Values: policy.Strings(breakGlassRole, acct.GlobalARN("iam", "root")),
		}},
	}
}
