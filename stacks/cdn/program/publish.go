package program

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

func (b *builder) publish() error {
	outputs := layer.CDNOutputs{
		DistributionID:         b.distribution.ID,
		DistributionARN:        b.distribution.ARN,
		DistributionDomainName: b.distribution.DomainName,
		HostNames:              pulumi.ToStringArray(b.hostNames()),
		WebACLARN:              b.firewall.ARN,
	}
	if b.set.ContinuousDeployment != settings.ContinuousDeploymentOff {
		outputs.CandidateID = b.distribution.CandidateID
	}
	if b.check != nil {
		outputs.HealthCheckID = b.check.ID
	}
	if err := layer.Export(b.ctx, outputs); err != nil {
		return fmt.Errorf("publishing the CDN layer: %w", err)
	}
	return nil
}
