package program

import (
	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/compute/fargate"
	"github.com/magestack/magestack/pkg/compute/shopaccounts"
)

// makeShop makes what waits for the shop's pods: their service accounts, what they may reach, and Fargate for those that
// ask for it.
func (b *builder) makeShop() error {
	namespace := b.ingress.namespace
	accounts, err := shopaccounts.NewAccounts(b.ctx, "accounts", shopaccounts.AccountsArgs{
		Account:     b.set.Account(),
		Environment: b.environment(),
		ClusterName: b.cluster.Name,
		ProviderARN: b.cluster.OIDCProviderARN,
		Issuer:      b.cluster.OIDCIssuer,
		Namespace:   namespace,
	}, b.inCluster())
	if err != nil {
		return err
	}
	isolation, err := shopaccounts.NewIsolation(b.ctx, "egress", shopaccounts.IsolationArgs{Namespace: namespace}, b.inCluster())
	if err != nil {
		return err
	}
	profile, err := fargate.New(b.ctx, "fargate", fargate.Args{
		Account:                b.set.Account(),
		Environment:            b.environment(),
		ClusterName:            b.cluster.Name,
		ClusterSecurityGroupID: b.cluster.SecurityGroupID,
		NodesSecurityGroupID:   b.networking.NodesSecurityGroupID,
		SubnetIDs:              b.networking.PrivateSubnetIDs,
		KeyARN:                 b.cluster.KeyARN,
		LogRetentionDays:       logretention.MinDays,
		Protect:                b.set.ProtectCluster,
		Namespace:              namespace,
		After:                  b.addons.Ready,
	}, b.inCluster())
	if err != nil {
		return err
	}
	b.needs = append(b.needs, accounts, isolation, profile)
	return nil
}
