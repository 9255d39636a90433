// Package program is the CDN layer: the distribution that the shop is reached through, the web ACL in front of
// it, its certificate and its names. All of it lives in us-east-1, whichever region the shop runs in.
package program

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/certificate"
	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/cdn/dns"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// region is where CloudFront wants its certificates and web ACLs (CloudFront Developer Guide, "Requirements for
// using SSL/TLS certificates"; WAF Developer Guide, "Resources that you can protect").
const region = "us-east-1"

// Run registers the resources of the layer.
func Run(ctx *pulumi.Context, config settings.Config) error {
	set, err := settings.LoadCDN(config)
	if err != nil {
		return err
	}
	if slices.Contains(settings.LeftOut(config), naming.ProjectCDN) {
		return errors.New("magento-data:globalRole: \"secondary\": a standby has no CDN: its distribution would want its primary's " +
			"host names, and take over its DNS records")
	}
	up, err := readLayers(ctx)
	if err != nil {
		return err
	}
	if err := set.WithinDomains(up.networking.Domains()); err != nil {
		return err
	}
	aws, err := provider.NewAWS(ctx, "aws-"+region, "cdn", set.Account().InRegion(region), provider.Tagged(set.DefaultTags))
	if err != nil {
		return err
	}
	acl, err := newFirewall(ctx, set, aws)
	if err != nil {
		return err
	}
	// The load balancer's certificate is for the same domains, and has proved them already.
	issued, err := certificate.New(ctx, "certificate", certificate.Args{Domains: up.networking.Domains()}, pulumi.Provider(aws))
	if err != nil {
		return err
	}
	distribution, err := newDistribution(ctx, set, up, issued.ARN, acl.ARN, aws)
	if err != nil {
		return err
	}
	if _, err := dns.NewAliases(ctx, "names", dns.AliasesArgs{
		Domains:      up.networking.Domains(),
		HostNames:    hostNames(set),
		TargetName:   distribution.DomainName,
		TargetZoneID: distribution.HostedZoneID,
	}, pulumi.Provider(aws)); err != nil {
		return err
	}
	outputs := layer.CDNOutputs{
		DistributionID:         distribution.ID,
		DistributionARN:        distribution.ARN,
		DistributionDomainName: distribution.DomainName,
		HostNames:              pulumi.ToStringArray(hostNames(set)),
		WebACLARN:              acl.ARN,
	}
	if set.ContinuousDeployment != settings.ContinuousDeploymentOff {
		outputs.CandidateID = distribution.CandidateID
	}
	if err := monitor(ctx, set, aws, &outputs); err != nil {
		return err
	}
	if err := layer.Export(ctx, outputs); err != nil {
		return fmt.Errorf("publishing the CDN layer: %w", err)
	}
	return nil
}

// layers is what the CDN needs of the layers below it.
type layers struct {
	networking layer.Networking
	data       layer.Data
	compute    layer.Compute
}

func readLayers(ctx *pulumi.Context) (up layers, err error) {
	if up.networking, err = layer.Read[layer.Networking](ctx); err != nil {
		return up, err
	}
	if up.data, err = layer.Read[layer.Data](ctx); err != nil {
		return up, err
	}
	up.compute, err = layer.Read[layer.Compute](ctx)
	return up, err
}

func hostNames(set settings.CDN) []string {
	names := make([]string, len(set.HostNames))
	for i, name := range set.HostNames {
		names[i] = string(name)
	}
	return names
}
