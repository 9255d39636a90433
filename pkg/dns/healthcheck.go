package dns

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// HealthCheckType is the type token of a HealthCheck.
const HealthCheckType = "magento:dns:HealthCheck"

// HealthCheckArgs configures a HealthCheck.
type HealthCheckArgs struct {
	HostName        string
	Path            string
	IntervalSeconds int // 10 or 30; 10 costs more
}

// HealthCheck has Route 53 ask for the shop from all over the world, as visitors do. Nothing is switched by it: alarms read
// it.
type HealthCheck struct {
	pulumi.ResourceState
	ID pulumi.StringOutput
}

// failures is how many in a row count as one.
const failures = 3

// NewHealthCheck registers a HealthCheck.
func NewHealthCheck(ctx *pulumi.Context, name string, args HealthCheckArgs, opts ...pulumi.ResourceOption) (*HealthCheck, error) {
	if args.HostName == "" || args.Path == "" {
		return nil, fmt.Errorf("health check %q: %w", name, errors.New("hostName and path: required"))
	}
	if !slices.Contains([]int{10, 30}, args.IntervalSeconds) {
		return nil, fmt.Errorf("health check %q: intervalSeconds %d: must be 10 or 30", name, args.IntervalSeconds)
	}
	h := &HealthCheck{}
	if err := ctx.RegisterComponentResourceV2(HealthCheckType, name, pulumi.Map{"hostName": pulumi.String(args.HostName)}, h, opts...); err != nil {
		return nil, fmt.Errorf("health check %q: %w", name, err)
	}
	check, err := route53.NewHealthCheck(ctx, name+"-check", &route53.HealthCheckArgs{
		Type:             pulumi.String("HTTPS"),
		Fqdn:             pulumi.String(args.HostName),
		Port:             pulumi.Int(443),
		ResourcePath:     pulumi.String(args.Path),
		RequestInterval:  pulumi.Int(args.IntervalSeconds),
		FailureThreshold: pulumi.Int(failures),
		EnableSni:        pulumi.Bool(true),
		Tags:             pulumi.StringMap{"Name": pulumi.String(args.HostName)}, // the console shows nothing else
	}, pulumi.Parent(h))
	if err != nil {
		return nil, fmt.Errorf("health check %q: %w", name, err)
	}
	h.ID = check.ID().ToStringOutput()
	return h, ctx.RegisterResourceOutputs(h, pulumi.Map{"id": h.ID})
}
