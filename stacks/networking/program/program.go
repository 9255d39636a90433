// Package program is the networking layer: the VPC with everything that decides who reaches whom, and the
// hosted zones of the shop's names.
package program

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/networking/network"
	"github.com/magestack/magestack/pkg/settings"
)

// Run registers the resources of the layer.
func Run(ctx *pulumi.Context, config settings.Config) error {
	set, err := settings.LoadNetworking(config)
	if err != nil {
		return err
	}
	data, err := settings.LoadData(config)
	if err != nil {
		return err
	}
	aws, err := provider.NewAWS(ctx, "aws", "networking", set.Account(), provider.Tagged(set.DefaultTags))
	if err != nil {
		return err
	}
	b := &builder{ctx: ctx, set: set, mail: data.SendsMail(), provider: pulumi.Provider(aws)}
	return component.Steps(b.makeNetwork, b.makeZones, b.publish)
}

// builder makes the parts of the layer, one after the other.
type builder struct {
	ctx      *pulumi.Context
	set      settings.Networking
	mail     bool // whether SES sends mails
	provider pulumi.ResourceOption

	network *network.Network
	zones   zones
}

func (b *builder) makeNetwork() error {
	plan, err := b.set.Plan()
	if err != nil {
		return err
	}
	b.network, err = network.New(b.ctx, "network", network.Args{
		Account:              b.set.Account(),
		Environment:          naming.Environment(b.ctx.Stack()),
		Plan:                 plan,
		NAT:                  b.set.NAT,
		Endpoints:            b.set.InterfaceEndpoints,
		Mail:                 b.mail,
		ForeignBuckets:       b.foreignBuckets(),
		PublicAccess:         b.set.PublicAccess,
		FlowLogRetentionDays: int(b.set.FlowLogRetentionDays),
		Protect:              b.set.ProtectNetwork,
	}, b.provider)
	return err
}

// foreignBuckets returns the accounts of the buckets by their names.
func (b *builder) foreignBuckets() map[string]string {
	owners := map[string]string{}
	for _, bucket := range b.set.ForeignBuckets {
		owners[string(bucket.Name)] = string(bucket.Owner)
	}
	return owners
}
