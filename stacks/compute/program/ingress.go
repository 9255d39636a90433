package program

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/compute/loadbalancer"
	"github.com/magestack/magestack/pkg/compute/registry"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/pkg/versions"
)

// ingress is the way in to the shop, and where its image is.
type ingress struct {
	balancer  *loadbalancer.LoadBalancer
	namespace pulumi.Resource // the shop's
	images    *registry.Repository
}

// makeIngress makes the load balancer, the namespace of the shop with the bindings of its services, and the repository of
// its image.
func (b *builder) makeIngress() (err error) {
	if b.ingress.balancer, err = loadbalancer.New(b.ctx, "ingress", loadbalancer.Args{
		Account:         b.set.Account(),
		VPCID:           b.networking.VPCID,
		SubnetIDs:       b.networking.PrivateSubnetIDs,
		SecurityGroupID: b.networking.LoadBalancerSecurityGroupID,
		CertificateARN:  b.certificate.ARN,
		AdminPath:       settings.AdminPath(b.config),
		Protect:         b.set.ProtectCluster,
	}, pulumi.Provider(b.aws)); err != nil {
		return err
	}
	if err := b.makeNamespace(); err != nil {
		return err
	}
	b.ingress.images, err = registry.NewRepository(b.ctx, "images", registry.RepositoryArgs{
		Account: b.set.Account(), Environment: b.environment(), Protect: b.set.ProtectCluster, Copied: versions.Copied(),
	}, pulumi.Provider(b.aws))
	return err
}

// makeNamespace makes the shop's namespace, and binds its services to the load balancer. The controllers act on what is in
// it, and outlive it.
func (b *builder) makeNamespace() error {
	controllers := b.addons.Finishing()
	shop, err := object.NewNamespace(b.ctx, "shop", object.NamespaceArgs{
		Name: naming.NamespaceMagento, Labels: loadbalancer.NamespaceLabels(), After: controllers,
	}, pulumi.Providers(b.cluster.Kubernetes))
	if err != nil {
		return err
	}
	b.ingress.namespace = shop.Made
	b.needs = append(b.needs, shop.Made)
	for _, bound := range []struct {
		service string
		group   pulumi.StringInput
	}{{naming.ServiceWeb, b.ingress.balancer.WebTargetGroupARN}, {naming.ServiceAdmin, b.ingress.balancer.AdminTargetGroupARN}} {
		binding, err := loadbalancer.NewBinding(b.ctx, bound.service, loadbalancer.BindingArgs{
			Namespace: naming.NamespaceMagento, Service: bound.service, Port: topology.MagentoPort, TargetGroupARN: bound.group,
			Controller: append([]pulumi.Resource{shop.Made}, controllers...),
		}, pulumi.Providers(b.cluster.Kubernetes))
		if err != nil {
			return err
		}
		b.needs = append(b.needs, binding)
	}
	return nil
}
