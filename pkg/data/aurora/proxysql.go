package aurora

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// ProxySQLType is the type token of a ProxySQL.
const ProxySQLType = "magento:aurora:ProxySQL"

// TemplateKey is the key of the template in its secret.
const TemplateKey = "proxysql.cnf"

// ProxySQLArgs configures a ProxySQL.
type ProxySQLArgs struct {
	Cluster     *Cluster
	Budget      capacity.Budget    // of the cluster's capacity
	Processes   proxysql.Processes // that may keep a connection
	ReadDigests []proxysql.Digest  // what goes to readers, with read split proxysql
	KeyARN      pulumi.StringInput
	Protect     bool
}

// ProxySQL is the configuration of the ProxySQL in front of a cluster: what the layer that runs it reads. There is one
// in every region, and it is not replicated: it names that region's instances.
type ProxySQL struct {
	pulumi.ResourceState

	// Template is proxysql.cnf as External Secrets fills it: it holds no credential.
	Template pulumi.StringOutput

	// Secret is the name of the secret that holds the template under TemplateKey.
	Secret pulumi.StringOutput
}

// NewProxySQL registers a ProxySQL.
func NewProxySQL(ctx *pulumi.Context, name string, args ProxySQLArgs, opts ...pulumi.ResourceOption) (*ProxySQL, error) {
	p := &ProxySQL{}
	return p, component.New(ctx, ProxySQLType, name, args, p, func(s component.Scope) (pulumi.Map, error) {
		p.Template = args.template()
		cluster := args.Cluster.args
		secret, err := secrets.NewSecret(ctx, s.Child("template"), secrets.SecretArgs{
			Account:     cluster.Account,
			Name:        cluster.Environment.Secret(naming.SecretProxySQLTemplate),
			Description: "Template of proxysql.cnf of " + string(cluster.Environment) + ", without credentials",
			KeyARN:      args.KeyARN,
			Value:       pulumi.Map{TemplateKey: p.Template},
			Follow:      true,
			Protect:     args.Protect,
		}, s.Parent)
		if err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
		p.Secret = secret.Name
		return pulumi.Map{"template": p.Template, "secret": p.Secret}, nil
	}, opts...)
}

// Inputs returns what the component shows in a plan. The template is among them: it holds no credential, and a reviewer
// must see what a change does to it.
func (a ProxySQLArgs) Inputs() pulumi.Map {
	return pulumi.Map{
		"template": a.template(),
		"cluster":  a.Cluster.Identifier, "readSplit": pulumi.String(a.Cluster.args.ReadSplit),
		"poolPerPod": pulumi.Int(a.Budget.PerPod), "readDigests": pulumi.Int(len(a.ReadDigests)),
		"connections": a.connections(),
	}
}

// pool is how a pod shares out its connections.
func (a ProxySQLArgs) pool() proxysql.Pool {
	return proxysql.Pool{PerPod: a.Budget.PerPod, Split: a.Cluster.args.ReadSplit}
}

// connections is how connections are shared out, in the state, for reviewers of a plan: rows of a name and a value.
func (a ProxySQLArgs) connections() pulumi.Array {
	var rows pulumi.Array
	for _, row := range append(a.Budget.Table(), a.pool().Table(a.Processes)...) {
		rows = append(rows, pulumi.Map{"name": pulumi.String(row.Name), "value": pulumi.String(row.Value)})
	}
	return rows
}

// Validate checks the settings with endpoints as they will be, since the real ones are not known before the instances
// are there: nothing is made of what cannot be rendered.
func (a ProxySQLArgs) Validate() error {
	var problems []error
	if a.KeyARN == nil {
		problems = append(problems, errors.New("keyArn: required"))
	}
	if a.Cluster == nil {
		return errors.Join(append(problems, errors.New("cluster: required"))...)
	}
	if a.Budget.Range != a.Cluster.args.Capacity {
		problems = append(problems, fmt.Errorf("budget: made for %s, but the cluster has %s", a.Budget.Range, a.Cluster.args.Capacity))
	}
	var identifiers, endpoints []string
	for _, instance := range a.Cluster.args.Instances.All() {
		identifier := a.Cluster.args.instance(instance.Number)
		identifiers, endpoints = append(identifiers, identifier), append(endpoints, identifier+".planned")
	}
	return errors.Join(append(problems, a.settings(identifiers, endpoints).Validate(), a.pool().Validate(a.Budget, a.Processes))...)
}

func (a ProxySQLArgs) settings(identifiers, endpoints []string) proxysql.Settings {
	settings := proxysql.DefaultSettings()
	settings.Schema = databaseName
	settings.PoolPerPod = a.Budget.PerPod
	settings.ReadSplit = a.Cluster.args.ReadSplit
	settings.ReadDigests = a.ReadDigests
	for i, identifier := range identifiers {
		settings.Instances = append(settings.Instances, proxysql.Instance{Identifier: identifier, Endpoint: endpoints[i]})
	}
	return settings
}

// template renders the file when the instances' addresses are known.
func (a ProxySQLArgs) template() pulumi.StringOutput {
	return pulumi.All(a.Cluster.Instances, a.Cluster.InstanceEndpoints).ApplyT(func(known []any) (string, error) {
		return proxysql.Render(a.settings(known[0].([]string), known[1].([]string)))
	}).(pulumi.StringOutput)
}
