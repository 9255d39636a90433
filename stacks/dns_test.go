package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/settings"
)

const (
	certificateType = "aws:acm/certificate:Certificate"
	validationType  = "aws:acm/certificateValidation:CertificateValidation"
	recordType      = "aws:route53/record:Record"
	zoneType        = "aws:route53/zone:Zone"
	healthCheckType = "aws:route53/healthCheck:HealthCheck"
)

// severalDomains is a shop with a domain for each country, whose zones come from everywhere that they can.
func severalDomains(t *testing.T) *plan.Environment {
	t.Helper()
	return changed(t, "production", settings.Config{
		"magento-networking:additionalDomains": `[{"domainName":"shop.example.de","hostedZoneId":"lookup"},{"domainName":"shop.example.fr"},` +
			`{"domainName":"b2b.shop.example.com","hostedZoneId":"Z9876543210ABCDEFGHIJ"}]`,
		"magento-networking:certificateAuthorities": `["letsencrypt.org"]`,
		"magento-networking:caaReportAddress":       "security@example.com",
		"magento-cdn:hostNames":                     `["shop.example.com","www.shop.example.com","b2b.shop.example.com","www.shop.example.de","shop.example.fr"]`,
	})
}

// forEveryShop plans the environments as they are, and a shop with several domains.
func forEveryShop(t *testing.T, test func(t *testing.T, recorded *plan.Environment)) {
	t.Helper()
	forEveryEnvironment(t, test)
	t.Run("several domains", func(t *testing.T) { test(t, severalDomains(t)) })
}

// domainsOf are the domains of an environment with their zones, as networking publishes them.
func domainsOf(t *testing.T, recorded *plan.Environment) zones.Domains {
	t.Helper()
	published := outputs(t, recorded, "magento-networking")
	domains := zones.Domains{{Name: published["domainName"].(string), ZoneID: published["hostedZoneId"].(string)}}
	for name, zone := range published["additionalZoneIds"].(map[string]any) {
		domains = append(domains, zones.Domain{Name: name, ZoneID: zone.(string)})
	}
	return domains
}

// records lists the records of a stack that are of one of the types.
func records(t *testing.T, recorded *plan.Environment, project string, kinds ...any) []plan.Resource {
	t.Helper()
	var found []plan.Resource
	for _, r := range stackOf(t, recorded, project).Resources {
		if r.Type == recordType && slices.Contains(kinds, input(r, "type")) {
			found = append(found, r)
		}
	}
	return found
}

// TestNames wants both kinds of addresses for every host, all of the distribution, in the zone of the host's domain.
func TestNames(t *testing.T) {
	forEveryShop(t, func(t *testing.T, recorded *plan.Environment) {
		d := the(t, recorded, distributionType)
		var want, got []string
		for _, host := range outputs(t, recorded, "magento-cdn")["hostNames"].([]any) {
			domain, found := domainsOf(t, recorded).Of(host.(string))
			require.True(t, found, host)
			want = append(want, fmt.Sprint(host, " A ", domain.ZoneID), fmt.Sprint(host, " AAAA ", domain.ZoneID))
		}
		for _, record := range records(t, recorded, "magento-cdn", "A", "AAAA") {
			got = append(got, fmt.Sprintf("%v %v %v", input(record, "name"), input(record, "type"), input(record, "zoneId")))
			assert.Equal(t, d.Outputs["domainName"], input(record, "aliases.0.name"))
			assert.Equal(t, d.Outputs["hostedZoneId"], input(record, "aliases.0.zoneId"))
		}
		assert.ElementsMatch(t, want, got)
	})
}

// TestCertificates are for every domain and one level below it, in both regions, and nothing uses one before it is
// issued.
func TestCertificates(t *testing.T) {
	forEveryShop(t, func(t *testing.T, recorded *plan.Environment) {
		domains := domainsOf(t, recorded)
		certificates, validations := ofType(recorded, certificateType), ofType(recorded, validationType)
		require.Len(t, certificates, 2)
		require.Len(t, validations, 2)
		users := map[string]any{
			"magento-compute": input(the(t, recorded, listenerType), "certificateArn"),
			"magento-cdn":     input(the(t, recorded, distributionType), "viewerCertificate.acmCertificateArn"),
		}
		for i, certificate := range certificates {
			assert.Equal(t, domains[0].Name, input(certificate, "domainName"))
			assert.ElementsMatch(t, anyList(domains.Covered()[1:]...), input(certificate, "subjectAlternativeNames"))
			assert.Equal(t, "DNS", input(certificate, "validationMethod"))
			assert.Equal(t, certificate.Outputs["arn"], users[certificate.Project])
			assert.Equal(t, certificate.Outputs["arn"], input(validations[i], "certificateArn"))
		}
		assert.Contains(t, dependencies(the(t, recorded, listenerType)), validations[0].Name)
		assert.Contains(t, dependencies(the(t, recorded, distributionType)), validations[1].Name)

		assert.Empty(t, records(t, recorded, "magento-cdn", "CNAME"), "the proof has one owner")
		var fqdns []any
		proved := map[any]any{}
		for _, record := range records(t, recorded, "magento-compute", "CNAME") {
			fqdns = append(fqdns, record.Outputs["fqdn"])
			assert.Contains(t, dependencies(validations[0]), record.Name, "the validation must wait for the record")
			_, domain, _ := strings.Cut(strings.TrimSuffix(input(record, "name").(string), "."), ".")
			proved[domain] = input(record, "zoneId")
		}
		assert.ElementsMatch(t, fqdns, input(validations[0], "validationRecordFqdns"))
		want := map[any]any{}
		for _, domain := range domains {
			want[domain.Name] = domain.ZoneID
		}
		assert.Equal(t, want, proved, "each domain is proved in its own zone")
	})
}

// TestOnlyAmazonIssues wants a CAA record for every domain, in its zone, before any certificate is asked for.
func TestOnlyAmazonIssues(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		found := records(t, recorded, "magento-networking", "CAA")
		require.Len(t, found, 1)
		assert.Equal(t, anyList(zones.CAA(nil, "")...), input(found[0], "records"))
		assert.Equal(t, false, input(found[0], "allowOverwrite"), "a record that is there is not taken over")
	})
	recorded := severalDomains(t)
	got := map[string]string{}
	for _, record := range records(t, recorded, "magento-networking", "CAA") {
		got[input(record, "name").(string)] = input(record, "zoneId").(string)
		assert.Equal(t, anyList(zones.CAA([]string{"letsencrypt.org"}, "security@example.com")...), input(record, "records"))
	}
	for _, domain := range domainsOf(t, recorded) {
		assert.Equal(t, domain.ZoneID, got[domain.Name], domain.Name)
	}
	assert.Len(t, got, 4)
}

// TestZonesThatWereThere may have a CAA record already, and are left alone if the settings say so.
func TestZonesThatWereThere(t *testing.T) {
	recorded := changed(t, "production", settings.Config{
		"magento-networking:caaRecords":        "made",
		"magento-networking:additionalDomains": `[{"domainName":"shop.example.de","hostedZoneId":"lookup"},{"domainName":"shop.example.fr","hostedZoneId":"make"}]`,
	})
	found := records(t, recorded, "magento-networking", "CAA")
	require.Len(t, found, 1)
	assert.Equal(t, "shop.example.fr", input(found[0], "name"))
	made := the(t, recorded, zoneType)
	assert.Equal(t, made.ID, input(found[0], "zoneId"))

	published := outputs(t, recorded, "magento-networking")
	assert.Equal(t, map[string]any{"shop.example.fr": made.Outputs["nameServers"]}, published["additionalNameServers"],
		"only what was made has to be delegated")
	assert.NotEmpty(t, published["additionalZoneIds"].(map[string]any)["shop.example.de"])
}

// TestTheCheckFromOutside asks as a visitor would, and is published for the alarms.
func TestTheCheckFromOutside(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		check := the(t, recorded, healthCheckType)
		published := outputs(t, recorded, "magento-cdn")
		assert.Equal(t, check.ID, published["healthCheckId"])
		assert.Equal(t, published["hostNames"].([]any)[0], input(check, "fqdn"))
		assert.Equal(t, settings.HealthCheckPath, input(check, "resourcePath"))
		assert.Equal(t, "HTTPS", input(check, "type"))
		assert.Equal(t, true, input(check, "enableSni"))
		assert.Equal(t, false, input(check, "disabled"))
		assert.Nil(t, input(check, "searchString"))
		for _, record := range records(t, recorded, "magento-cdn", "A", "AAAA") {
			assert.Nil(t, input(record, "healthCheckId"), "the check takes no name out of DNS")
		}
	})
	recorded := changed(t, "production", settings.Config{"magento-cdn:healthCheck": "false"})
	assert.Empty(t, ofType(recorded, healthCheckType))
	assert.NotContains(t, outputs(t, recorded, "magento-cdn"), "healthCheckId")
	recorded = changed(t, "production", settings.Config{"magento-cdn:maintenance": "true", "magento-cdn:healthCheckSeconds": "10"})
	assert.Equal(t, true, input(the(t, recorded, healthCheckType), "disabled"))
	assert.EqualValues(t, 10, input(the(t, recorded, healthCheckType), "requestInterval"))
}
