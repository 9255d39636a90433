package offline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/aws/account"
)

const zoneType = "aws:route53/zone:Zone"

// dnsKinds is Route 53 and the certificates that it validates.
func dnsKinds() map[string]kind {
	return map[string]kind{
		zoneType: {
			name: named(1024), id: lettered("Z", 20), arn: unowned("route53", "hostedzone/{id}"), tagged: true,
			outputs: func(r *request) fields {
				servers := nameServers(r.id)
				return fields{
					"zoneId": r.id, "nameServers": servers, "primaryNameServer": servers[0],
					"comment": r.given("comment", "Managed by Pulumi"),
				}
			},
		},
		"aws:route53/record:Record": {
			id:      like("{zoneId}_{name}_{type}"),
			name:    named(255),
			outputs: func(r *request) fields { return fields{"fqdn": recordName(r)} },
		},
		"aws:route53/healthCheck:HealthCheck": {id: uuidID, arn: unowned("route53", "healthcheck/{id}"), tagged: true},
		"aws:acm/certificate:Certificate": {
			id: arnID, arn: regional("acm", "certificate/{uuid}"), tagged: true, outputs: certificateOutputs,
		},
		"aws:acm/certificateValidation:CertificateValidation": {
			id: func(*request) string { return "2026-01-01 00:00:00 +0000 UTC" },
		},
	}
}

// madeUpZone is a hosted zone of AWS itself, one for each service in a region.
func madeUpZone(a account.Account, service string) string {
	return "Z" + strings.ToUpper(alphanumericOf(13, a.Region, service))
}

// nameServers gives four, each under another top-level domain as Route 53's delegation sets are.
func nameServers(zone string) []string {
	servers := make([]string, 4)
	for i, suffix := range []string{"com", "net", "org", "co.uk"} {
		sum := digest(zone, suffix)
		servers[i] = fmt.Sprintf("ns-%d.awsdns-%02d.%s", 512*i+int(sum[0])*2, sum[1]%64, suffix)
	}
	slices.Sort(servers)
	return servers
}

// recordName is the record's name with that of its zone, if the zone was made or looked up in this run.
func recordName(r *request) string {
	name := strings.TrimSuffix(r.text("name"), ".")
	zone, ok := r.cloud.find(zoneType, r.text("zoneId"))
	if !ok {
		return name
	}
	suffix := strings.TrimSuffix(textOf(zone["name"]), ".")
	switch {
	case name == "":
		return suffix
	case name == suffix || strings.HasSuffix(name, "."+suffix):
		return name
	default:
		return name + "." + suffix
	}
}

// certificateOutputs gives one validation record for each domain. A wildcard and the domain below it share
// theirs, and the record is the same in every region (AWS Certificate Manager User Guide, "DNS validation").
func certificateOutputs(r *request) fields {
	domains := []string{r.text("domainName")}
	for _, alternative := range r.texts("subjectAlternativeNames") {
		if !slices.Contains(domains, alternative) {
			domains = append(domains, alternative)
		}
	}
	f := fields{
		"status":                  "PENDING_VALIDATION",
		"type":                    "AMAZON_ISSUED",
		"keyAlgorithm":            r.given("keyAlgorithm", "RSA_2048"),
		"subjectAlternativeNames": domains,
	}
	if r.text("validationMethod") != "DNS" {
		return f
	}
	var options []fields
	for _, domain := range domains {
		base := strings.TrimPrefix(domain, "*.")
		options = append(options, fields{
			"domainName":          domain,
			"resourceRecordName":  "_" + hexOf(32, r.provider.ID, base, "name") + "." + base + ".",
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": "_" + hexOf(32, r.provider.ID, base, "value") + "." + alphanumericOf(10, r.provider.ID, base) + ".acm-validations.aws.",
		})
	}
	f["domainValidationOptions"] = options
	return f
}
