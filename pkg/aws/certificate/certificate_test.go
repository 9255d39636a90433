package certificate_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/certificate"
	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/layer"
)

var domains = zones.Domains{{Name: "shop.example.com", ZoneID: "Z1"}, {Name: "shop.example.de", ZoneID: "Z2"}}

func planned(args certificate.Args) (*plan.Environment, error) {
	return offlinetest.Run(layer.Networking{}.Layer(), func(ctx *pulumi.Context, p pulumi.ResourceOption) error {
		_, err := certificate.New(ctx, "certificate", args, p)
		return err
	})
}

// TestEachDomainIsProvedInItsZone wants the record that ACM asks for that domain, whatever the order of its list.
func TestEachDomainIsProvedInItsZone(t *testing.T) {
	recorded, err := planned(certificate.Args{Domains: domains, Proves: true})
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, certificate.CertificateType, "certificate")
	made := offlinetest.Find(t, recorded, "certificate-certificate")
	assert.Equal(t, "shop.example.com", made.Inputs["domainName"])
	assert.Equal(t, []any{"*.shop.example.com", "shop.example.de", "*.shop.example.de"}, made.Inputs["subjectAlternativeNames"])
	for name, domain := range map[string]zones.Domain{
		"certificate-validation":                 domains[0],
		"certificate-validation-shop.example.de": domains[1],
	} {
		record := offlinetest.Find(t, recorded, name)
		assert.Equal(t, domain.ZoneID, record.Inputs["zoneId"])
		assert.Equal(t, "CNAME", record.Inputs["type"])
		assert.True(t, strings.HasSuffix(record.Inputs["name"].(string), "."+domain.Name+"."), record.Inputs["name"])
	}
	assert.Len(t, recorded.OfType("aws:route53/record:Record"), 2, "a wildcard shares its domain's record")
	assert.Len(t, offlinetest.Find(t, recorded, "certificate-issued").Inputs["validationRecordFqdns"], 2)
}

func TestACertificateThatAnotherOneProves(t *testing.T) {
	recorded, err := planned(certificate.Args{Domains: domains})
	require.NoError(t, err)
	assert.Empty(t, recorded.OfType("aws:route53/record:Record"))
	assert.Len(t, recorded.OfType("aws:acm/certificateValidation:CertificateValidation"), 1, "it waits all the same")
}

func TestCertificateRefuses(t *testing.T) {
	_, err := planned(certificate.Args{})
	assert.ErrorContains(t, err, "domains: required")
	_, err = planned(certificate.Args{Domains: zones.Domains{{Name: "shop.example.com"}, {ZoneID: "Z2"}}, Proves: true})
	assert.ErrorContains(t, err, `domains: "shop.example.com" in zone ""`)
	assert.ErrorContains(t, err, `domains: "" in zone "Z2"`)
}
