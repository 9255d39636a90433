package program

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/compute/fargate"
	"github.com/magestack/magestack/pkg/compute/shopaccounts"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// newShop registers what waits for the shop's pods, and returns it: their service accounts, what they may reach, and Fargate for
// those that ask for it.
func newShop(ctx *pulumi.Context, set settings.Compute, networking layer.Networking, kubernetes *cluster.Cluster, namespace pulumi.Resource, ready []pulumi.Resource, provider *aws.Provider) ([]pulumi.Resource, error) {
	providers := pulumi.Providers(provider, kubernetes.Kubernetes)
	accounts, err := shopaccounts.NewAccounts(ctx, "accounts", shopaccounts.AccountsArgs{
		Account:     set.Account(),
		Environment: naming.Environment(ctx.Stack()),
		ClusterName: kubernetes.Name,
		ProviderARN: kubernetes.OIDCProviderARN,
		Issuer:      kubernetes.OIDCIssuer,
		Namespace:   namespace,
	}, providers)
	if err != nil {
		return nil, err
	}
	isolation, err := shopaccounts.NewIsolation(ctx, "egress", shopaccounts.IsolationArgs{Namespace: namespace}, providers)
	if err != nil {
		return nil, err
	}
	profile, err := fargate.New(ctx, "fargate", fargate.Args{
		Account:                set.Account(),
		Environment:            naming.Environment(ctx.Stack()),
		ClusterName:            kubernetes.Name,
		ClusterSecurityGroupID: kubernetes.SecurityGroupID,
		NodesSecurityGroupID:   networking.NodesSecurityGroupID,
		SubnetIDs:              networking.PrivateSubnetIDs,
		KeyARN:                 kubernetes.KeyARN,
		LogRetentionDays:       logretention.MinDays,
		Protect:                set.ProtectCluster,
		Namespace:              namespace,
		After:                  ready,
	}, providers)
	if err != nil {
		return nil, err
	}
	return []pulumi.Resource{accounts, isolation, profile}, nil
}
