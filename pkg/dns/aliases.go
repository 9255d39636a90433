package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AliasesType is the type token of Aliases.
const AliasesType = "magento:dns:Aliases"

// AliasesArgs configures Aliases.
type AliasesArgs struct {
	Names        []Name
	TargetName   pulumi.StringInput // the name that AWS answers at, such as a distribution's
	TargetZoneID pulumi.StringInput // the zone that AWS keeps that name in
}

// Name is a host name and the hosted zone that it lies in.
type Name struct{ Host, ZoneID string }

// Aliases lets names of the shop stand for something of AWS, for IPv4 and IPv6.
type Aliases struct{ pulumi.ResourceState }

// NewAliases registers Aliases.
func NewAliases(ctx *pulumi.Context, name string, args AliasesArgs, opts ...pulumi.ResourceOption) (*Aliases, error) {
	if len(args.Names) == 0 || args.TargetName == nil || args.TargetZoneID == nil {
		return nil, fmt.Errorf("aliases %q: %w", name, errors.New("names, targetName and targetZoneId: required"))
	}
	var hosts []string
	for _, n := range args.Names {
		if n.Host == "" || n.ZoneID == "" {
			return nil, fmt.Errorf("aliases %q: name %+v: host and zoneId are required", name, n)
		}
		hosts = append(hosts, n.Host)
	}
	a := &Aliases{}
	if err := ctx.RegisterComponentResourceV2(AliasesType, name, pulumi.Map{"hostNames": pulumi.ToStringArray(hosts)}, a, opts...); err != nil {
		return nil, fmt.Errorf("aliases %q: %w", name, err)
	}
	for _, n := range args.Names {
		for _, kind := range []string{"A", "AAAA"} {
			if _, err := route53.NewRecord(ctx, fmt.Sprintf("%s-%s-%s", name, n.Host, kind), &route53.RecordArgs{
				ZoneId: pulumi.String(n.ZoneID),
				Name:   pulumi.String(n.Host),
				Type:   pulumi.String(kind),
				Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
					Name: args.TargetName, ZoneId: args.TargetZoneID, EvaluateTargetHealth: pulumi.Bool(false),
				}},
			}, pulumi.Parent(a)); err != nil {
				return nil, fmt.Errorf("%s record of %s: %w", kind, n.Host, err)
			}
		}
	}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{})
}
