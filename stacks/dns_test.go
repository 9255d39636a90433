package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/offline"
	"github.com/magestack/magestack/pkg/settings"
)

// TestOnlyAmazonMayIssue wants a record that says so for every domain.
func TestOnlyAmazonMayIssue(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		record := named(t, plan, recordType, "zone-issuers")
		assert.Equal(t, outputs(t, plan, "magento-networking")["domainName"], input(record, "name"))
		assert.Equal(t, outputs(t, plan, "magento-networking")["hostedZoneId"], input(record, "zoneId"))
		assert.Equal(t, "CAA", input(record, "type"))
		var want []any
		for _, tag := range []string{"issue", "issuewild"} {
			for _, authority := range []string{"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"} {
				want = append(want, fmt.Sprintf(`0 %s "%s"`, tag, authority))
			}
		}
		assert.Equal(t, want, input(record, "records"))
	})
}

// TestTheShopIsAskedFor by its main name, as visitors ask.
func TestTheShopIsAskedFor(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		check := the(t, plan, "aws:route53/healthCheck:HealthCheck")
		assert.Equal(t, outputs(t, plan, "magento-cdn")["healthCheckId"], check.ID)
		assert.Equal(t, outputs(t, plan, "magento-cdn")["hostNames"].([]any)[0], input(check, "fqdn"))
		for name, want := range map[string]any{"type": "HTTPS", "port": 443.0, "resourcePath": settings.HealthCheckPath, "requestInterval": 30.0, "failureThreshold": 3.0, "enableSni": true} {
			assert.Equal(t, want, input(check, name), name)
		}
	})
	plan := changed(t, "production", settings.Config{"magento-cdn:healthCheckIntervalSeconds": "0"})
	assert.Empty(t, ofType(plan, "aws:route53/healthCheck:HealthCheck"))
	assert.Empty(t, outputs(t, plan, "magento-cdn")["healthCheckId"])
}

// TestSeveralDomains have a zone each, one certificate in each region for all of them, and every record where it belongs.
func TestSeveralDomains(t *testing.T) {
	plan := changed(t, "production", settings.Config{
		"magento-networking:hostedZoneId":   "lookup",
		"magento-networking:furtherDomains": `["shop.example.de", "shop.example.fr=Z0000000000000000000F", "example.shop=lookup"]`,
		"magento-networking:furtherIssuers": `["letsencrypt.org"]`,
		"magento-networking:issuersMail":    "security@example.com",
		"magento-cdn:hostNames":             `["shop.example.com", "www.shop.example.de", "shop.example.fr", "example.shop"]`,
	})
	made := named(t, plan, "aws:route53/zone:Zone", "zone-shop.example.de-hosted-zone")
	published := outputs(t, plan, "magento-networking")
	zones := map[string]any{"shop.example.com": published["hostedZoneId"]}
	for i, domain := range published["furtherDomains"].([]any) {
		zones[fmt.Sprint(domain)] = published["furtherHostedZoneIds"].([]any)[i]
	}
	require.Len(t, zones, 4)
	assert.Equal(t, made.ID, zones["shop.example.de"])
	assert.Equal(t, "Z0000000000000000000F", zones["shop.example.fr"])
	assert.Regexp(t, "^Z[A-Z0-9]+$", zones["example.shop"])
	assert.NotEqual(t, zones["shop.example.com"], zones["example.shop"])

	names := []any{"*.shop.example.com", "shop.example.de", "*.shop.example.de", "shop.example.fr", "*.shop.example.fr", "example.shop", "*.example.shop"}
	for _, certificate := range ofType(plan, certificateType) {
		assert.Equal(t, "shop.example.com", input(certificate, "domainName"))
		assert.Equal(t, names, input(certificate, "subjectAlternativeNames"))
	}
	proofs := map[any]bool{}
	for _, record := range ofType(plan, recordType) {
		host := strings.TrimSuffix(fmt.Sprint(input(record, "name")), ".")
		for domain, zone := range zones {
			if host == domain || strings.HasSuffix(host, "."+domain) {
				assert.Equal(t, zone, input(record, "zoneId"), host)
			}
		}
		switch input(record, "type") {
		case "CNAME":
			proofs[input(record, "zoneId")] = true
		case "CAA":
			assert.Contains(t, input(record, "records"), `0 issue "letsencrypt.org"`)
			assert.Contains(t, input(record, "records"), `0 iodef "mailto:security@example.com"`)
		}
	}
	assert.Len(t, proofs, 4, "each domain is proved in its own zone")
	assert.Len(t, input(distribution(t, plan), "aliases"), 4)
}

func TestAZoneOfAnotherEnvironmentIsLeftAlone(t *testing.T) {
	plan := changed(t, "production", settings.Config{"magento-networking:issuersRecord": "false"})
	for _, record := range ofType(plan, recordType) {
		assert.NotEqual(t, "CAA", input(record, "type"))
	}
}
