package program

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/networking/dns"
	"github.com/magestack/magestack/pkg/settings"
)

// zones are the hosted zones of the environment's domains: the main one, and what is published of the further ones.
type zones struct {
	main        *dns.Zone
	ids         pulumi.StringMap
	nameServers pulumi.StringArrayMap // of those that were made
}

// makeZones registers the hosted zone of each domain. The main one's logical name stays what it was when there was only
// one.
func (b *builder) makeZones() error {
	b.zones = zones{ids: pulumi.StringMap{}, nameServers: pulumi.StringArrayMap{}}
	for i, domain := range b.set.Domains() {
		name := "zone"
		if i > 0 {
			name += "-" + string(domain.Name)
		}
		zone, err := dns.NewZone(b.ctx, name, dns.ZoneArgs{
			DomainName: string(domain.Name),
			ZoneID:     domain.Zone.ID(),
			LookUp:     domain.Zone == settings.HostedZoneLookedUp,
			CAA:        b.set.CAA(domain),
			Protect:    b.set.ProtectNetwork,
		}, b.provider)
		if err != nil {
			return err
		}
		if i == 0 {
			b.zones.main = zone
			continue
		}
		b.zones.ids[string(domain.Name)] = zone.ID
		if domain.Zone == settings.HostedZoneMade {
			b.zones.nameServers[string(domain.Name)] = zone.NameServers
		}
	}
	return nil
}
