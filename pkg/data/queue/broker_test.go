package queue_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/data/queue"
	"github.com/magestack/magestack/pkg/data/queue/sizing"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	dataKey    = "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-4111-8111-111111111111"
	secretsKey = "arn:aws:kms:eu-central-1:123456789012:key/22222222-2222-4222-8222-222222222222"
)

var ours = account.Account{ID: "123456789012", Region: "eu-central-1"}

// arguments are those of a cluster, to be varied.
func arguments() queue.BrokerArgs {
	return queue.BrokerArgs{
		Account:     ours,
		Environment: "staging",
		Broker: sizing.Broker{
			Version: sizing.RabbitMQ313, Mode: sizing.ModeCluster, InstanceType: "mq.m7g.large", ConsumerTimeoutMinutes: 360,
		},
		Protect:         true,
		SubnetIDs:       []string{"subnet-a", "subnet-b", "subnet-c"},
		SecurityGroupID: "sg-queue",
		KeyARN:          pulumi.String(dataKey),
		SecretsKeyARN:   pulumi.String(secretsKey),
	}
}

// planOf runs a program that makes the broker, named queue, and exports what it gives.
func planOf(args queue.BrokerArgs) (*plan.Environment, error) {
	return offlinetest.Plan(ours, func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		b, err := queue.NewBroker(ctx, "queue", args, provider)
		if err != nil {
			return err
		}
		ctx.Export("queue", pulumi.Map{
			"id": b.ID, "arn": b.ARN, "name": b.Name, "host": b.Host, "secret": b.Secret, "logGroup": b.LogGroup,
		})
		return nil
	})
}

func planned(t *testing.T, args queue.BrokerArgs) *plan.Environment {
	t.Helper()
	environment, err := planOf(args)
	require.NoError(t, err)
	return environment
}

func TestPrivateEncryptedAndLogged(t *testing.T) {
	environment := planned(t, arguments())
	broker := offlinetest.Find(t, environment, "queue-broker").Inputs
	assert.Equal(t, false, broker["publiclyAccessible"])
	assert.Equal(t, []any{"sg-queue"}, broker["securityGroups"])
	assert.Equal(t, map[string]any{"kmsKeyId": dataKey, "useAwsOwnedKey": false}, broker["encryptionOptions"])
	assert.Equal(t, map[string]any{"general": true}, broker["logs"])
	assert.Equal(t, true, broker["autoMinorVersionUpgrade"])
	assert.Equal(t, map[string]any{"dayOfWeek": "MONDAY", "timeOfDay": "04:00", "timeZone": "UTC"}, broker["maintenanceWindowStartTime"])
	assert.Equal(t, secretsKey, offlinetest.Find(t, environment, "queue-credential-secret").Inputs["kmsKeyId"])
}

// Consumers that work longer than RabbitMQ's own half hour were cut off, and their message came back for ever.
func TestTheBrokerIsToldHowLongConsumersWork(t *testing.T) {
	environment := planned(t, arguments())
	configuration, broker := offlinetest.Find(t, environment, "queue-configuration"), offlinetest.Find(t, environment, "queue-broker")
	assert.Equal(t, "consumer_timeout = 21600000\n", configuration.Inputs["data"])
	assert.Equal(t, "RabbitMQ", configuration.Inputs["engineType"])
	assert.Equal(t, broker.Inputs["engineVersion"], configuration.Inputs["engineVersion"], "RabbitMQ refuses another version's")
	assert.Equal(t, map[string]any{"id": configuration.ID, "revision": 2.0}, broker.Inputs["configuration"], "the revision with what was written")
	assert.Equal(t, true, broker.Inputs["applyImmediately"], "an update would report what happens a week later")
}

func TestModes(t *testing.T) {
	cluster := offlinetest.Find(t, planned(t, arguments()), "queue-broker").Inputs
	assert.Equal(t, "CLUSTER_MULTI_AZ", cluster["deploymentMode"])
	assert.Equal(t, []any{"subnet-a", "subnet-b"}, cluster["subnetIds"])
	assert.Equal(t, "RabbitMQ", cluster["engineType"])
	assert.Equal(t, "3.13", cluster["engineVersion"])

	args := arguments()
	args.Broker.Mode, args.Broker.InstanceType = sizing.ModeSingle, "mq.m7g.medium"
	single := offlinetest.Find(t, planned(t, args), "queue-broker").Inputs
	assert.Equal(t, "SINGLE_INSTANCE", single["deploymentMode"])
	assert.Equal(t, []any{"subnet-a"}, single["subnetIds"])
	assert.Equal(t, "mq.m7g.medium", single["hostInstanceType"])
}

func TestOutputsAndNames(t *testing.T) {
	outputs := planned(t, arguments()).Stacks[0].Outputs["queue"].(map[string]any)
	id := outputs["id"].(string)
	assert.Regexp(t, `^b-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, id)
	assert.Equal(t, "arn:aws:mq:eu-central-1:123456789012:broker:magento-staging:"+id, outputs["arn"])
	assert.Equal(t, "magento-staging", outputs["name"])
	assert.Equal(t, id+".mq.eu-central-1.amazonaws.com", outputs["host"])
	assert.Equal(t, "/aws/amazonmq/broker/"+id+"/general", outputs["logGroup"])
	assert.Equal(t, "magento/staging/queue", outputs["secret"])
}

// The program draws another password at every run: neither the broker nor the secret may follow it, and it may
// stand nowhere in the open.
func TestThePasswordIsSecretAndStays(t *testing.T) {
	environment := planned(t, arguments())
	broker, value := offlinetest.Find(t, environment, "queue-broker"), offlinetest.Find(t, environment, "queue-credential-value")
	assert.Equal(t, []string{"users"}, broker.IgnoreChanges)
	assert.Equal(t, []string{"users[0].password"}, broker.SecretInputs)
	assert.Equal(t, plan.Secret, broker.Outputs["users"])
	assert.Equal(t, []string{"secretString"}, value.SecretInputs)
	assert.Equal(t, []string{"secretString", "versionStages"}, value.IgnoreChanges)
	assert.Contains(t, value.Dependencies, broker.URN, "the password is that of the broker, not another draw")
	var record strings.Builder
	require.NoError(t, environment.WriteJSON(&record))
	assert.NotContains(t, record.String(), "Offline0", "the password that the embedded cloud draws")
}

func TestEveryResourceIsInTheComponent(t *testing.T) {
	for _, protect := range []bool{true, false} {
		args := arguments()
		args.Protect = protect
		environment := planned(t, args)
		assert.Empty(t, offlinetest.Find(t, environment, "queue").SecretInputs)
		assert.Equal(t, protect, offlinetest.Find(t, environment, "queue-broker").Protect)
		offlinetest.CheckChildren(t, environment, queue.BrokerType, "queue")
	}
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := planOf(queue.BrokerArgs{
		Environment: naming.Environment(strings.Repeat("long", 12)),
		Broker:      sizing.Broker{Version: sizing.RabbitMQ42, Mode: sizing.ModeCluster, InstanceType: "mq.m5.large"},
		SubnetIDs:   []string{"subnet-a"},
	})
	for _, want := range []string{
		`magento:queue:Broker "queue": `,
		`instance type "mq.m5.large": RabbitMQ 4.2 runs on mq.m7g only`,
		"1 subnets: a broker of mode cluster needs 2 or more",
		"consumer timeout of 0 minutes: must be 30 to 1440",
		"has 56 characters: must be 1 to 50",
		`account "": must be twelve digits`,
		"environment and securityGroupId: required",
		"keyArn and secretsKeyArn: required",
	} {
		assert.ErrorContains(t, err, want)
	}
}
