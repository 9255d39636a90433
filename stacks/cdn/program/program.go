// Package program is the CDN layer: the distribution that the shop is reached through, the web ACL in front of
// it, its certificate and its names. All of it lives in us-east-1, whichever region the shop runs in.
package program

import (
	"errors"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/certificate"
	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/cdn/dns"
	"github.com/magestack/magestack/pkg/cdn/edge"
	"github.com/magestack/magestack/pkg/cdn/waf"
	"github.com/magestack/magestack/pkg/component"
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
	read, err := readLayers(ctx)
	if err != nil {
		return err
	}
	if err := set.WithinDomains(read.networking.Domains()); err != nil {
		return err
	}
	aws, err := provider.NewAWS(ctx, "aws-"+region, "cdn", set.Account().InRegion(region), provider.Tagged(set.DefaultTags))
	if err != nil {
		return err
	}
	b := &builder{ctx: ctx, set: set, layers: read, provider: pulumi.Provider(aws)}
	return component.Steps(b.makeFirewall, b.makeCertificate, b.makeDistribution, b.makeAliases, b.makeHealthCheck, b.publish)
}

// builder makes the parts of the layer, one after the other.
type builder struct {
	layers
	ctx      *pulumi.Context
	set      settings.CDN
	provider pulumi.ResourceOption

	firewall     *waf.WebACL
	certificate  *certificate.Certificate
	distribution *edge.Distribution
	check        *dns.HealthCheck // nil where the settings want none
}

// layers are the outputs that the CDN needs of the layers below it.
type layers struct {
	networking layer.Networking
	data       layer.Data
	compute    layer.Compute
}

func readLayers(ctx *pulumi.Context) (read layers, err error) {
	if read.networking, err = layer.Read[layer.Networking](ctx); err != nil {
		return read, err
	}
	if read.data, err = layer.Read[layer.Data](ctx); err != nil {
		return read, err
	}
	read.compute, err = layer.Read[layer.Compute](ctx)
	return read, err
}

// hostNames returns the names that visitors reach the shop by.
func (b *builder) hostNames() []string {
	names := make([]string, len(b.set.HostNames))
	for i, name := range b.set.HostNames {
		names[i] = string(name)
	}
	return names
}
