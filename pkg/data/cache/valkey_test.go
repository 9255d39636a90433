package cache_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/data/cache"
	"github.com/magestack/magestack/pkg/data/cache/sizing"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	dataKey    = "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-4111-8111-111111111111"
	secretsKey = "arn:aws:kms:eu-central-1:123456789012:key/22222222-2222-4222-8222-222222222222"
)

var ours = account.Account{ID: "123456789012", Region: "eu-central-1"}

// arguments are those of a usual group, to be varied.
func arguments(purpose sizing.Purpose) cache.ValkeyArgs {
	return cache.ValkeyArgs{
		Account:          ours,
		Environment:      "staging",
		Purpose:          purpose,
		EngineVersion:    sizing.Valkey81,
		Group:            sizing.Group{NodeType: "cache.t4g.small", Count: 3, SnapshotRetentionDays: 15},
		LogRetentionDays: 365,
		Protect:          true,
		SubnetIDs:        []string{"subnet-a", "subnet-b"},
		SecurityGroupID:  "sg-cache",
		KeyARN:           pulumi.String(dataKey),
		SecretsKeyARN:    pulumi.String(secretsKey),
	}
}

// planOf runs a program that makes the groups, each under the name of its purpose, and exports what they give.
func planOf(all ...cache.ValkeyArgs) (*plan.Environment, error) {
	return offlinetest.Plan(ours, func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		for _, args := range all {
			v, err := cache.NewValkey(ctx, string(args.Purpose), args, provider)
			if err != nil {
				return err
			}
			ctx.Export(string(args.Purpose), pulumi.Map{
				"id": v.ID, "arn": v.ARN, "primary": v.PrimaryEndpoint, "reader": v.ReaderEndpoint, "members": v.Members, "secret": v.Secret,
			})
		}
		return nil
	})
}

func planned(t *testing.T, all ...cache.ValkeyArgs) *plan.Environment {
	t.Helper()
	environment, err := planOf(all...)
	require.NoError(t, err)
	return environment
}

func TestEncryptedEverywhere(t *testing.T) {
	environment := planned(t, arguments(sizing.PurposeCache))
	group := offlinetest.Find(t, environment, "cache-group").Inputs
	assert.Equal(t, true, group["atRestEncryptionEnabled"])
	assert.Equal(t, dataKey, group["kmsKeyId"])
	assert.Equal(t, true, group["transitEncryptionEnabled"])
	assert.Equal(t, "required", group["transitEncryptionMode"])
	assert.Equal(t, plan.Secret, group["authToken"])
	assert.Equal(t, "ROTATE", group["authTokenUpdateStrategy"])
	assert.Equal(t, secretsKey, offlinetest.Find(t, environment, "cache-credential-secret").Inputs["kmsKeyId"])
}

func TestSurvivesAZone(t *testing.T) {
	environment := planned(t, arguments(sizing.PurposeCache))
	group := offlinetest.Find(t, environment, "cache-group").Inputs
	assert.Equal(t, true, group["multiAzEnabled"])
	assert.Equal(t, true, group["automaticFailoverEnabled"])
	assert.Equal(t, "disabled", group["clusterMode"])
	assert.EqualValues(t, 3, group["numCacheClusters"])
	assert.EqualValues(t, 15, group["snapshotRetentionLimit"])
	assert.Equal(t, true, group["autoMinorVersionUpgrade"])
	assert.Equal(t, []any{"subnet-a", "subnet-b"}, offlinetest.Find(t, environment, "cache-subnets").Inputs["subnetIds"])
	assert.Equal(t, []any{"sg-cache"}, group["securityGroupIds"])
}

func TestCacheMakesRoomAndSessionsDoNot(t *testing.T) {
	environment := planned(t, arguments(sizing.PurposeCache), arguments(sizing.PurposeSessions))
	parameters := func(name string) map[string]string {
		values := map[string]string{}
		for _, p := range offlinetest.Find(t, environment, name).Inputs["parameters"].([]any) {
			values[p.(map[string]any)["name"].(string)] = p.(map[string]any)["value"].(string)
		}
		return values
	}
	assert.Equal(t, map[string]string{"maxmemory-policy": "volatile-lru", "reserved-memory-percent": "30", "tcp-keepalive": "60"},
		parameters("cache-parameters"))
	assert.Equal(t, "noeviction", parameters("sessions-parameters")["maxmemory-policy"])
	assert.Equal(t, "valkey8", offlinetest.Find(t, environment, "cache-parameters").Inputs["family"])
	assert.Equal(t, offlinetest.Find(t, environment, "cache-parameters").ID, offlinetest.Find(t, environment, "cache-group").Inputs["parameterGroupName"])

	assert.NotContains(t, offlinetest.Find(t, environment, "cache-group").Inputs, "finalSnapshotIdentifier")
	// Drawn, not made of the key: the next group of the environment leaves a snapshot beside this one.
	assert.Equal(t, "magento-staging-sessions-final-offline0offl",
		offlinetest.Find(t, environment, "sessions-group").Inputs["finalSnapshotIdentifier"])
}

func TestLargerNodesComeWhenAskedFor(t *testing.T) {
	for _, purpose := range []sizing.Purpose{sizing.PurposeCache, sizing.PurposeSessions} {
		group := offlinetest.Find(t, planned(t, arguments(purpose)), string(purpose)+"-group")
		assert.Equal(t, true, group.Inputs["applyImmediately"], "an update would report what happens a week later")
	}
}

func TestLogsGoToOurGroups(t *testing.T) {
	environment := planned(t, arguments(sizing.PurposeSessions))
	for i, kind := range []string{"slow-log", "engine-log"} {
		group := offlinetest.Find(t, environment, "sessions-"+kind)
		assert.Equal(t, "/aws/elasticache/magento-staging-sessions/"+kind, group.ID)
		assert.Equal(t, dataKey, group.Inputs["kmsKeyId"])
		assert.EqualValues(t, 365, group.Inputs["retentionInDays"])
		delivery := offlinetest.Find(t, environment, "sessions-group").Inputs["logDeliveryConfigurations"].([]any)[i].(map[string]any)
		assert.Equal(t, map[string]any{
			"destination": group.ID, "destinationType": "cloudwatch-logs", "logFormat": "json", "logType": kind,
		}, delivery)
		assert.Contains(t, offlinetest.Find(t, environment, "sessions-group").Dependencies, group.URN, "the log group comes first")
	}
}

func TestOutputsAndNames(t *testing.T) {
	environment := planned(t, arguments(sizing.PurposeCache))
	outputs := environment.Stacks[0].Outputs["cache"].(map[string]any)
	assert.Equal(t, "magento-staging-cache", outputs["id"])
	assert.Equal(t, "arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:magento-staging-cache", outputs["arn"])
	assert.Regexp(t, `^master\.magento-staging-cache\.[a-z0-9]{6}\.euc1\.cache\.amazonaws\.com$`, outputs["primary"])
	assert.Regexp(t, `^replica\.magento-staging-cache\.[a-z0-9]{6}\.euc1\.cache\.amazonaws\.com$`, outputs["reader"])
	assert.Equal(t, []any{"magento-staging-cache-001", "magento-staging-cache-002", "magento-staging-cache-003"}, outputs["members"])
	assert.Equal(t, "magento/staging/cache", outputs["secret"])
}

// The program draws another token at every run: neither the group nor the secret may follow it, and it may
// stand nowhere in the open.
func TestTheTokenIsSecretAndStays(t *testing.T) {
	environment := planned(t, arguments(sizing.PurposeCache))
	group, value := offlinetest.Find(t, environment, "cache-group"), offlinetest.Find(t, environment, "cache-credential-value")
	assert.ElementsMatch(t, []string{"authToken", "finalSnapshotIdentifier"}, group.IgnoreChanges)
	assert.Equal(t, []string{"secretString", "versionStages"}, value.IgnoreChanges)
	assert.Equal(t, []string{"authToken"}, group.SecretInputs)
	assert.Equal(t, []string{"secretString"}, value.SecretInputs)
	assert.Contains(t, value.Dependencies, group.URN, "the token is that of the group, not another draw")
	var record strings.Builder
	require.NoError(t, environment.WriteJSON(&record))
	assert.NotContains(t, record.String(), "Offline0", "the token that the embedded cloud draws")
}

func TestEveryResourceIsInTheComponent(t *testing.T) {
	for _, protect := range []bool{true, false} {
		args := arguments(sizing.PurposeCache)
		args.Protect = protect
		environment := planned(t, args)
		component := offlinetest.Find(t, environment, "cache")
		assert.Equal(t, protect, offlinetest.Find(t, environment, "cache-group").Protect)
		offlinetest.CheckChildren(t, environment, cache.ValkeyType, "cache")
		assert.Equal(t, "volatile-lru", component.Inputs["eviction"])
		assert.InDelta(t, 0.959, component.Inputs["dataGiB"], 1e-9)
		assert.Empty(t, component.SecretInputs)
	}
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := planOf(cache.ValkeyArgs{Account: ours, Environment: naming.Environment(strings.Repeat("Staging", 5))})
	for _, want := range []string{
		`magento:cache:Valkey "": `,
		`purpose "": must be cache or sessions`,
		`engine version "": must be Valkey`,
		`node type "": must be one of`,
		"0 nodes: must be 2 to 6",
		"snapshot retention of 0 days: must be 15 to 35",
		"has 44 characters: must be 1 to 40",
		"environment and securityGroupId: required",
		"subnetIds: 0 given, at least 2",
		"log retention of 0 days",
		"keyArn and secretsKeyArn: required",
	} {
		assert.ErrorContains(t, err, want)
	}
	args := arguments(sizing.PurposeCache)
	args.Account.ID = "12"
	args.SubnetIDs = args.SubnetIDs[:1]
	_, err = planOf(args)
	assert.ErrorContains(t, err, `account "12": must be twelve digits`)
	assert.ErrorContains(t, err, "subnetIds: 1 given, at least 2 in different zones are required")
}
