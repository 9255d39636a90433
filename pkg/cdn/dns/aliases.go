// Package dns makes the shop's names stand for its distribution, and checks from outside that the shop answers.
package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/component"
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

// Aliases are records that let names of the shop stand for something of AWS, for IPv4 and IPv6.
type Aliases struct{ pulumi.ResourceState }

// NewAliases registers Aliases.
func NewAliases(ctx *pulumi.Context, name string, args AliasesArgs, opts ...pulumi.ResourceOption) (*Aliases, error) {
	a := &Aliases{}
	return a, component.New(ctx, AliasesType, name, args, a, func(s component.Scope) (pulumi.Map, error) {
		for _, host := range args.HostNames {
			for _, kind := range []string{"A", "AAAA"} {
				if err := args.alias(s, host, kind); err != nil {
					return nil, fmt.Errorf("%s record of %s: %w", kind, host, err)
				}
			}
		}
		return pulumi.Map{}, nil
	}, opts...)
}

// alias registers the record of a kind for a host name.
func (a AliasesArgs) alias(s component.Scope, host, kind string) error {
	domain, _ := a.Domains.Of(host) // as validated
	_, err := route53.NewRecord(s.Ctx, s.Child(host+"-"+kind), &route53.RecordArgs{
		ZoneId: pulumi.String(domain.ZoneID),
		Name:   pulumi.String(host),
		Type:   pulumi.String(kind),
		Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
			Name: a.TargetName, ZoneId: a.TargetZoneID, EvaluateTargetHealth: pulumi.Bool(false),
		}},
	}, s.Parent)
	return err
}

// Inputs returns what the component shows in a plan.
func (a AliasesArgs) Inputs() pulumi.Map {
	return pulumi.Map{"hostNames": pulumi.ToStringArray(a.HostNames)}
}

// Validate refuses host names that lie in none of the domains' zones.
func (a AliasesArgs) Validate() error {
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
