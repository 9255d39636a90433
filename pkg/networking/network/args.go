package network

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/naming"
)

// Args configures a Network. All of it shapes the graph, so all of it is plain.
type Args struct {
	Account     account.Account
	Environment naming.Environment // such as staging; part of names, and of the log group's and the key's
	Plan        topology.Plan
	NAT         topology.NAT
	Endpoints   []topology.Endpoint // interface endpoints; the gateway endpoints cost nothing and are always there

	// Mail is whether mails are sent by SES, through an endpoint of its own.
	Mail bool

	// ForeignBuckets are buckets of other accounts that the S3 endpoint lets through, by the accounts that own them.
	ForeignBuckets map[string]string

	PublicAccess         topology.PublicAccess
	FlowLogRetentionDays int // one of logretention.Allowed

	// Protect refuses to delete what others know the network by, and what cannot be made again: the VPC, its subnets and
	// groups, the addresses of its NAT gateways, and the record of its traffic.
	Protect bool
}

// Validate refuses what AWS would, and a plan of other zones than the region has.
func (a Args) Validate() error {
	var problems []error
	refuse := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if !account.ValidID(a.Account.ID) {
		refuse("account %q: must be twelve digits", a.Account.ID)
	}
	if !account.ValidRegion(a.Account.Region) {
		refuse("region %q: must be a region's name, such as eu-central-1", a.Account.Region)
	}
	if err := a.Environment.Validate(); err != nil {
		problems = append(problems, err)
	}
	if !slices.Contains(logretention.Allowed(), a.FlowLogRetentionDays) {
		refuse("flow log retention of %d days: must be one of %v", a.FlowLogRetentionDays, logretention.Allowed())
	}
	if err := a.NAT.Validate(); err != nil {
		refuse("nat %w", err)
	}
	if err := a.PublicAccess.Validate(); err != nil {
		refuse("public access %w", err)
	}
	for i, endpoint := range a.Endpoints {
		if err := endpoint.Validate(); err != nil {
			refuse("endpoint %w", err)
		}
		if slices.Contains(a.Endpoints[:i], endpoint) {
			refuse("endpoint %q: named twice; each must be named once", endpoint)
		}
	}
	for _, bucket := range slices.Sorted(maps.Keys(a.ForeignBuckets)) {
		if err := naming.ValidateBucket(bucket); err != nil || !account.ValidID(a.ForeignBuckets[bucket]) {
			refuse("foreign bucket %q of %q: must be a bucket's name and the number of its account", bucket, a.ForeignBuckets[bucket])
		}
	}
	problems = append(problems, a.Plan.Validate(), topology.CheckZones(a.Account.Region, a.Plan.ZoneNames()))
	return errors.Join(problems...)
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	endpoints := make([]string, len(a.Endpoints))
	for i, endpoint := range a.Endpoints {
		endpoints[i] = string(endpoint)
	}
	return pulumi.Map{
		"environment":          pulumi.String(a.Environment),
		"vpcCidr":              pulumi.String(a.Plan.VPC.String()),
		"zones":                pulumi.ToStringArray(a.Plan.ZoneNames()),
		"nat":                  pulumi.String(a.NAT),
		"endpoints":            pulumi.ToStringArray(endpoints),
		"mail":                 pulumi.Bool(a.Mail),
		"publicAccess":         pulumi.String(a.PublicAccess),
		"flowLogRetentionDays": pulumi.Int(a.FlowLogRetentionDays),
	}
}
