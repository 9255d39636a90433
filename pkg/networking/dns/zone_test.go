package dns_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/networking/dns"
)

// plannedZone runs a zone alone.
func plannedZone(args dns.ZoneArgs) (recorded *plan.Environment, id string, err error) {
	recorded, err = offlinetest.Run(layer.Networking{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		zone, err := dns.NewZone(ctx, "zone", args, provider)
		if err != nil {
			return err
		}
		ctx.Export("id", zone.ID)
		ctx.Export("nameServers", zone.NameServers)
		return nil
	})
	if err == nil {
		id = recorded.Stacks[0].Outputs["id"].(string)
	}
	return recorded, id, err
}

func TestAZoneIsMade(t *testing.T) {
	recorded, id, err := plannedZone(dns.ZoneArgs{DomainName: "shop.example.com", CAA: zones.CAA(nil, "")})
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, dns.ZoneType, "zone")
	made := offlinetest.Find(t, recorded, "zone-hosted-zone")
	assert.Equal(t, made.ID, id)
	assert.Equal(t, false, made.Inputs["forceDestroy"])
	assert.Equal(t, made.Outputs["nameServers"], recorded.Stacks[0].Outputs["nameServers"])
	record := offlinetest.Find(t, recorded, "zone-caa")
	assert.Equal(t, id, record.Inputs["zoneId"])
	assert.Equal(t, "CAA", record.Inputs["type"])
	assert.Equal(t, "shop.example.com", record.Inputs["name"])
}

func TestAZoneIsGiven(t *testing.T) {
	recorded, id, err := plannedZone(dns.ZoneArgs{DomainName: "shop.example.com", ZoneID: "Z0123456789"})
	require.NoError(t, err)
	assert.Equal(t, "Z0123456789", id)
	assert.Empty(t, recorded.Stacks[0].Outputs["nameServers"], "there is nothing to delegate")
	assert.Empty(t, recorded.OfType("aws:route53/zone:Zone"))
	assert.Empty(t, recorded.OfType("aws:route53/record:Record"), "without values the record is left to the zone's owner")
}

func TestAZoneIsLookedUp(t *testing.T) {
	recorded, id, err := plannedZone(dns.ZoneArgs{DomainName: "shop.example.com", LookUp: true, CAA: zones.CAA(nil, "")})
	require.NoError(t, err)
	assert.Regexp(t, `^Z[A-Z0-9]{20}$`, id)
	assert.Empty(t, recorded.Stacks[0].Outputs["nameServers"], "there is nothing to delegate")
	assert.Empty(t, recorded.OfType("aws:route53/zone:Zone"))
	assert.Equal(t, id, offlinetest.Find(t, recorded, "zone-caa").Inputs["zoneId"])
}

func TestZoneRefuses(t *testing.T) {
	_, _, err := plannedZone(dns.ZoneArgs{LookUp: true, ZoneID: "Z1"})
	for _, want := range []string{"domainName: required", `zoneId: "Z1": must be empty`} {
		assert.ErrorContains(t, err, want)
	}
}
