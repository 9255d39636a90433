package stacks_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/offline"
)

const (
	distributionType = "aws:cloudfront/distribution:Distribution"
	cachePolicyType  = "aws:cloudfront/cachePolicy:CachePolicy"
	certificateType  = "aws:acm/certificate:Certificate"
	validationType   = "aws:acm/certificateValidation:CertificateValidation"
	recordType       = "aws:route53/record:Record"

	// Policies that AWS maintains (CloudFront Developer Guide, "Use managed cache policies", "Use managed origin request
	// policies", "Use managed response headers policies").
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allViewer       = "216adef6-5c7f-47e4-b989-5492eafa07d3"
	securityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03"
)

// TestNames wants both kinds of addresses for every host, all of the distribution.
func TestNames(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		d := the(t, plan, distributionType)
		var want, got []string
		for _, host := range outputs(t, plan, "magento-cdn")["hostNames"].([]any) {
			want = append(want, fmt.Sprint(host, " A"), fmt.Sprint(host, " AAAA"))
		}
		for _, record := range stackOf(t, plan, "magento-cdn").Resources {
			if record.Type != recordType {
				continue
			}
			got = append(got, fmt.Sprintf("%v %v", input(record, "name"), input(record, "type")))
			assert.Equal(t, d.Outputs["domainName"], input(record, "aliases.0.name"))
			assert.Equal(t, d.Outputs["hostedZoneId"], input(record, "aliases.0.zoneId"))
			assert.Equal(t, outputs(t, plan, "magento-networking")["hostedZoneId"], input(record, "zoneId"))
		}
		assert.ElementsMatch(t, want, got)
	})
}

// TestCertificates are for the domain and one level below it, in both regions, and nothing uses one before it is issued.
func TestCertificates(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		domain := outputs(t, plan, "magento-networking")["domainName"]
		certificates, validations := ofType(plan, certificateType), ofType(plan, validationType)
		require.Len(t, certificates, 2)
		require.Len(t, validations, 2)
		users := map[string]any{
			"magento-compute": input(the(t, plan, listenerType), "certificateArn"),
			"magento-cdn":     input(the(t, plan, distributionType), "viewerCertificate.acmCertificateArn"),
		}
		for i, certificate := range certificates {
			assert.Equal(t, domain, input(certificate, "domainName"))
			assert.Equal(t, []any{fmt.Sprintf("*.%s", domain)}, input(certificate, "subjectAlternativeNames"))
			assert.Equal(t, "DNS", input(certificate, "validationMethod"))
			assert.Equal(t, certificate.Outputs["arn"], users[certificate.Project])
			assert.Equal(t, certificate.Outputs["arn"], input(validations[i], "certificateArn"))
		}
		assert.Contains(t, dependencies(the(t, plan, listenerType)), validations[0].Name)
		assert.Contains(t, dependencies(the(t, plan, distributionType)), validations[1].Name)

		record := named(t, plan, recordType, "certificate-validation")
		assert.Equal(t, []any{record.Outputs["fqdn"]}, input(validations[0], "validationRecordFqdns"))
		assert.Contains(t, dependencies(validations[0]), record.Name, "the validation must wait for the record")
	})
}

func behaviorOf(t *testing.T, d offline.Resource, pattern string) any {
	t.Helper()
	for _, behavior := range input(d, "orderedCacheBehaviors").([]any) {
		if in(behavior, "pathPattern") == pattern {
			return behavior
		}
	}
	require.Fail(t, "no behaviour", pattern)
	return nil
}

func originOf(t *testing.T, d offline.Resource, behavior any) any {
	t.Helper()
	for _, origin := range input(d, "origins").([]any) {
		if in(origin, "originId") == in(behavior, "targetOriginId") {
			return origin
		}
	}
	require.Fail(t, "no origin", in(behavior, "targetOriginId"))
	return nil
}

// policyOf is the cache policy of ours that a behaviour has.
func policyOf(t *testing.T, plan *offline.Environment, behavior any) offline.Resource {
	t.Helper()
	for _, policy := range ofType(plan, cachePolicyType) {
		if policy.ID == in(behavior, "cachePolicyId") {
			return policy
		}
	}
	require.Fail(t, "no cache policy of ours", in(behavior, "pathPattern"))
	return offline.Resource{}
}
