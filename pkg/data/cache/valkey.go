// Package cache makes Valkey on ElastiCache: a replication group for what Magento can compute again, and
// another one for sessions.
package cache

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/cache/sizing"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// ValkeyType is the type token of a Valkey.
const ValkeyType = "magento:cache:Valkey"

// LogGroupPrefix begins the names of the log groups; the key must be usable for them (encryption.ForLogs).
const LogGroupPrefix = "/aws/elasticache/"

// ValkeyArgs configures a Valkey.
type ValkeyArgs struct {
	Account       account.Account
	Environment   naming.Environment
	Purpose       sizing.Purpose // decides what happens when memory is full, and the name of the secret
	EngineVersion sizing.EngineVersion
	Group         sizing.Group

	LogRetentionDays int
	Protect          bool // refuse to delete the group; ElastiCache itself has no deletion protection

	SubnetIDs       []string // in two zones at least
	SecurityGroupID string
	KeyARN          pulumi.StringInput // of the data, its snapshots and its logs
	SecretsKeyARN   pulumi.StringInput // of the credential
}

// Valkey is a replication group of ElastiCache for Valkey, with cluster mode disabled: Magento uses several
// databases and transactions over keys that a cluster would spread.
type Valkey struct {
	pulumi.ResourceState
	ID              pulumi.StringOutput
	ARN             pulumi.StringOutput
	PrimaryEndpoint pulumi.StringOutput // a host name that follows the primary through failovers
	ReaderEndpoint  pulumi.StringOutput
	Members         pulumi.StringArrayOutput // identifiers of the nodes, for alarms
	Secret          pulumi.StringOutput      // name in Secrets Manager
	SecretARN       pulumi.StringOutput
}

// NewValkey registers a Valkey.
func NewValkey(ctx *pulumi.Context, name string, args ValkeyArgs, opts ...pulumi.ResourceOption) (*Valkey, error) {
	v := &Valkey{}
	return v, component.New(ctx, ValkeyType, name, args, v, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, args: args}
		if err := component.Steps(b.subnetGroup, b.parameterGroup, b.logGroups, b.replicationGroup, b.credential); err != nil {
			return nil, err
		}
		v.ID, v.ARN = b.group.ReplicationGroupId, b.group.Arn
		v.PrimaryEndpoint, v.ReaderEndpoint = b.group.PrimaryEndpointAddress, b.group.ReaderEndpointAddress
		v.Members, v.Secret = b.group.MemberClusters, b.secret.Name
		v.SecretARN = b.secret.ARN
		return pulumi.Map{
			"id": v.ID, "arn": v.ARN, "primaryEndpoint": v.PrimaryEndpoint, "readerEndpoint": v.ReaderEndpoint,
			"members": v.Members, "secret": v.Secret,
		}, nil
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a ValkeyArgs) Inputs() pulumi.Map {
	return pulumi.Map{
		"purpose":       pulumi.String(a.Purpose),
		"eviction":      pulumi.String(a.Purpose.Eviction()),
		"engineVersion": pulumi.String(a.EngineVersion),
		"nodeType":      pulumi.String(a.Group.NodeType),
		"nodes":         pulumi.Int(a.Group.Count),
		"dataGiB":       pulumi.Float64(a.Group.NodeType.DataGiB()),
	}
}

// Validate refuses arguments that ElastiCache would.
func (a ValkeyArgs) Validate() error {
	problems := []error{a.Purpose.Validate(), a.EngineVersion.Validate(), a.Group.Validate(), sizing.ValidateID(a.id())}
	if !account.ValidID(a.Account.ID) {
		problems = append(problems, fmt.Errorf("account %q: must be twelve digits", a.Account.ID))
	}
	if a.Environment == "" || a.SecurityGroupID == "" {
		problems = append(problems, errors.New("environment and securityGroupId: required"))
	}
	if len(a.SubnetIDs) < 2 {
		problems = append(problems, fmt.Errorf("subnetIds: %d given, at least 2 in different zones are required", len(a.SubnetIDs)))
	}
	if a.LogRetentionDays < 1 {
		problems = append(problems, fmt.Errorf("log retention of %d days: logs must end some day, and not at once", a.LogRetentionDays))
	}
	if a.KeyARN == nil || a.SecretsKeyARN == nil {
		problems = append(problems, errors.New("keyArn and secretsKeyArn: required"))
	}
	return errors.Join(problems...)
}

func (a ValkeyArgs) id() string { return sizing.ID(a.Environment, a.Purpose) }

// builder makes the children of a Valkey, one concern after the other.
type builder struct {
	component.Scope
	args ValkeyArgs

	subnets    *elasticache.SubnetGroup
	parameters *elasticache.ParameterGroup
	logs       elasticache.ReplicationGroupLogDeliveryConfigurationArray
	group      *elasticache.ReplicationGroup
	secret     *secrets.Secret
}
