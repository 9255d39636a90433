// Package dns makes the public hosted zones that the shop's domains are in.
package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
)

// ZoneType is the type token of a Zone.
const ZoneType = "magento:dns:Zone"

// caaTTLSeconds is an hour: authorities ask when they issue, and a change of the record waits for no longer.
const caaTTLSeconds = 3600

// ZoneArgs configures a Zone.
type ZoneArgs struct {
	DomainName string
	ZoneID     string   // of the public hosted zone, where it is known
	LookUp     bool     // finds the public hosted zone by DomainName; without it and ZoneID the zone is made
	CAA        []string // values of the domain's CAA record; none to leave it to the zone's owner
	Protect    bool     // refuse to delete a zone that is made: a new one has other name servers than the parent domain knows
}

// Zone is the public hosted zone that a domain of the shop is in.
type Zone struct {
	pulumi.ResourceState
	ID          pulumi.StringOutput
	NameServers pulumi.StringArrayOutput // to be entered in the parent domain; empty for a zone that was there already
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Zone
	args ZoneArgs
}

// NewZone registers a Zone.
func NewZone(ctx *pulumi.Context, name string, args ZoneArgs, opts ...pulumi.ResourceOption) (*Zone, error) {
	z := &Zone{}
	return z, component.New(ctx, ZoneType, name, args, z, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Zone: z, args: args}
		err := component.Steps(b.find, b.authorize)
		return pulumi.Map{"zoneId": z.ID, "nameServers": z.NameServers}, err
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a ZoneArgs) Inputs() pulumi.Map {
	return pulumi.Map{"domainName": pulumi.String(a.DomainName), "caa": pulumi.ToStringArray(a.CAA)}
}

// Validate refuses a zone without a domain, and one that is both given and looked up.
func (a ZoneArgs) Validate() error {
	var problems []error
	if a.DomainName == "" {
		problems = append(problems, errors.New("domainName: required"))
	}
	if a.LookUp && a.ZoneID != "" {
		problems = append(problems, fmt.Errorf("zoneId: %q: must be empty where the zone is looked up", a.ZoneID))
	}
	return errors.Join(problems...)
}

// find sets the zone's id and name servers: as given, looked up, or of a zone that it makes.
func (b *builder) find() error {
	b.NameServers = pulumi.StringArray{}.ToStringArrayOutput()
	switch {
	case b.args.ZoneID != "":
		b.ID = pulumi.String(b.args.ZoneID).ToStringOutput()
	case b.args.LookUp:
		found, err := route53.LookupZone(b.Ctx, &route53.LookupZoneArgs{
			Name: pulumi.StringRef(b.args.DomainName), PrivateZone: pulumi.BoolRef(false),
		}, b.Parent)
		if err != nil {
			return fmt.Errorf("looking up the public hosted zone of %s, which must be there once: %w", b.args.DomainName, err)
		}
		b.ID = pulumi.String(found.ZoneId).ToStringOutput()
	default:
		made, err := route53.NewZone(b.Ctx, b.Child("hosted-zone"), &route53.ZoneArgs{
			Name:    pulumi.String(b.args.DomainName),
			Comment: pulumi.String("Public names of the shop"),
			// Records that were added by hand are not this program's to delete.
			ForceDestroy: pulumi.Bool(false),
		}, b.Parent, pulumi.Protect(b.args.Protect))
		if err != nil {
			return fmt.Errorf("hosted zone: %w", err)
		}
		b.ID, b.NameServers = made.ZoneId, made.NameServers
	}
	return nil
}

// authorize registers the CAA record, which names the authorities that may issue certificates for the domain.
func (b *builder) authorize() error {
	if len(b.args.CAA) == 0 {
		return nil
	}
	if _, err := route53.NewRecord(b.Ctx, b.Child("caa"), &route53.RecordArgs{
		ZoneId:  b.ID,
		Name:    pulumi.String(b.args.DomainName),
		Type:    pulumi.String("CAA"),
		Records: pulumi.ToStringArray(b.args.CAA),
		Ttl:     pulumi.Int(caaTTLSeconds),
		// A record that was there before has an owner: taking it over in silence could stop their certificates.
		AllowOverwrite: pulumi.Bool(false),
	}, b.Parent); err != nil {
		return fmt.Errorf("CAA record: %w", err)
	}
	return nil
}
