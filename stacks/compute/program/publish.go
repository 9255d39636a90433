package program

import (
	"fmt"

	"github.com/magestack/magestack/pkg/layer"
)

// publish exports what the other layers read.
func (b *builder) publish() error {
	if err := layer.Export(b.ctx, layer.ComputeOutputs{
		ClusterName:            b.cluster.Name,
		ClusterEndpoint:        b.cluster.Endpoint,
		ClusterSecurityGroupID: b.cluster.SecurityGroupID,
		OIDCProviderARN:        b.cluster.OIDCProviderARN,
		OIDCIssuer:             b.cluster.OIDCIssuer,
		LoadBalancerARN:        b.ingress.balancer.ARN,
		LoadBalancerDNSName:    b.ingress.balancer.DNSName,
		LoadBalancerName:       b.ingress.balancer.Name,
		WebTargetGroupARN:      b.ingress.balancer.WebTargetGroupARN,
		AdminTargetGroupARN:    b.ingress.balancer.AdminTargetGroupARN,
		RepositoryURL:          b.ingress.images.URL,
		RepositoryARN:          b.ingress.images.ARN,
	}); err != nil {
		return fmt.Errorf("publishing the compute layer: %w", err)
	}
	return nil
}
