// Package dns makes what the shop's names need: the public hosted zone, certificates and alias records.
package dns

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ZoneType is the type token of a Zone.
const ZoneType = "magento:dns:Zone"

// LookUp stands for the id of a zone that is to be found by its name.
const LookUp = "lookup"

// ZoneArgs configures a Zone.
type ZoneArgs struct {
	DomainName string
	ZoneID     string // of the public hosted zone, where there is one already, or LookUp; empty to make it

	// Issuers are the certificate authorities that may issue certificates for the domain and everything below it, beside
	// Amazon. Nil for no such record, where the zone has one already.
	Issuers *Issuers
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
	if err := z.find(ctx, name, args); err != nil {
		return nil, fmt.Errorf("zone %q: %w", name, err)
	}
	if args.Issuers != nil {
		if err := z.authorize(ctx, name, args); err != nil {
			return nil, fmt.Errorf("zone %q: %w", name, err)
		}
	}
	return z, ctx.RegisterResourceOutputs(z, pulumi.Map{"zoneId": z.ID, "nameServers": z.NameServers})
}

// find makes the zone, or takes the one that is there.
func (z *Zone) find(ctx *pulumi.Context, name string, args ZoneArgs) error {
	z.NameServers = pulumi.StringArray{}.ToStringArrayOutput()
	switch args.ZoneID {
	case "":
		zone, err := route53.NewZone(ctx, name+"-hosted-zone", &route53.ZoneArgs{
			Name:    pulumi.String(args.DomainName),
			Comment: pulumi.String("Public names of the shop"),
			// Records that somebody added by hand are not ours to delete.
			ForceDestroy: pulumi.Bool(false),
		}, pulumi.Parent(z))
		if err != nil {
			return err
		}
		z.ID, z.NameServers = zone.ZoneId, zone.NameServers
	case LookUp:
		private := false
		found, err := route53.LookupZone(ctx, &route53.LookupZoneArgs{Name: &args.DomainName, PrivateZone: &private}, pulumi.Parent(z))
		if err != nil {
			return fmt.Errorf("looking up the public hosted zone of %s: %w", args.DomainName, err)
		}
		z.ID = pulumi.String(found.ZoneId).ToStringOutput()
	default:
		z.ID = pulumi.String(args.ZoneID).ToStringOutput()
	}
	return nil
}
