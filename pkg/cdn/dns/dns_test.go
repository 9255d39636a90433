package dns_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/cdn/dns"
	"github.com/magestack/magestack/pkg/layer"
)

// planned runs a component alone.
func planned(program func(ctx *pulumi.Context, provider pulumi.ResourceOption) error) (*plan.Environment, error) {
	return offlinetest.Run(layer.CDN{}.Layer(), program)
}

var domains = zones.Domains{{Name: "shop.example.com", ZoneID: "Z1"}, {Name: "shop.example.de", ZoneID: "Z2"}}

func aliases(hosts ...string) (*plan.Environment, error) {
	return planned(func(ctx *pulumi.Context, p pulumi.ResourceOption) error {
		_, err := dns.NewAliases(ctx, "names", dns.AliasesArgs{
			Domains: domains, HostNames: hosts, TargetName: pulumi.String("d1.cloudfront.net"), TargetZoneID: pulumi.String("Z2FDTNDATAQYW2"),
		}, p)
		return err
	})
}

func TestAliasesAreInTheZoneOfTheirDomain(t *testing.T) {
	recorded, err := aliases("shop.example.com", "www.shop.example.de")
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, dns.AliasesType, "names")
	for name, zone := range map[string]string{
		"names-shop.example.com-A": "Z1", "names-shop.example.com-AAAA": "Z1",
		"names-www.shop.example.de-A": "Z2", "names-www.shop.example.de-AAAA": "Z2",
	} {
		assert.Equal(t, zone, offlinetest.Find(t, recorded, name).Inputs["zoneId"], name)
	}
}

func TestAliasesRefuse(t *testing.T) {
	_, err := aliases()
	assert.ErrorContains(t, err, "hostNames, targetName and targetZoneId: required")
	_, err = aliases("shop.example.org", "a.b.shop.example.com")
	assert.ErrorContains(t, err, `hostNames: "shop.example.org": must be one of ["shop.example.com" "shop.example.de"]`)
	assert.ErrorContains(t, err, `hostNames: "a.b.shop.example.com": `)
}

func healthCheck(args dns.HealthCheckArgs) (*plan.Environment, error) {
	return planned(func(ctx *pulumi.Context, p pulumi.ResourceOption) error {
		_, err := dns.NewHealthCheck(ctx, "health", args, p)
		return err
	})
}

func TestHealthCheck(t *testing.T) {
	recorded, err := healthCheck(dns.HealthCheckArgs{Environment: "staging", HostName: "shop.example.com", Path: "/health_check.php", IntervalSeconds: 10})
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, dns.HealthCheckType, "health")
	check := offlinetest.Find(t, recorded, "health-check")
	assert.Equal(t, "HTTPS", check.Inputs["type"])
	assert.Equal(t, true, check.Inputs["enableSni"])
	assert.EqualValues(t, 10, check.Inputs["requestInterval"])
	assert.Equal(t, false, check.Inputs["disabled"])
	assert.Len(t, check.Inputs["regions"], 3, "Route 53 wants three at least")
	assert.NotContains(t, check.Inputs, "searchString")
	assert.NotContains(t, check.Inputs, "measureLatency", "it costs extra, and can only be chosen at the start")
}

func TestHealthCheckRefuses(t *testing.T) {
	_, err := healthCheck(dns.HealthCheckArgs{Path: "health_check.php", IntervalSeconds: 20})
	for _, want := range []string{"environment and hostName: required", `path: "health_check.php": must begin with a slash`, "intervalSeconds: 20: must be one of [10 30]"} {
		assert.ErrorContains(t, err, want)
	}
}
