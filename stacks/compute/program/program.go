// Package program is the compute layer: the cluster that runs the shop, and the way in to it.
package program

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-eks/sdk/v3/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/certificate"
	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/compute/addons"
	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// Run registers the resources of the layer.
func Run(ctx *pulumi.Context, config settings.Config) error {
	set, err := settings.LoadCompute(config)
	if err != nil {
		return err
	}
	data, err := settings.LoadData(config)
	if err != nil {
		return err
	}
	networking, err := layer.Read[layer.Networking](ctx)
	if err != nil {
		return err
	}
	aws, err := provider.NewAWS(ctx, "aws", "compute", set.Account(), provider.Tagged(set.DefaultTags))
	if err != nil {
		return err
	}
	b := &builder{ctx: ctx, config: config, set: set, data: data, networking: networking, aws: aws}
	return component.Steps(
		b.makeCluster, b.makeAddons, b.makeLogs, b.makeNodes, b.makeCertificate, b.makeIngress, b.makeProxySQL, b.makeShop, b.makeRights,
		b.makeArgoCD, b.publish,
	)
}

// builder makes the parts of the layer, one after the other.
type builder struct {
	ctx        *pulumi.Context
	config     settings.Config
	set        settings.Compute
	data       settings.Data // of the same file: the two layers agree without reading each other
	networking layer.Networking
	aws        *aws.Provider

	cluster     *cluster.Cluster
	addons      *addons.Addons
	certificate *certificate.Certificate
	ingress     ingress

	// needs are what the shop's pods need beside the addons: nodes, service accounts, the way in, the way to the database.
	needs []pulumi.Resource
}

// environment returns the environment that the stack is of.
func (b *builder) environment() naming.Environment { return naming.Environment(b.ctx.Stack()) }

// inCluster returns the providers of what is in the account and in the cluster.
func (b *builder) inCluster() pulumi.ResourceOption {
	return pulumi.Providers(b.aws, b.cluster.Kubernetes)
}

// makeCluster makes the cluster. Components of a plugin need a provider of the plugin's own package, too, where default
// providers are off.
func (b *builder) makeCluster() error {
	plugin, err := eks.NewProvider(b.ctx, "eks", &eks.ProviderArgs{})
	if err != nil {
		return fmt.Errorf("making the provider of the eks package: %w", err)
	}
	b.cluster, err = cluster.New(b.ctx, "cluster", b.clusterArgs(), pulumi.Providers(b.aws, plugin))
	return err
}

// makeCertificate makes the load balancer's certificate.
func (b *builder) makeCertificate() (err error) {
	b.certificate, err = certificate.New(b.ctx, "certificate", certificate.Args{
		Domains: b.networking.Domains(),
		Proves:  b.set.ProvesDomain,
	}, pulumi.Provider(b.aws))
	return err
}

// makeRights makes what people may do in the shop's namespace.
func (b *builder) makeRights() error {
	_, err := cluster.NewRights(b.ctx, "rights", cluster.RightsArgs{Namespace: b.ingress.namespace}, pulumi.Providers(b.cluster.Kubernetes))
	return err
}

func (b *builder) clusterArgs() cluster.Args {
	set := b.set
	args := cluster.Args{
		Account:              set.Account(),
		Environment:          b.environment(),
		Tags:                 set.DefaultTags,
		KubernetesVersion:    string(set.KubernetesVersion),
		LogRetentionDays:     logretention.MinDays,
		VPCID:                b.networking.VPCID,
		SubnetIDs:            b.networking.PrivateSubnetIDs,
		Zones:                b.networking.Zones,
		NodesSecurityGroupID: b.networking.NodesSecurityGroupID,
		Protect:              set.ProtectCluster,
		Access: cluster.Access{
			Administrators: roleARNs(set.AdministratorRoles), Deployers: roleARNs(set.DeployerRoles), Readers: roleARNs(set.ReaderRoles),
		},
		SystemNodes: cluster.SystemNodes{InstanceTypes: set.SystemInstanceTypes, Count: set.SystemNodes},
	}
	for _, block := range set.PublicEndpointCIDRs {
		args.PublicEndpointCIDRs = append(args.PublicEndpointCIDRs, block.String())
	}
	return args
}

// roleARNs returns roles as the texts that EKS takes.
func roleARNs(roles []settings.RoleARN) []string {
	var plain []string
	for _, role := range roles {
		plain = append(plain, string(role))
	}
	return plain
}
