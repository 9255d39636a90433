// Package program is the compute layer: the cluster that runs the shop, and the way in to it.
package program

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-eks/sdk/v3/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/certificate"
	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/aws/provider"
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
	networking, err := layer.Read[layer.Networking](ctx)
	if err != nil {
		return err
	}
	aws, err := provider.NewAWS(ctx, "aws", "compute", set.Account(), provider.Tagged(set.DefaultTags))
	if err != nil {
		return err
	}
	// Components of a plugin need a provider of the plugin's own package, too, where default providers are off.
	plugin, err := eks.NewProvider(ctx, "eks", &eks.ProviderArgs{})
	if err != nil {
		return fmt.Errorf("making the provider of the eks package: %w", err)
	}
	kubernetes, err := cluster.New(ctx, "cluster", clusterArgs(ctx, set, networking), pulumi.Providers(aws, plugin))
	if err != nil {
		return err
	}
	installed, err := newAddons(ctx, config, set, networking, kubernetes, aws)
	if err != nil {
		return err
	}
	if err := nodes(ctx, set, networking, kubernetes, installed.Ready, aws); err != nil {
		return err
	}
	issued, err := certificate.New(ctx, "certificate", certificate.Args{
		Domains: networking.Domains(),
		Proves:  set.ProvesDomain,
	}, pulumi.Provider(aws))
	if err != nil {
		return err
	}
	in, err := newIngress(ctx, ingressArgs{
		config: config, set: set, networking: networking, certificate: issued, cluster: kubernetes, aws: aws,
		controllers: installed.Finishing(),
	})
	if err != nil {
		return err
	}
	if err := newProxySQL(ctx, config, networking, kubernetes, in.images, slices.Concat(installed.Finishing(), []pulumi.Resource{installed.Reloader}, installed.Ready)); err != nil {
		return err
	}
	if err := newShop(ctx, set, networking, kubernetes, in.namespace, installed.Ready, aws); err != nil {
		return err
	}
	if _, err := cluster.NewRights(ctx, "rights", cluster.RightsArgs{Namespace: in.namespace}, pulumi.Providers(kubernetes.Kubernetes)); err != nil {
		return err
	}
	if err := layer.Export(ctx, layer.ComputeOutputs{
		ClusterName:            kubernetes.Name,
		ClusterEndpoint:        kubernetes.Endpoint,
		ClusterSecurityGroupID: kubernetes.SecurityGroupID,
		OIDCProviderARN:        kubernetes.OIDCProviderARN,
		OIDCIssuer:             kubernetes.OIDCIssuer,
		LoadBalancerARN:        in.balancer.ARN,
		LoadBalancerDNSName:    in.balancer.DNSName,
		LoadBalancerName:       in.balancer.Name,
		WebTargetGroupARN:      in.balancer.WebTargetGroupARN,
		AdminTargetGroupARN:    in.balancer.AdminTargetGroupARN,
		RepositoryURL:          in.images.URL,
		RepositoryARN:          in.images.ARN,
	}); err != nil {
		return fmt.Errorf("publishing the compute layer: %w", err)
	}
	return nil
}

func clusterArgs(ctx *pulumi.Context, set settings.Compute, networking layer.Networking) cluster.Args {
	args := cluster.Args{
		Account:              set.Account(),
		Environment:          naming.Environment(ctx.Stack()),
		Tags:                 set.DefaultTags,
		KubernetesVersion:    string(set.KubernetesVersion),
		LogRetentionDays:     logretention.MinDays,
		VPCID:                networking.VPCID,
		SubnetIDs:            networking.PrivateSubnetIDs,
		Zones:                networking.Zones,
		NodesSecurityGroupID: networking.NodesSecurityGroupID,
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
