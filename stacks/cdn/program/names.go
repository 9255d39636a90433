package program

import (
	"github.com/magestack/magestack/pkg/aws/certificate"
	"github.com/magestack/magestack/pkg/cdn/dns"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// makeCertificate registers the distribution's certificate. The load balancer's is for the same domains, and has proved them
// already.
func (b *builder) makeCertificate() (err error) {
	b.certificate, err = certificate.New(b.ctx, "certificate", certificate.Args{Domains: b.networking.Domains()}, b.provider)
	return err
}

// makeAliases registers the records by which the host names lead to the distribution.
func (b *builder) makeAliases() error {
	_, err := dns.NewAliases(b.ctx, "names", dns.AliasesArgs{
		Domains:      b.networking.Domains(),
		HostNames:    b.hostNames(),
		TargetName:   b.distribution.DomainName,
		TargetZoneID: b.distribution.HostedZoneID,
	}, b.provider)
	return err
}

// makeHealthCheck registers the check from outside, unless the settings want none. It decides nothing
// (docs/decisions/0039-no-failover-by-dns.md): alarms read it.
func (b *builder) makeHealthCheck() (err error) {
	if !b.set.HealthCheck {
		return nil
	}
	b.check, err = dns.NewHealthCheck(b.ctx, "health", dns.HealthCheckArgs{
		Environment:     naming.Environment(b.ctx.Stack()),
		HostName:        string(b.set.HostNames[0]),
		Path:            settings.HealthCheckPath,
		IntervalSeconds: b.set.HealthCheckSeconds,
		Paused:          b.set.Maintenance,
	}, b.provider)
	return err
}
