// Package dns makes what the shop's names need: public hosted zones, certificates, alias records, and the check that the
// shop answers.
package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ZoneType is the type token of a Zone.
const ZoneType = "magento:dns:Zone"

// caaTTLSeconds is an hour: authorities ask when they issue, and somebody who changes the record waits for no longer.
const caaTTLSeconds = 3600

// ZoneArgs configures a Zone.
type ZoneArgs struct {
	DomainName string
	ZoneID     string   // of the public hosted zone, where it is known
	LookUp     bool     // finds the public hosted zone by DomainName; without it and ZoneID the zone is made
	CAA        []string // values of the domain's CAA record; none to leave it to the zone's owner
	Protect    bool     // refuse to delete a zone that is made: a new one has other name servers than the parent domain knows

	// Provider is what the zone is looked up with: an invoke does not have the provider of a component.
	Provider *aws.Provider
}

func (a ZoneArgs) validate() error {
	var problems []error
	if a.DomainName == "" {
		problems = append(problems, errors.New("domainName: required"))
	}
	if a.LookUp && a.ZoneID != "" {
		problems = append(problems, fmt.Errorf("zoneId: %q: must be empty where the zone is looked up", a.ZoneID))
	}
	if a.LookUp && a.Provider == nil {
		problems = append(problems, errors.New("provider: required to look the zone up"))
	}
	return errors.Join(problems...)
}

// Zone is the public hosted zone that a domain of the shop is in.
type Zone struct {
	pulumi.ResourceState
	ID          pulumi.StringOutput
	NameServers pulumi.StringArrayOutput // to be entered in the parent domain; empty for a zone that was there already
}

// NewZone registers a Zone.
func NewZone(ctx *pulumi.Context, name string, args ZoneArgs, opts ...pulumi.ResourceOption) (*Zone, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("zone %q: %w", name, err)
	}
	z := &Zone{}
	inputs := pulumi.Map{"domainName": pulumi.String(args.DomainName), "caa": pulumi.ToStringArray(args.CAA)}
	if err := ctx.RegisterComponentResourceV2(ZoneType, name, inputs, z, opts...); err != nil {
		return nil, fmt.Errorf("zone %q: %w", name, err)
	}
	if err := z.find(ctx, name, args); err != nil {
		return nil, fmt.Errorf("zone %q: %w", name, err)
	}
	if len(args.CAA) > 0 {
		if _, err := route53.NewRecord(ctx, name+"-caa", &route53.RecordArgs{
			ZoneId:  z.ID,
			Name:    pulumi.String(args.DomainName),
			Type:    pulumi.String("CAA"),
			Records: pulumi.ToStringArray(args.CAA),
			Ttl:     pulumi.Int(caaTTLSeconds),
			// A record that was there before is somebody's: taking it over in silence could stop their certificates.
			AllowOverwrite: pulumi.Bool(false),
		}, pulumi.Parent(z)); err != nil {
			return nil, fmt.Errorf("zone %q: CAA record: %w", name, err)
		}
	}
	return z, ctx.RegisterResourceOutputs(z, pulumi.Map{"zoneId": z.ID, "nameServers": z.NameServers})
}

// find sets the zone's id and name servers: as given, looked up, or of a zone that it makes.
func (z *Zone) find(ctx *pulumi.Context, name string, args ZoneArgs) error {
	z.NameServers = pulumi.StringArray{}.ToStringArrayOutput()
	switch {
	case args.ZoneID != "":
		z.ID = pulumi.String(args.ZoneID).ToStringOutput()
	case args.LookUp:
		found, err := route53.LookupZone(ctx, &route53.LookupZoneArgs{
			Name: pulumi.StringRef(args.DomainName), PrivateZone: pulumi.BoolRef(false),
		}, pulumi.Provider(args.Provider))
		if err != nil {
			return fmt.Errorf("looking up the public hosted zone of %s, which must be there once: %w", args.DomainName, err)
		}
		z.ID = pulumi.String(found.ZoneId).ToStringOutput()
	default:
		made, err := route53.NewZone(ctx, name+"-hosted-zone", &route53.ZoneArgs{
			Name:    pulumi.String(args.DomainName),
			Comment: pulumi.String("Public names of the shop"),
			// Records that somebody added by hand are not ours to delete.
			ForceDestroy: pulumi.Bool(false),
		}, pulumi.Parent(z), pulumi.Protect(args.Protect))
		if err != nil {
			return err
		}
		z.ID, z.NameServers = made.ZoneId, made.NameServers
	}
	return nil
}
