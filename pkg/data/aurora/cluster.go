// Package aurora makes the database: an Aurora MySQL cluster of Serverless v2 instances whose number of
// connections never depends on how far it is scaled down, the credentials of its users, and the configuration of
// the ProxySQL in front of it.
//
// "AUG" is the Amazon Aurora User Guide, "API" the Amazon RDS API Reference.
package aurora

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// ClusterType is the type token of a Cluster.
const ClusterType = "magento:aurora:Cluster"

// ClusterArgs configures a Cluster.
type ClusterArgs struct {
	Account       account.Account
	Environment   naming.Environment
	EngineVersion capacity.EngineVersion
	Capacity      capacity.Range
	Instances     topology.Instances
	ReadSplit     topology.ReadSplit // what of the storefront's reading depends on readers
	Storage       topology.Storage
	Insights      topology.Insights
	Role          topology.Role

	// GlobalCluster is the identifier of the Global Database that a secondary joins, and PrimaryRegion where its
	// primary is. Both are for secondaries only.
	GlobalCluster string
	PrimaryRegion string

	BackupRetentionDays int
	LogRetentionDays    int
	Protect             bool // refuse to delete the cluster

	SubnetIDs       []string // in two zones at least
	SecurityGroupID string
	KeyARN          pulumi.StringInput // of the database, its logs, its counters and its backups; of this region
	SecretsKeyARN   pulumi.StringInput // of the administrator's credential
	SecretReplicas  []secrets.Replica  // of the administrator's credential

	// EventTopicARN is where RDS announces failovers, failures, maintenance and changes. Nil: nowhere.
	EventTopicARN pulumi.StringInput
}

// Cluster is an Aurora MySQL cluster.
type Cluster struct {
	pulumi.ResourceState
	Identifier     pulumi.StringOutput
	ARN            pulumi.StringOutput
	ResourceID     pulumi.StringOutput // what policies for IAM authentication name
	Endpoint       pulumi.StringOutput // of the writer
	ReaderEndpoint pulumi.StringOutput
	SubnetGroup    pulumi.StringOutput

	// Instances are the instances' identifiers, the first writer first, and InstanceEndpoints their addresses in the
	// same order.
	Instances         pulumi.StringArrayOutput
	InstanceEndpoints pulumi.StringArrayOutput

	// GlobalCluster is the identifier that a secondary joins by; empty for a cluster alone.
	GlobalCluster pulumi.StringOutput

	// AdminSecret and AdminSecretARN name the administrator's credential in Secrets Manager. A secondary has none:
	// that of its primary holds there.
	AdminSecret    pulumi.StringOutput
	AdminSecretARN pulumi.StringOutput

	// MaxConnections is max_connections of every instance.
	MaxConnections int

	args ClusterArgs
}

// NewCluster registers a Cluster.
func NewCluster(ctx *pulumi.Context, name string, args ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	c := &Cluster{args: args, MaxConnections: capacity.MaxConnections(args.Capacity)}
	return c, component.New(ctx, ClusterType, name, args, c, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, args: args}
		if err := component.Steps(
			b.subnetGroup, b.parameters, b.logGroups, b.monitoring, b.cluster, b.instances, b.global, b.events, b.adminSecret,
		); err != nil {
			return nil, err
		}
		c.publish(b)
		return pulumi.Map{
			"identifier": c.Identifier, "arn": c.ARN, "endpoint": c.Endpoint, "readerEndpoint": c.ReaderEndpoint,
			"instances": c.Instances, "globalCluster": c.GlobalCluster, "adminSecret": c.AdminSecret,
			"maxConnections": pulumi.Int(c.MaxConnections),
		}, nil
	}, opts...)
}

// publish fills in what the children know.
func (c *Cluster) publish(b *builder) {
	c.Identifier, c.ARN, c.ResourceID = b.database.ClusterIdentifier, b.database.Arn, b.database.ClusterResourceId
	c.Endpoint, c.ReaderEndpoint = b.database.Endpoint, b.database.ReaderEndpoint
	c.SubnetGroup = b.subnets.Name
	identifiers, endpoints := pulumi.StringArray{}, pulumi.StringArray{}
	for _, member := range b.members {
		identifiers, endpoints = append(identifiers, member.Identifier), append(endpoints, member.Endpoint)
	}
	c.Instances, c.InstanceEndpoints = identifiers.ToStringArrayOutput(), endpoints.ToStringArrayOutput()
	c.GlobalCluster = pulumi.String(c.args.GlobalCluster).ToStringOutput()
	if b.globalCluster != nil {
		c.GlobalCluster = b.globalCluster.GlobalClusterIdentifier
	}
	c.AdminSecret, c.AdminSecretARN = pulumi.String("").ToStringOutput(), pulumi.String("").ToStringOutput()
	if b.admin != nil {
		c.AdminSecret, c.AdminSecretARN = b.admin.Name, b.admin.ARN
	}
}
