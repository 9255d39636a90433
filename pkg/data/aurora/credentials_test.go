package aurora_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/secrets"
)

// credentials makes a cluster and the secrets of its users.
func credentials(args aurora.ClusterArgs) func(*pulumi.Context, pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		cluster, err := aurora.NewCluster(ctx, "database", args, aws)
		if err != nil {
			return err
		}
		_, err = aurora.NewCredentials(ctx, "users", aurora.CredentialsArgs{
			Cluster: cluster, KeyARN: pulumi.String(key), Protect: args.Protect,
			Replicas: []secrets.Replica{{Region: "eu-west-1", KeyARN: pulumi.String(key)}},
		}, aws)
		return err
	}
}

func TestSecretsOfTheUsers(t *testing.T) {
	for split, want := range map[topology.ReadSplit][]string{
		topology.ReadSplitNone:            {"database/admin", "database/cli", "database/reporting", "database/web", "proxysql"},
		topology.ReadSplitSlaveConnection: {"database/admin", "database/cli", "database/read", "database/reporting", "database/web", "proxysql"},
	} {
		args := arguments()
		args.ReadSplit, args.Protect = split, true
		g := planOf(t, credentials(args))
		var names []string
		for _, secret := range g.all(typeSecret) {
			names = append(names, strings.TrimPrefix(secret.Inputs["name"].(string), "magento/staging/"))
			assert.True(t, secret.Protect)
			if strings.HasPrefix(secret.Name, "users-") {
				assert.Equal(t, []any{map[string]any{"region": "eu-west-1", "kmsKeyId": key}}, secret.Inputs["replicas"])
			}
		}
		slices.Sort(names)
		assert.Equal(t, want, names)
		for _, version := range g.all(typeVersion) {
			assert.Equal(t, plan.Secret, version.Inputs["secretString"])
			assert.Equal(t, []string{"secretString"}, version.SecretInputs)
			assert.Equal(t, []string{"secretString", "versionStages"}, version.IgnoreChanges, "a deployment would undo every rotation")
		}
	}
}

func TestNoCredentialsWithoutThePrimary(t *testing.T) {
	_, err := run(credentials(secondary()))
	assert.ErrorContains(t, err, "a secondary has the users of its primary")
	_, err = run(func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := aurora.NewCredentials(ctx, "users", aurora.CredentialsArgs{}, aws)
		return err
	})
	assert.ErrorContains(t, err, "keyArn: required")
	assert.ErrorContains(t, err, "cluster: required")
}

// aws answers as the engine does at a run after the first: what was written stays in the state, whatever was drawn
// this time. It draws another password at every call.
type aws struct {
	mutex   sync.Mutex
	written string            // the value of ProxySQL's secret in the state; empty at the first run
	values  map[string]string // of the secrets, by their logical names
	hidden  map[string]bool   // whether the value was marked as secret
	drawn   int
}

func (a *aws) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	state := args.Inputs.Copy()
	state["arn"] = resource.NewProperty("arn:" + args.Name)
	state["endpoint"] = resource.NewProperty(args.Name + ".example.com")
	if args.TypeToken == typeVersion {
		value := args.Inputs["secretString"]
		a.hidden[args.Name] = value.IsSecret()
		if value.IsSecret() {
			value = value.SecretValue().Element
		}
		a.values[args.Name] = value.StringValue()
		if args.Name == "users-proxysql-value" && a.written != "" {
			state["secretString"] = resource.MakeSecret(resource.NewProperty(a.written))
		}
	}
	return args.Name + "-id", state, nil
}

func (a *aws) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.drawn++
	return resource.PropertyMap{"randomPassword": resource.NewProperty(fmt.Sprintf("password%024d", a.drawn))}, nil
}

// values runs a program that makes the credentials and gives what it wrote into each secret.
func values(t *testing.T, written string) map[string]map[string]any {
	t.Helper()
	a := &aws{written: written, values: map[string]string{}, hidden: map[string]bool{}}
	args := arguments()
	args.ReadSplit = topology.ReadSplitSlaveConnection
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		return credentials(args)(ctx, pulumi.Protect(false))
	}, pulumi.WithMocks("test", "staging", a)))
	parsed := map[string]map[string]any{}
	for name, text := range a.values {
		assert.True(t, a.hidden[name], "%s is readable in the plan", name)
		var value map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &value), name)
		parsed[name] = value
	}
	return parsed
}

func TestEveryUserOfProxySQLHasAPassword(t *testing.T) {
	pool := values(t, "")["users-proxysql-value"]
	settings := proxysql.DefaultSettings()
	settings.ReadSplit = topology.ReadSplitSlaveConnection
	require.NotEmpty(t, settings.SecretKeys())
	seen := map[any]bool{}
	for _, key := range settings.SecretKeys() {
		require.IsType(t, "", pool[key], key)
		assert.NoError(t, proxysql.ValidateCredential(pool[key].(string)))
		seen[pool[key]] = true
	}
	assert.Equal(t, proxysql.MonitorUser, pool["monitorUsername"], "which of the monitor's pair is in use")
	assert.Len(t, pool, len(settings.SecretKeys())+1)
	assert.Len(t, seen, len(settings.SecretKeys()), "two users have one password")
}

func TestUsersAreInTheFormOfTheRotation(t *testing.T) {
	written := values(t, "")
	pool, names := written["users-proxysql-value"], proxysql.DefaultNames()
	for user, passwordKey := range map[string]string{
		names.Web: "webPassword", names.CLI: "cliPassword", names.Reporting: "reportingPassword", names.Read: "readPassword",
	} {
		assert.Equal(t, map[string]any{
			"engine": "mysql", "host": "database-cluster.example.com", "port": 3306.0, "dbname": "magento",
			"username": user, "password": pool[passwordKey], "masterarn": "arn:database-admin-secret",
		}, written["users-"+user+"-value"])
	}
	admin := written["database-admin-value"]
	assert.Equal(t, "magento_admin", admin["username"])
	assert.Equal(t, "database-cluster.example.com", admin["host"])
	assert.NoError(t, proxysql.ValidateCredential(admin["password"].(string)))
}

// TestSecretsAgreeAfterARunThatWasCutOff is a run in which ProxySQL's secret is there already and the users' are not:
// they must get the passwords that ProxySQL has, and not those drawn this time.
func TestSecretsAgreeAfterARunThatWasCutOff(t *testing.T) {
	const before = `{"webPassword":"web0000000000000","cliPassword":"cli0000000000000","reportingPassword":"bi00000000000000","readPassword":"read000000000000"}`
	written := values(t, before)
	assert.Equal(t, "web0000000000000", written["users-magento-value"]["password"])
	assert.Equal(t, "read000000000000", written["users-mage_read-value"]["password"])
	assert.NotEqual(t, "web0000000000000", written["users-proxysql-value"]["webPassword"], "this run drew another")
}
