// Package dns makes what the shop's names need: the public hosted zone, certificates and alias records.
package dns

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ZoneType is the type token of a Zone.
const ZoneType = "magento:dns:Zone"

// ZoneArgs configures a Zone.
type ZoneArgs struct {
	DomainName string
	ZoneID     string // of the public hosted zone, where there is one already; empty to make it
}

// Zone is the public hosted zone that the shop's names lie in.
type Zone struct {
	pulumi.ResourceState
	ID          pulumi.StringOutput
	NameServers pulumi.StringArrayOutput // to be entered in the parent domain; empty for a zone that was there already
}

// NewZone registers a Zone.
func NewZone(ctx *pulumi.Context, name string, args ZoneArgs, opts ...pulumi.ResourceOption) (*Zone, error) {
	z := &Zone{}
	if err := ctx.RegisterComponentResourceV2(ZoneType, name, pulumi.Map{"domainName": pulumi.String(args.DomainName)}, z, opts...); err != nil {
		return nil, fmt.Errorf("zone %q: %w", name, err)
	}
	z.ID = pulumi.String(args.ZoneID).ToStringOutput()
	z.NameServers = pulumi.StringArray{}.ToStringArrayOutput()
	if args.ZoneID == "" {
		zone, err := route53.NewZone(ctx, name+"-hosted-zone", &route53.ZoneArgs{
			Name:    pulumi.String(args.DomainName),
			Comment: pulumi.String("Public names of the shop"),
			// Records that somebody added by hand are not ours to delete.
			ForceDestroy: pulumi.Bool(false),
		}, pulumi.Parent(z))
		if err != nil {
			return nil, fmt.Errorf("zone %q: %w", name, err)
		}
		z.ID, z.NameServers = zone.ZoneId, zone.NameServers
	}
	return z, ctx.RegisterResourceOutputs(z, pulumi.Map{"zoneId": z.ID, "nameServers": z.NameServers})
}
