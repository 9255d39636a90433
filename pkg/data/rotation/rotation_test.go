package rotation_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/rotation"
	"github.com/magestack/magestack/pkg/data/rotation/schedule"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	secretsKey = "arn:aws:kms:eu-central-1:123456789012:key/22222222-2222-4222-8222-222222222222"
	web        = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:magento/staging/database/web-AbCdEf"
	cacheToken = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:magento/staging/cache-AbCdEf"
	encryption = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:magento/staging/encryption-key-AbCdEf"
	groups     = "arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:"
	function   = "arn:aws:lambda:eu-central-1:123456789012:function:magento-staging-rotation"
	hook       = "arn:aws:lambda:eu-central-1:123456789012:function:erp"
)

func arguments() rotation.Args {
	group := func(name string) rotation.Group {
		return rotation.Group{
			ID: pulumi.String(name), ARN: pulumi.String(groups + name), NodeType: "cache.m7g.large", EngineVersion: "8.1", SnapshotRetentionDays: 15,
		}
	}
	return rotation.Args{
		Account: offlinetest.Account(), Environment: "staging",
		Secrets: []rotation.Secret{
			{naming.SecretDatabaseWeb, pulumi.String(web), schedule.ClassDatabaseUsers, 30},
			{naming.SecretCache, pulumi.String(cacheToken), schedule.ClassStoreUsers, 60},
		},
		EncryptionKeyARN: pulumi.String(encryption),
		APIKeys: []schedule.APIKey{
			{Name: "feed", Days: 90, Length: 40, Alphabet: "0123456789abcdef"}, {Name: "erp", Days: 7, Hook: hook},
		},
		Window:       schedule.Window{StartHour: 22, Hours: 2},
		Archive:      pulumi.NewFileArchive("rotation.zip"),
		ProxySQLPods: 3, Cache: group("magento-staging-cache"), Sessions: group("magento-staging-sessions"),
		SubnetIDs: []string{"subnet-1", "subnet-2"}, SecurityGroupID: "sg-1",
		KeyARN: pulumi.String(secretsKey), LogRetentionDays: 365, Protect: true,
	}
}

func planOf(args rotation.Args) (*plan.Environment, error) {
	return offlinetest.Run(layer.Data{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := rotation.New(ctx, "rotation", args, provider)
		return err
	})
}

func planned(t *testing.T) *plan.Environment {
	t.Helper()
	recorded, err := planOf(arguments())
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, rotation.Type, "rotation")
	return recorded
}

// TestFunction holds what Lambda is told: one run at a time, in the data subnets, with its rights before it.
func TestFunction(t *testing.T) {
	recorded := planned(t)
	made := offlinetest.Find(t, recorded, "rotation-function")
	for path, want := range map[string]any{
		"name": "magento-staging-rotation", "runtime": "provided.al2023", "handler": "bootstrap", "architectures.0": "arm64",
		"timeout": 900.0, "reservedConcurrentExecutions": 1.0,
		"vpcConfig.subnetIds.0": "subnet-1", "vpcConfig.subnetIds.1": "subnet-2", "vpcConfig.securityGroupIds.0": "sg-1",
		"loggingConfig.logGroup":               "/aws/lambda/magento-staging-rotation",
		"environment.variables.ENVIRONMENT":    "staging",
		"environment.variables.PROXYSQL_PODS":  "3",
		"environment.variables.CACHE_GROUP":    "magento-staging-cache",
		"environment.variables.SESSIONS_GROUP": "magento-staging-sessions",
		"environment.variables.HOLD_HOURS":     "8",
		"environment.variables.SECRETS":        `["database/web","cache","api/feed"]`,
		"environment.variables.API_KEYS":       `[{"name":"feed","length":40,"alphabet":"0123456789abcdef"}]`,
		"deadLetterConfig.targetArn":           offlinetest.Find(t, recorded, "rotation-failures").Outputs["arn"],
		"role":                                 offlinetest.Find(t, recorded, "rotation-role").Outputs["arn"],
	} {
		assert.Equal(t, want, made.Input(path), path)
	}
	for _, right := range []string{"rotation-may-secrets", "rotation-may-stores", "rotation-may-runtime"} {
		assert.Contains(t, made.Dependencies, offlinetest.Find(t, recorded, right).URN, "Lambda tries its rights when the function is made")
	}
	log := offlinetest.Find(t, recorded, "rotation-log")
	assert.Equal(t, secretsKey, log.Inputs["kmsKeyId"])
	assert.True(t, log.Protect)
	queue := offlinetest.Find(t, recorded, "rotation-failures")
	assert.Equal(t, "magento-staging-rotation-failures", queue.Inputs["name"])
	assert.Equal(t, secretsKey, queue.Inputs["kmsMasterKeyId"])
	assert.Equal(t, 14.0*24*60*60, queue.Inputs["messageRetentionSeconds"])
}

// TestSchedules holds that every secret has one, that nothing rotates when it is deployed, and who may call the function.
func TestSchedules(t *testing.T) {
	recorded := planned(t)
	for name, want := range map[string][3]any{
		"rotation-of-database-web": {web, function, "cron(0 22 2,17 * ? *)"},
		"rotation-of-cache":        {cacheToken, function, "cron(0 22 8 * ? *)"},
		"rotation-of-api-feed":     {offlinetest.Find(t, recorded, "rotation-api-feed-secret").Outputs["arn"], function, "cron(0 22 11 1,3,5,7,9,11 ? *)"},
		"rotation-of-api-erp":      {offlinetest.Find(t, recorded, "rotation-api-erp-secret").Outputs["arn"], hook, "cron(0 22 ? * THU *)"},
	} {
		made := offlinetest.Find(t, recorded, name)
		assert.Equal(t, want, [3]any{made.Inputs["secretId"], made.Inputs["rotationLambdaArn"], made.Input("rotationRules.scheduleExpression")}, name)
		assert.Equal(t, "2h", made.Input("rotationRules.duration"), name)
		assert.Equal(t, false, made.Inputs["rotateImmediately"], name)
	}
	byManager := offlinetest.Find(t, recorded, "rotation-invoked-by-secrets-manager")
	assert.Equal(t, "secretsmanager.amazonaws.com", byManager.Inputs["principal"])
	assert.Equal(t, "123456789012", byManager.Inputs["sourceAccount"])
	assert.Contains(t, offlinetest.Find(t, recorded, "rotation-of-cache").Dependencies, byManager.URN, "Secrets Manager tries the function at once")
	byRule := offlinetest.Find(t, recorded, "rotation-invoked-by-daily")
	rule := offlinetest.Find(t, recorded, "rotation-end")
	assert.Equal(t, rule.Outputs["arn"], byRule.Inputs["sourceArn"])
	assert.Equal(t, "cron(0 22 * * ? *)", rule.Inputs["scheduleExpression"])
	assert.Equal(t, `{"End":"*"}`, offlinetest.Find(t, recorded, "rotation-end-target").Inputs["input"])
}

// statements returns those of a part of the role's policy, by their names.
func statements(t *testing.T, recorded *plan.Environment, part string) map[string]policy.Parsed {
	t.Helper()
	parsed, err := policy.Parse(offlinetest.Find(t, recorded, "rotation-may-"+part).Inputs["policy"].(string))
	require.NoError(t, err)
	found := map[string]policy.Parsed{}
	for _, s := range parsed {
		found[s.Sid] = s
	}
	return found
}

// TestRights lists all that the function may do. Nothing is to be added without a call that needs it (functions/rotation/aws).
func TestRights(t *testing.T) {
	recorded := planned(t)
	feed := offlinetest.Find(t, recorded, "rotation-api-feed-secret").Outputs["arn"].(string)
	ofSecrets := statements(t, recorded, "secrets")
	require.Len(t, ofSecrets, 2)
	assert.ElementsMatch(t, []string{web, cacheToken, encryption, feed}, ofSecrets["Secrets"].Resource, "a hook has its own rights")
	assert.ElementsMatch(t, []string{
		"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
	}, ofSecrets["Secrets"].Action)
	assert.Equal(t, []string{secretsKey}, ofSecrets["KeyOfSecrets"].Resource)
	assert.Equal(t, []string{"secretsmanager.eu-central-1.amazonaws.com"}, ofSecrets["KeyOfSecrets"].Condition["StringEquals"]["kms:ViaService"])
	assert.Equal(t, []string{"arn:aws:secretsmanager:eu-central-1:123456789012:secret:magento/staging/*"}, ofSecrets["KeyOfSecrets"].Condition["StringLike"]["kms:EncryptionContext:SecretARN"])

	ofStores := statements(t, recorded, "stores")
	require.Len(t, ofStores, 3)
	for sid, group := range map[string]string{"CacheToken": "magento-staging-cache", "SessionsToken": "magento-staging-sessions"} {
		s := ofStores[sid]
		assert.Equal(t, []string{"elasticache:ModifyReplicationGroup"}, s.Action)
		assert.Equal(t, []string{groups + group}, s.Resource)
		assert.Equal(t, []string{"cache.m7g.large"}, s.Condition["StringEqualsIgnoreCaseIfExists"]["elasticache:CacheNodeType"])
		assert.Equal(t, []string{"8.1*"}, s.Condition["StringLikeIfExists"]["elasticache:EngineVersion"])
		assert.Equal(t, []string{"15"}, s.Condition["NumericEqualsIfExists"]["elasticache:SnapshotRetentionLimit"])
		for _, key := range []string{"AuthTokenEnabled", "AutomaticFailoverEnabled", "MultiAZEnabled", "TransitEncryptionEnabled"} {
			assert.Equal(t, []string{"true"}, s.Condition["BoolIfExists"]["elasticache:"+key], key)
		}
	}
	assert.Equal(t, []string{"elasticache:DescribeReplicationGroups"}, ofStores["Groups"].Action)

	ofRuntime := statements(t, recorded, "runtime")
	require.Len(t, ofRuntime, 5)
	deny := ofRuntime["NotByItsOwnCode"]
	assert.Equal(t, "Deny", deny.Effect)
	assert.Equal(t, ofRuntime["NetworkInterfaces"].Action, deny.Action, "what Lambda may, its code must not")
	assert.Equal(t, []string{function}, deny.Condition["ArnEquals"]["lambda:SourceFunctionArn"])
	assert.Equal(t, []string{offlinetest.Find(t, recorded, "rotation-log").Outputs["arn"].(string) + ":*"}, ofRuntime["Log"].Resource)
	assert.Equal(t, []string{"sqs.eu-central-1.amazonaws.com"}, ofRuntime["KeyOfFailures"].Condition["StringEquals"]["kms:ViaService"])
}

// TestArgumentsAreRefused wants everything that is wrong to be said at once.
func TestArgumentsAreRefused(t *testing.T) {
	args := arguments()
	args.SecurityGroupID, args.SubnetIDs, args.Archive, args.ProxySQLPods = "", args.SubnetIDs[:1], nil, 0
	args.Window.Hours = 1
	args.Secrets = append(args.Secrets, args.Secrets[0], rotation.Secret{Name: "x", ARN: pulumi.String(web), Class: "unknown", Days: 91})
	args.APIKeys = append(args.APIKeys, args.APIKeys[0])
	_, err := planOf(args)
	for _, want := range []string{
		"update it first: magestack up staging --layer networking", "subnetIds: 1 given", "archive, keyArn, cache and sessions: required", "proxysqlPods 0",
		"window 22:00-23:00 UTC", `secret "database/web": must have a name, given once`, `class "unknown"`, "91: must be 7 to 90 days", `key "feed": named twice`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

// TestKeysAreDrawn holds that the first key is of its alphabet, and that one with a hook is empty.
func TestKeysAreDrawn(t *testing.T) {
	recorded := planned(t)
	value := offlinetest.Find(t, recorded, "rotation-api-feed-value")
	assert.Equal(t, []string{"secretString"}, value.SecretInputs)
	assert.True(t, value.Protect)
	assert.Equal(t, "magento/staging/api/feed", offlinetest.Find(t, recorded, "rotation-api-feed-secret").Inputs["name"])
	var record strings.Builder
	require.NoError(t, recorded.WriteJSON(&record))
	assert.NotContains(t, record.String(), "Offline0")
}

// TestPortIsThatOfTheClients compares the one port that two packages name.
func TestPortIsThatOfTheClients(t *testing.T) {
	assert.Equal(t, proxysql.ClientPort, topology.PoolPort)
}
