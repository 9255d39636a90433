package aurora_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/layer"
)

const (
	typeCluster          = "aws:rds/cluster:Cluster"
	typeClusterParameter = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
	typeEvents           = "aws:rds/eventSubscription:EventSubscription"
	typeGlobal           = "aws:rds/globalCluster:GlobalCluster"
	typeInstance         = "aws:rds/clusterInstance:ClusterInstance"
	typeParameter        = "aws:rds/parameterGroup:ParameterGroup"
	typeSecret           = "aws:secretsmanager/secret:Secret"
	typeVersion          = "aws:secretsmanager/secretVersion:SecretVersion"

	key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
)

var acct = offlinetest.Account()

// arguments are those of a small cluster alone.
func arguments() aurora.ClusterArgs {
	return aurora.ClusterArgs{
		Account:       acct,
		Environment:   "staging",
		EngineVersion: capacity.DefaultEngineVersion,
		Capacity:      capacity.Range{Min: 2, Max: 8},
		Instances:     topology.Instances{Readers: 1, Zones: []string{"eu-central-1a", "eu-central-1b"}},
		ReadSplit:     topology.ReadSplitNone,
		Storage:       topology.StorageStandard,
		Insights:      topology.InsightsStandard,
		Role:          topology.RoleAlone,

		BackupRetentionDays: 35,
		LogRetentionDays:    365,
		SubnetIDs:           []string{"subnet-1", "subnet-2"},
		SecurityGroupID:     "sg-1",
		KeyARN:              pulumi.String(key),
		SecretsKeyARN:       pulumi.String(key),
	}
}

// large are those of a cluster that has everything.
func large() aurora.ClusterArgs {
	args := arguments()
	args.Environment = "production"
	args.Capacity = capacity.Range{Min: 8, Max: 64}
	args.Instances = topology.Instances{Readers: 2, Zones: []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"}}
	args.ReadSplit = topology.ReadSplitProxySQL
	args.Storage = topology.StorageIOOptimized
	args.Insights = topology.InsightsAdvanced
	args.Role = topology.RolePrimary
	args.Protect = true
	args.EventTopicARN = pulumi.String(acct.ARN("sns", "alarms"))
	return args
}

// run plans a program of the data layer.
func run(body offlinetest.Body) (*plan.Environment, error) {
	return offlinetest.Run(layer.Data{}.Layer(), body)
}

// graph is the record of a program that works.
type graph struct {
	t         *testing.T
	resources []plan.Resource
	outputs   map[string]any
}

func planOf(t *testing.T, body offlinetest.Body) graph {
	t.Helper()
	environment := offlinetest.Planned(t, layer.Data{}.Layer(), body)
	return graph{t, environment.Resources(), environment.Stacks[0].Outputs}
}

// deployed is the record of one cluster.
func deployed(t *testing.T, args aurora.ClusterArgs) graph {
	t.Helper()
	return planOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := aurora.NewCluster(ctx, "database", args, aws)
		return err
	})
}

func (g graph) all(kind string) []plan.Resource {
	var found []plan.Resource
	for _, r := range g.resources {
		if r.Type == kind {
			found = append(found, r)
		}
	}
	return found
}

func (g graph) one(kind string) plan.Resource {
	g.t.Helper()
	found := g.all(kind)
	require.Len(g.t, found, 1, kind)
	return found[0]
}

func (g graph) named(name string) plan.Resource {
	g.t.Helper()
	for _, r := range g.resources {
		if r.Name == name && r.Custom {
			return r
		}
	}
	require.Fail(g.t, "no resource "+name)
	return plan.Resource{}
}
