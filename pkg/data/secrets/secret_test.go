package secrets_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
)

const key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"

var acct = offlinetest.Account()

func run(body offlinetest.Body) (map[string]plan.Resource, map[string]any, error) {
	recorded, err := offlinetest.Run(layer.Data{}.Layer(), body)
	if err != nil {
		return nil, nil, err
	}
	return offlinetest.ByName(recorded), recorded.Stacks[0].Outputs, nil
}

func arguments() secrets.SecretArgs {
	return secrets.SecretArgs{
		Account: acct, Name: naming.Environment("staging").Secret(naming.SecretQueue), Description: "Queue", KeyARN: pulumi.String(key),
		Value: pulumi.Map{"password": pulumi.String("hunter2hunter2hunter2")},
	}
}

func TestSecret(t *testing.T) {
	args := arguments()
	args.Protect = true
	args.Replicas = []secrets.Replica{{Region: "eu-west-1", KeyARN: pulumi.String("arn:other")}}
	made, outputs, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		secret, err := secrets.NewSecret(ctx, "queue", args, aws)
		if err == nil {
			ctx.Export("value", secret.Value)
		}
		return err
	})
	require.NoError(t, err)
	secret, version := made["queue-secret"], made["queue-value"]
	assert.Equal(t, "magento/staging/queue", secret.Inputs["name"])
	assert.Equal(t, key, secret.Inputs["kmsKeyId"])
	assert.Equal(t, 30.0, secret.Inputs["recoveryWindowInDays"])
	assert.Equal(t, []any{map[string]any{"region": "eu-west-1", "kmsKeyId": "arn:other"}}, secret.Inputs["replicas"])
	assert.True(t, secret.Protect)
	for _, text := range []string{`"Sid":"ThisAccountOnly"`, `"Effect":"Deny"`, `"aws:PrincipalAccount":"123456789012"`} {
		assert.Contains(t, secret.Inputs["policy"], text)
	}
	assert.Equal(t, plan.Secret, version.Inputs["secretString"])
	assert.Equal(t, []string{"secretString"}, version.SecretInputs)
	assert.Equal(t, []string{"secretString", "versionStages"}, version.IgnoreChanges)
	assert.Equal(t, plan.Secret, outputs["value"], "the value lost its mark on the way out")
}

func TestThrowAwaySecretsFreeTheirNames(t *testing.T) {
	args := arguments()
	args.Follow = true
	made, _, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := secrets.NewSecret(ctx, "queue", args, aws)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, 0.0, made["queue-secret"].Inputs["recoveryWindowInDays"])
	assert.False(t, made["queue-secret"].Protect)
	assert.NotContains(t, made["queue-secret"].Inputs, "replicas")
	assert.Empty(t, made["queue-value"].IgnoreChanges, "it is to follow the program")
	assert.Equal(t, []string{"secretString"}, made["queue-value"].SecretInputs)
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, _, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := secrets.NewSecret(ctx, "queue", secrets.SecretArgs{
			Account: acct, Name: strings.Repeat("a", 513),
			Replicas: []secrets.Replica{{Region: "eu-central-1"}, {Region: "Ireland", KeyARN: pulumi.String(key)}},
		}, aws)
		return err
	})
	for _, want := range []string{
		"keyArn and value: required", "must have 1 to 512 characters",
		`replica in "eu-central-1": must be a region other than eu-central-1`, `replica in "eu-central-1": keyArn is required`,
		`replica in "Ireland": must be a region`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestEncryptionKey(t *testing.T) {
	made, _, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := secrets.NewEncryptionKey(ctx, "crypt", secrets.EncryptionKeyArgs{
			Account: acct, Environment: "staging", KeyARN: pulumi.String(key), Protect: true,
		}, aws)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, "magento/staging/encryption-key", made["crypt-secret"].Inputs["name"])
	assert.True(t, made["crypt-secret"].Protect)
	assert.Equal(t, []string{"secretString", "versionStages"}, made["crypt-value"].IgnoreChanges, "the next run would replace the key")
	assert.Equal(t, []string{"secretString"}, made["crypt-value"].SecretInputs)
}

func TestPasswordsSuitEveryReader(t *testing.T) {
	_, outputs, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		password := secrets.NewPassword(ctx, aws.(pulumi.ResourceOrInvokeOption))
		ctx.Export("password", password)
		ctx.Export("checked", pulumi.Unsecret(password.ApplyT(func(p string) bool {
			return proxysql.ValidateCredential(p) == nil && regexp.MustCompile(`^[0-9A-Za-z]{32}$`).MatchString(p)
		})))
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, plan.Secret, outputs["password"])
	assert.Equal(t, true, outputs["checked"], "ProxySQL or Magento's cipher would refuse it")
}

// What is drawn for a name must be one, wherever a name may not have capitals or punctuation.
func TestTokensSuitNames(t *testing.T) {
	_, outputs, err := run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		ctx.Export("token", secrets.NewToken(ctx, aws.(pulumi.ResourceOrInvokeOption)))
		return nil
	})
	require.NoError(t, err)
	assert.Regexp(t, `^[a-z0-9]{12}$`, outputs["token"], "or it is marked as a secret, and so would be the name")
}
