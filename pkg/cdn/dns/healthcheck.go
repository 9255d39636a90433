package dns

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
)

// HealthCheckType is the type token of a HealthCheck.
const HealthCheckType = "magento:dns:HealthCheck"

// failureThreshold is how many answers in a row must be missing, so that one lost packet raises no alarm.
const failureThreshold = 3

// checkIntervals returns the seconds that Route 53 lets pass between two requests of a checker (Route 53 API Reference,
// HealthCheckConfig, RequestInterval).
func checkIntervals() []int { return []int{10, 30} }

// checkRegions returns where the shop is checked from: three continents, and the three that Route 53 wants at least. Each
// has several checkers (Route 53 API Reference, HealthCheckConfig, Regions).
func checkRegions() []string { return []string{"ap-southeast-1", "eu-west-1", "us-east-1"} }

// HealthCheckArgs configures a HealthCheck.
type HealthCheckArgs struct {
	Environment     naming.Environment
	HostName        string
	Path            string
	IntervalSeconds int // one of checkIntervals
	Paused          bool
}

// HealthCheck asks for a path of the shop as its visitors would, by its public name and over TLS. Route 53 takes 2xx and
// 3xx for healthy, and the shop for unhealthy when at most 18 percent of its checkers report it healthy (Route 53 Developer
// Guide, "How Route 53 determines whether a health check is healthy"). The body is not looked at: the status says it all,
// and looking costs extra.
type HealthCheck struct {
	pulumi.ResourceState
	ID pulumi.StringOutput
}

// NewHealthCheck registers a HealthCheck.
func NewHealthCheck(ctx *pulumi.Context, name string, args HealthCheckArgs, opts ...pulumi.ResourceOption) (*HealthCheck, error) {
	h := &HealthCheck{}
	return h, component.New(ctx, HealthCheckType, name, args, h, func(s component.Scope) (pulumi.Map, error) {
		check, err := route53.NewHealthCheck(ctx, s.Child("check"), &route53.HealthCheckArgs{
			Type:             pulumi.String("HTTPS"),
			Fqdn:             pulumi.String(args.HostName),
			Port:             pulumi.Int(topology.HTTPSPort),
			ResourcePath:     pulumi.String(args.Path),
			EnableSni:        pulumi.Bool(true), // without it CloudFront does not know whose certificate to show
			RequestInterval:  pulumi.Int(args.IntervalSeconds),
			FailureThreshold: pulumi.Int(failureThreshold),
			Disabled:         pulumi.Bool(args.Paused), // Route 53 reports it healthy then
			Regions:          pulumi.ToStringArray(checkRegions()),
			// The console shows nothing but this tag where other resources have a name.
			Tags: pulumi.StringMap{"Name": pulumi.String(args.Environment.Name())},
		}, s.Parent)
		if err != nil {
			return nil, fmt.Errorf("health check: %w", err)
		}
		h.ID = check.ID().ToStringOutput()
		return pulumi.Map{"id": h.ID}, nil
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a HealthCheckArgs) Inputs() pulumi.Map {
	return pulumi.Map{"hostName": pulumi.String(a.HostName), "path": pulumi.String(a.Path)}
}

// Validate refuses what Route 53 would.
func (a HealthCheckArgs) Validate() error {
	var problems []error
	if a.Environment == "" || a.HostName == "" {
		problems = append(problems, errors.New("environment and hostName: required"))
	}
	if !strings.HasPrefix(a.Path, "/") {
		problems = append(problems, fmt.Errorf("path: %q: must begin with a slash", a.Path))
	}
	if !slices.Contains(checkIntervals(), a.IntervalSeconds) {
		problems = append(problems, fmt.Errorf("intervalSeconds: %d: must be one of %d", a.IntervalSeconds, checkIntervals()))
	}
	return errors.Join(problems...)
}
