// Package dns makes the shop's names stand for its distribution, and checks from outside that the shop answers.
package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/zones"
)

// AliasesType is the type token of Aliases.
const AliasesType = "magento:dns:Aliases"

// AliasesArgs configures Aliases.
type AliasesArgs struct {
	Domains      zones.Domains // that the host names lie in
	HostNames    []string
	TargetName   pulumi.StringInput // the name that AWS answers at, such as a distribution's
	TargetZoneID pulumi.StringInput // the zone that AWS keeps that name in
}

func (a AliasesArgs) validate() error {
	var problems []error
	if len(a.HostNames) == 0 || a.TargetName == nil || a.TargetZoneID == nil {
		problems = append(problems, errors.New("hostNames, targetName and targetZoneId: required"))
	}
	for _, host := range a.HostNames {
		if domain, _ := a.Domains.Of(host); domain.ZoneID == "" {
			problems = append(problems, fmt.Errorf("hostNames: %q: must be one of %q with a zone, or one label below it", host, a.Domains.Names()))
		}
	}
	return errors.Join(problems...)
}

// Aliases lets names of the shop stand for something of AWS, for IPv4 and IPv6.
type Aliases struct{ pulumi.ResourceState }

// NewAliases registers Aliases.
func NewAliases(ctx *pulumi.Context, name string, args AliasesArgs, opts ...pulumi.ResourceOption) (*Aliases, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("aliases %q: %w", name, err)
	}
	a := &Aliases{}
	if err := ctx.RegisterComponentResourceV2(AliasesType, name, pulumi.Map{"hostNames": pulumi.ToStringArray(args.HostNames)}, a, opts...); err != nil {
		return nil, fmt.Errorf("aliases %q: %w", name, err)
	}
	for _, host := range args.HostNames {
		domain, _ := args.Domains.Of(host) // as validated
		for _, kind := range []string{"A", "AAAA"} {
			if _, err := route53.NewRecord(ctx, fmt.Sprintf("%s-%s-%s", name, host, kind), &route53.RecordArgs{
				ZoneId: pulumi.String(domain.ZoneID),
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
