package program

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/dns"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// monitor registers the check from outside, unless the settings want none, and publishes it. It decides nothing
// (docs/decisions/0039-no-failover-by-dns.md): alarms read it.
func monitor(ctx *pulumi.Context, set settings.CDN, provider *aws.Provider, outputs *layer.CDNOutputs) error {
	if !set.HealthCheck {
		return nil
	}
	check, err := dns.NewHealthCheck(ctx, "health", dns.HealthCheckArgs{
		Environment:     naming.Environment(ctx.Stack()),
		HostName:        string(set.HostNames[0]),
		Path:            settings.HealthCheckPath,
		IntervalSeconds: set.HealthCheckSeconds,
		Paused:          set.Maintenance,
	}, pulumi.Provider(provider))
	if err != nil {
		return err
	}
	outputs.HealthCheckID = check.ID
	return nil
}
