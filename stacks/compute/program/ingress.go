package program

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/certificate"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/compute/loadbalancer"
	"github.com/magestack/magestack/pkg/compute/registry"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/pkg/versions"
)

type ingressArgs struct {
	config      settings.Config
	set         settings.Compute
	networking  layer.Networking
	certificate *certificate.Certificate
	cluster     *cluster.Cluster
	aws         *aws.Provider
	controllers []pulumi.Resource // that act on what is in the shop's namespace, and outlive it
}

// ingress is the way in to the shop, and where its image is.
type ingress struct {
	balancer  *loadbalancer.LoadBalancer
	namespace pulumi.Resource // the shop's
	images    *registry.Repository
}

// newIngress registers the load balancer, the namespace of the shop with the bindings of its services, and the
// repository of its image.
func newIngress(ctx *pulumi.Context, args ingressArgs) (*ingress, error) {
	balancer, err := loadbalancer.New(ctx, "ingress", loadbalancer.Args{
		Account:         args.set.Account(),
		VPCID:           args.networking.VPCID,
		SubnetIDs:       args.networking.PrivateSubnetIDs,
		SecurityGroupID: args.networking.LoadBalancerSecurityGroupID,
		CertificateARN:  args.certificate.ARN,
		AdminPath:       settings.AdminPath(args.config),
		Protect:         args.set.ProtectCluster,
	}, pulumi.Provider(args.aws))
	if err != nil {
		return nil, err
	}
	shop, err := object.NewNamespace(ctx, "shop", object.NamespaceArgs{
		Name: naming.NamespaceMagento, Labels: loadbalancer.NamespaceLabels(), After: args.controllers,
	}, pulumi.Providers(args.cluster.Kubernetes))
	if err != nil {
		return nil, err
	}
	for _, b := range []struct {
		service string
		group   pulumi.StringInput
	}{{naming.ServiceWeb, balancer.WebTargetGroupARN}, {naming.ServiceAdmin, balancer.AdminTargetGroupARN}} {
		if _, err := loadbalancer.NewBinding(ctx, b.service, loadbalancer.BindingArgs{
			Namespace: naming.NamespaceMagento, Service: b.service, Port: topology.MagentoPort, TargetGroupARN: b.group,
			Controller: append([]pulumi.Resource{shop.Made}, args.controllers...),
		}, pulumi.Providers(args.cluster.Kubernetes)); err != nil {
			return nil, err
		}
	}
	images, err := registry.NewRepository(ctx, "images", registry.RepositoryArgs{
		Account: args.set.Account(), Environment: naming.Environment(ctx.Stack()), Protect: args.set.ProtectCluster, Copied: versions.Copied(),
	}, pulumi.Provider(args.aws))
	if err != nil {
		return nil, fmt.Errorf("making the repositories of images: %w", err)
	}
	return &ingress{balancer, shop.Made, images}, nil
}
