package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	rotationaws "github.com/magestack/magestack/functions/rotation/aws"
	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// poolTemplate is ProxySQL's configuration of production, as the data layer renders it.
const poolTemplate = "../../pkg/data/proxysql/testdata/production.cnf"

// rotations is the function that rotates, with a database that is played.
type rotations struct {
	*shop
	database *database
	function *rotator.Function
	versions *versions
}

// rotations brings up what ProxySQL reads, and a database that has the users of the secret.
func (s *shop) rotations(t *testing.T) *rotations {
	t.Helper()
	template, err := os.ReadFile(poolTemplate)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]string{"proxysql.cnf": string(template)})
	if err != nil {
		t.Fatal(err)
	}
	s.secrets.must(t, "PutSecretValue", map[string]any{"SecretId": production.Secret(naming.SecretProxySQLTemplate), "SecretString": string(text)})
	resources, err := planned(computePlan, "kubernetes:external-secrets.io/v1:ExternalSecret")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if strings.HasPrefix(r.Name, "proxysql-") {
			r.Inputs["spec"].(map[string]any)["refreshInterval"] = "3s"
			s.apply(t, r.Inputs)
		}
	}
	v := &versions{Secrets: rotationaws.Secrets{Client: s.secrets.client()}, begun: map[string]string{}}
	d := &database{api: s.api, passwords: map[string]string{}}
	for _, user := range append(slices.Collect(maps.Values(poolUsers())), databaseUsers()[naming.SecretDatabaseAdmin]) {
		d.passwords[user] = firstPassword(user)
	}
	return &rotations{shop: s, database: d, versions: v, function: &rotator.Function{
		Config:  rotator.Config{Environment: production, Hold: 8 * time.Hour, ProxySQLPods: len(poolAddresses)},
		Secrets: v, Stores: rotator.Stores{Database: d}, Clock: impatient{}, Random: rotator.System{},
	}}
}

// steps has the function do steps of one rotation, as a run of its own each.
func (r *rotations) steps(t *testing.T, secret naming.Secret, token string, steps ...string) {
	t.Helper()
	id := production.Secret(secret)
	token = strings.Repeat(token[:1], 32) // the shortest that Secrets Manager takes
	r.versions.begun[id] = token
	for _, step := range steps {
		ctx, cancel := context.WithTimeout(t.Context(), oneChange)
		err := r.function.Handle(ctx, rotator.Event{Step: step, SecretID: id, ClientRequestToken: token})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// versions are moto's. What a call of RotateSecret brings about beforehand is added, since moto's would want a Lambda function: a pending
// version without a value, and that rotation is on. The first versions are as old as they are when their time comes.
type versions struct {
	rotationaws.Secrets
	begun map[string]string // the pending version of a secret
}

func (v *versions) Describe(ctx context.Context, secret string) (rotator.Description, error) {
	found, err := v.Secrets.Describe(ctx, secret)
	found.RotationEnabled = true
	if token := v.begun[secret]; err == nil && found.Stages[token] == nil {
		found.Stages[token] = []string{rotator.StagePending}
	}
	return found, err
}

func (v *versions) Get(ctx context.Context, secret, stage string) (rotator.Version, error) {
	found, err := v.Secrets.Get(ctx, secret, stage)
	if found.ID != v.begun[secret] {
		found.Created = found.Created.AddDate(0, 0, -30)
	}
	return found, err
}

// client is one of the SDK's for this API.
func (s *secretsManager) client() *secretsmanager.Client {
	return secretsmanager.New(secretsmanager.Options{
		BaseEndpoint: &s.endpoint, Region: region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "lab", SecretAccessKey: "lab"}, nil
		}),
	})
}

// impatient looks as often as the tests do.
type impatient struct{}

func (impatient) Now() time.Time { return time.Now() }

func (impatient) Sleep(ctx context.Context, _ time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(interval):
		return nil
	}
}

// database plays Aurora, with a ProxySQL in front of it that has what its Secret in the cluster says.
type database struct {
	api
	mutex     sync.Mutex
	passwords map[string]string
}

// poolAddresses are those of ProxySQL's pods.
var poolAddresses = []string{"10.30.64.1", "10.30.80.1", "10.30.96.1"}

// login is what the database takes for a user.
func (d *database) login(user string) rotator.Credential {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return rotator.Credential{User: user, Password: d.passwords[user]}
}

func (d *database) Login(_ context.Context, as rotator.Credential) error {
	if as.Password == "" || d.login(as.User).Password != as.Password {
		return fmt.Errorf("%w: %s", rotator.ErrRefused, as.User)
	}
	return nil
}

func (d *database) SetPassword(ctx context.Context, administrator rotator.Credential, user, password string) error {
	if err := d.Login(ctx, administrator); err != nil {
		return err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.passwords[user] = password
	return nil
}

func (d *database) Holders(ctx context.Context, administrator rotator.Credential, user string) ([]string, error) {
	if user == proxysql.MonitorUser {
		return poolAddresses, d.Login(ctx, administrator)
	}
	return nil, d.Login(ctx, administrator)
}

// poolUser is a user in ProxySQL's configuration, with the password that External Secrets has filled in.
var poolUser = regexp.MustCompile(`username = "([^"]+)";\s+password = "([^"]*)";`)

func (d *database) LoginThrough(ctx context.Context, _ string, as rotator.Credential) error {
	pool, err := d.get(secrets, naming.NamespaceProxySQL, naming.NamespaceProxySQL)
	if err != nil {
		return err
	}
	for _, user := range poolUser.FindAllStringSubmatch(decoded(*pool, "proxysql.cnf"), -1) {
		if user[1] == as.User && user[2] == as.Password {
			return d.Login(ctx, as)
		}
	}
	return fmt.Errorf("ProxySQL: %w: %s", rotator.ErrRefused, as.User)
}
