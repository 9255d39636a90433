package encryption_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/encryption"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/layer"
)

var home = account.Account{ID: "123456789012", Region: "eu-central-1"}

const (
	root       = "arn:aws:iam::123456789012:root"
	breakGlass = "arn:aws:iam::123456789012:role/break-glass"
)

func planned(args encryption.KeyArgs) (*plan.Environment, error) {
	return offlinetest.Run(layer.Networking{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := encryption.NewKey(ctx, "media", args, provider)
		return err
	})
}

// statements returns the key's policy.
func statements(t *testing.T, recorded *plan.Environment) []policy.Parsed {
	t.Helper()
	parsed, err := policy.Parse(offlinetest.Find(t, recorded, "media-key").Inputs["policy"].(string))
	require.NoError(t, err)
	return parsed
}

// TestKey holds that a key rotates, can be taken back for as long as KMS allows, and is administered by the account.
func TestKey(t *testing.T) {
	recorded, err := planned(encryption.KeyArgs{Account: home, Description: "Media", Alias: "magento/staging/media", Protect: true})
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, encryption.KeyType, "media")
	key := offlinetest.Find(t, recorded, "media-key")
	assert.True(t, key.Protect)
	assert.Equal(t, true, key.Inputs["enableKeyRotation"])
	assert.EqualValues(t, 30, key.Inputs["deletionWindowInDays"])
	assert.NotContains(t, key.Inputs, "bypassPolicyLockoutSafetyCheck", "only a policy that holds its own maker needs it")
	alias := offlinetest.Find(t, recorded, "media-alias")
	assert.Equal(t, "alias/magento/staging/media", alias.Inputs["name"])
	assert.Equal(t, key.Outputs["keyId"], alias.Inputs["targetKeyId"])

	of := statements(t, recorded)
	require.Len(t, of, 1)
	assert.Equal(t, map[string][]string{"AWS": {root}}, of[0].Principal)
	assert.Equal(t, []string{"kms:*"}, of[0].Action)
}

// TestBreakGlassRole holds that no other role can destroy what a key has encrypted, and that an account recovers that has lost
// the role.
func TestBreakGlassRole(t *testing.T) {
	recorded, err := planned(encryption.KeyArgs{
		Account: home, Description: "Media", Alias: "magento/production/media", BreakGlassRole: breakGlass,
		Statements: []policy.Statement{encryption.ForLogs(home, "/magento/")},
	})
	require.NoError(t, err)
	assert.Equal(t, true, offlinetest.Find(t, recorded, "media-key").Inputs["bypassPolicyLockoutSafetyCheck"])
	of := statements(t, recorded)
	require.Len(t, of, 3)

	logs := of[1]
	assert.Equal(t, map[string][]string{"Service": {"logs.eu-central-1.amazonaws.com"}}, logs.Principal)
	assert.Equal(t, map[string]map[string][]string{"ArnLike": {
		"kms:EncryptionContext:aws:logs:arn": {"arn:aws:logs:eu-central-1:123456789012:log-group:/magento/*"},
	}}, logs.Condition)
	assert.NotContains(t, logs.Action, "kms:*")

	deny := of[2]
	assert.Equal(t, "Deny", deny.Effect)
	assert.Equal(t, map[string][]string{"*": {"*"}}, deny.Principal)
	assert.ElementsMatch(t, []string{"kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"}, deny.Action)
	assert.Equal(t, map[string]map[string][]string{"ArnNotEquals": {"aws:PrincipalArn": {breakGlass, root}}}, deny.Condition)
}

func TestVolumesAreOfTheAccountThroughEC2(t *testing.T) {
	recorded, err := planned(encryption.KeyArgs{
		Account: home, Description: "Volumes", Alias: "magento/staging/volumes", Statements: []policy.Statement{encryption.ForVolumes(home)},
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]map[string][]string{"StringEquals": {
		"kms:CallerAccount": {"123456789012"}, "kms:ViaService": {"ec2.eu-central-1.amazonaws.com"},
	}}, statements(t, recorded)[1].Condition)
}

func TestKeyRefusesAllAtOnce(t *testing.T) {
	_, err := planned(encryption.KeyArgs{Account: account.Account{ID: "12345"}})
	for _, want := range []string{`magento:encryption:Key "media": `, "alias: required", "description: required", `account "12345": must be twelve digits`} {
		assert.ErrorContains(t, err, want)
	}
}
