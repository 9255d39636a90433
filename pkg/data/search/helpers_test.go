package search_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/search"
	"github.com/magestack/magestack/pkg/data/search/sizing"
	"github.com/magestack/magestack/pkg/layer"
)

const (
	dataKey    = "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-4111-8111-111111111111"
	secretsKey = "arn:aws:kms:eu-central-1:123456789012:key/22222222-2222-4222-8222-222222222222"
	domainARN  = "arn:aws:es:eu-central-1:123456789012:domain/magento-staging"
)

// arguments are those of a domain for production, to be varied.
func arguments() search.DomainArgs {
	return search.DomainArgs{
		Account:     offlinetest.Account(),
		Environment: "staging",
		Version:     sizing.OpenSearch31,
		Cluster: sizing.Cluster{
			DataNodes: 3, DataType: "r7g.large.search", VolumeGiB: 50, Zones: 3, Masters: 3, MasterType: "m7g.large.search",
		},
		LogRetentionDays: 365,
		Protect:          true,
		SubnetIDs:        []string{"subnet-a", "subnet-b", "subnet-c"},
		SecurityGroupID:  "sg-search",
		KeyARN:           pulumi.String(dataKey),
		SecretsKeyARN:    pulumi.String(secretsKey),
	}
}

// planOf runs a program that makes the domain, named search, and exports what it gives.
func planOf(args search.DomainArgs) (*plan.Environment, error) {
	return offlinetest.Run(layer.Data{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		d, err := search.NewDomain(ctx, "search", args, provider)
		if err != nil {
			return err
		}
		ctx.Export("search", pulumi.Map{"name": d.Name, "arn": d.ARN, "endpoint": d.Endpoint, "secret": d.Secret})
		return nil
	})
}

func planned(t *testing.T, args search.DomainArgs) *plan.Environment {
	t.Helper()
	environment, err := planOf(args)
	require.NoError(t, err)
	return environment
}

// statement is the only one of a policy.
func statement(t *testing.T, document any) map[string]any {
	t.Helper()
	var policy struct{ Statement []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(document.(string)), &policy))
	require.Len(t, policy.Statement, 1)
	return policy.Statement[0]
}
