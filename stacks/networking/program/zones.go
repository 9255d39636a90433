package program

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
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

// newZones registers the hosted zone of each domain. The main one's logical name stays what it was when there was only
// one.
func newZones(ctx *pulumi.Context, set settings.Networking, provider *aws.Provider) (zones, error) {
	all := zones{ids: pulumi.StringMap{}, nameServers: pulumi.StringArrayMap{}}
	for i, domain := range set.Domains() {
		name := "zone"
		if i > 0 {
			name += "-" + string(domain.Name)
		}
		zone, err := dns.NewZone(ctx, name, dns.ZoneArgs{
			DomainName: string(domain.Name),
			ZoneID:     domain.Zone.ID(),
			LookUp:     domain.Zone == settings.HostedZoneLookedUp,
			CAA:        set.CAA(domain),
			Protect:    set.ProtectNetwork,
		}, pulumi.Provider(provider))
		if err != nil {
			return zones{}, err
		}
		if i == 0 {
			all.main = zone
			continue
		}
		all.ids[string(domain.Name)] = zone.ID
		if domain.Zone == settings.HostedZoneMade {
			all.nameServers[string(domain.Name)] = zone.NameServers
		}
	}
	return all, nil
}
