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
	ZoneID       string
	HostNames    []string
	TargetName   pulumi.StringInput // the name that AWS answers at, such as a distribution's
	TargetZoneID pulumi.StringInput // the zone that AWS keeps that name in
}

// Aliases lets names of the shop stand for something of AWS, for IPv4 and IPv6.
type Aliases struct{ pulumi.ResourceState }

// NewAliases registers Aliases.
func NewAliases(ctx *pulumi.Context, name string, args AliasesArgs, opts ...pulumi.ResourceOption) (*Aliases, error) {
	if args.ZoneID == "" || len(args.HostNames) == 0 || args.TargetName == nil || args.TargetZoneID == nil {
		return nil, fmt.Errorf("aliases %q: %w", name, errors.New("zoneId, hostNames, targetName and targetZoneId: required"))
	}
	a := &Aliases{}
	if err := ctx.RegisterComponentResourceV2(AliasesType, name, pulumi.Map{"hostNames": pulumi.ToStringArray(args.HostNames)}, a, opts...); err != nil {
		return nil, fmt.Errorf("aliases %q: %w", name, err)
	}
	for _, host := range args.HostNames {
		for _, kind := range []string{"A", "AAAA"} {
			if _, err := route53.NewRecord(ctx, fmt.Sprintf("%s-%s-%s", name, host, kind), &route53.RecordArgs{
				ZoneId: pulumi.String(args.ZoneID),
				Name:   pulumi.String(host),
				Type:   pulumi.String(kind),
				Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
					Name: args.TargetName, ZoneId: args.TargetZoneID, EvaluateTargetHealth: pulumi.Bool(false),
				}},
			}, pulumi.Parent(a)); err != nil {
				return nil, fmt.Errorf("%s record of %s: %w", kind, host, err)
			}
		}
	}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{})
}
