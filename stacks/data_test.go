package stacks_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/settings"
)

// TestMessagesInTheDatabaseNeedNoKey wants nothing of a queue where there is none.
func TestMessagesInTheDatabaseNeedNoKey(t *testing.T) {
	for _, queue := range []string{"rabbitmq", "database"} {
		plan := changed(t, "production", settings.Config{"magento-data:queue": queue})
		var names []string
		for _, r := range stackOf(t, plan, "magento-data").Resources {
			names = append(names, r.Name)
		}
		for _, name := range []string{"queue", "queue-broker", "queue-configuration", "queue-credential-secret", "queue-encryption-key", "queue-encryption-alias"} {
			if queue == "database" {
				assert.NotContains(t, names, name)
			} else {
				assert.Contains(t, names, name)
			}
		}
	}
}

// TestWhatALockedVaultNeedsStays wants a destroy to leave behind what it cannot take, with the keys that open it, and
// nothing else.
func TestWhatALockedVaultNeedsStays(t *testing.T) {
	kept := func(changes settings.Config) (names []string) {
		for _, r := range changed(t, "production", changes).Resources() {
			if r.RetainOnDelete {
				names = append(names, r.Name)
			}
		}
		return names
	}
	assert.Empty(t, kept(nil))
	assert.ElementsMatch(t, []string{"vault-vault", "vault-lock", "vault-policy", "database-encryption-key", "backups-encryption-key"},
		kept(settings.Config{"magento-data:backupLock": "compliance"}))
	assert.Equal(t, []string{"vault-airgap"}, kept(settings.Config{"magento-data:airGappedBackups": "true"}))
}

// TestStagingsKeysGoWithIt wants a hold on no key of an environment that is made to be thrown away.
func TestStagingsKeysGoWithIt(t *testing.T) {
	for _, key := range ofType(planned(t, "staging"), "aws:kms/key:Key") {
		assert.NotContains(t, input(key, "policy"), "HeldButForBreakGlass", key.Name)
		assert.NotEqual(t, true, input(key, "bypassPolicyLockoutSafetyCheck"), key.Name)
	}
	for _, key := range ofType(planned(t, "production"), "aws:kms/key:Key") {
		held := key.Project == "magento-data"
		assert.Equal(t, held, input(key, "bypassPolicyLockoutSafetyCheck") == true, "KMS would refuse %s, or its lock-out goes unnoticed", key.Name)
	}
}
