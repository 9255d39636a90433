package aurora

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// CredentialsType is the type token of Credentials.
const CredentialsType = "magento:aurora:Credentials"

// CredentialsArgs configures Credentials.
type CredentialsArgs struct {
	Cluster  *Cluster           // not a secondary: there the credentials of its primary hold
	KeyARN   pulumi.StringInput // of the secrets
	Replicas []secrets.Replica
	Protect  bool
}

// Credentials are the secrets of the database's users. The users are made in MySQL by a job in the cluster, which
// reads these secrets and those of the administrator: both of every pair, and the monitor.
type Credentials struct {
	pulumi.ResourceState

	// ProxySQL is the name of the secret with the passwords of all that log in through ProxySQL.
	ProxySQL pulumi.StringOutput

	// Users has the name of the secret of every pair's current user.
	Users map[naming.Secret]pulumi.StringOutput

	// SecretARNs are those of all of these secrets, by their names.
	SecretARNs map[naming.Secret]pulumi.StringOutput
}

// login is a pair of users as a secret keeps it.
type login struct {
	purpose     naming.Secret
	user        string
	passwordKey string // in the secret of ProxySQL
	about       string
}

// logins are the pairs that the cluster has.
func (a CredentialsArgs) logins() []login {
	names := proxysql.DefaultNames()
	logins := []login{
		{naming.SecretDatabaseWeb, names.Web, "webPassword", "Storefront's user"},
		{naming.SecretDatabaseCLI, names.CLI, "cliPassword", "User of bin/magento, cron and consumers"},
		{naming.SecretDatabaseReporting, names.Reporting, "reportingPassword", "User of reports"},
	}
	if a.Cluster.args.ReadSplit == topology.ReadSplitSlaveConnection {
		logins = append(logins, login{naming.SecretDatabaseRead, names.Read, "readPassword", "User of the slave connection"})
	}
	return logins
}

// NewCredentials registers Credentials.
func NewCredentials(ctx *pulumi.Context, name string, args CredentialsArgs, opts ...pulumi.ResourceOption) (*Credentials, error) {
	c := &Credentials{Users: map[naming.Secret]pulumi.StringOutput{}, SecretARNs: map[naming.Secret]pulumi.StringOutput{}}
	return c, component.New(ctx, CredentialsType, name, args, c, func(s component.Scope) (pulumi.Map, error) {
		b := &credentialsBuilder{Scope: s, args: args}
		pool, err := b.newPool()
		if err != nil {
			return nil, fmt.Errorf("passwords of ProxySQL: %w", err)
		}
		c.ProxySQL, c.SecretARNs[naming.SecretProxySQL] = pool.Name, pool.ARN
		users := pulumi.StringMap{}
		for _, login := range args.logins() {
			secret, err := b.newUser(login, pool)
			if err != nil {
				return nil, fmt.Errorf("user %s: %w", login.user, err)
			}
			c.Users[login.purpose], users[string(login.purpose)] = secret.Name, secret.Name
			c.SecretARNs[login.purpose] = secret.ARN
		}
		return pulumi.Map{"proxysql": c.ProxySQL, "users": users}, nil
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a CredentialsArgs) Inputs() pulumi.Map {
	return pulumi.Map{"cluster": a.Cluster.Identifier, "readSplit": pulumi.String(a.Cluster.args.ReadSplit)}
}

// Validate refuses credentials of no database, and those of a secondary.
func (a CredentialsArgs) Validate() error {
	var problems []error
	if a.KeyARN == nil {
		problems = append(problems, errors.New("keyArn: required"))
	}
	if a.Cluster == nil {
		return errors.Join(append(problems, errors.New("cluster: required"))...)
	}
	if a.Cluster.args.Role == topology.RoleSecondary {
		problems = append(problems, errors.New("cluster: a secondary has the users of its primary, and their secrets are replicas"))
	}
	return errors.Join(problems...)
}

// credentialsBuilder makes the children of Credentials.
type credentialsBuilder struct {
	component.Scope
	args CredentialsArgs
}

// passwordKeys are the keys of all users that could ever log in through ProxySQL, whatever the read split is now: a
// key cannot be added later without writing the others anew, which a rotation has changed by then.
func passwordKeys() []string {
	settings := proxysql.DefaultSettings()
	settings.ReadSplit = topology.ReadSplitSlaveConnection
	return settings.SecretKeys()
}

// newPool draws all the passwords, into one secret.
func (b *credentialsBuilder) newPool() (*secrets.Secret, error) {
	passwords := pulumi.Map{proxysql.MonitorUserKey: pulumi.String(proxysql.MonitorUser)}
	for _, key := range passwordKeys() {
		passwords[key] = secrets.NewPassword(b.Ctx, b.Parent)
	}
	return b.newSecret("proxysql", naming.SecretProxySQL, "Passwords of all that log in through ProxySQL", passwords)
}

// newUser keeps the current user of a pair, at first the one without suffix, in the form that AWS's rotation functions
// read and write. The password is read from what was written for ProxySQL and not from what was drawn: what is drawn
// differs at every run, and a run that ended between the two secrets would leave them with different passwords.
func (b *credentialsBuilder) newUser(user login, pool *secrets.Secret) (*secrets.Secret, error) {
	cluster := b.args.Cluster
	return b.newSecret(user.user, user.purpose, user.about, pulumi.Map{
		"engine":    pulumi.String(mysql),
		"host":      cluster.Endpoint,
		"port":      pulumi.Int(proxysql.DefaultPort),
		"dbname":    pulumi.String(databaseName),
		"username":  pulumi.String(user.user),
		"password":  field(pool.Value, user.passwordKey),
		"masterarn": cluster.AdminSecretARN,
	})
}

func (b *credentialsBuilder) newSecret(part string, purpose naming.Secret, about string, value pulumi.Map) (*secrets.Secret, error) {
	cluster := b.args.Cluster.args
	return secrets.NewSecret(b.Ctx, b.Child(part), secrets.SecretArgs{
		Account:     cluster.Account,
		Name:        cluster.Environment.Secret(purpose),
		Description: about + " of " + string(cluster.Environment),
		KeyARN:      b.args.KeyARN,
		Value:       value,
		Replicas:    b.args.Replicas,
		Protect:     b.args.Protect,
	}, b.Parent)
}

// field is one text of a secret that is a JSON object. The message never holds a value.
func field(document pulumi.StringOutput, key string) pulumi.StringOutput {
	return document.ApplyT(func(text string) (string, error) {
		var fields map[string]string
		if err := json.Unmarshal([]byte(text), &fields); err != nil || fields[key] == "" {
			return "", fmt.Errorf("reading %s of a secret: there is no such text in it", key)
		}
		return fields[key], nil
	}).(pulumi.StringOutput)
}
