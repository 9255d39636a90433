package zones_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/aws/zones"
)

func TestOf(t *testing.T) {
	domains := zones.Domains{{"shop.example.com", "Z1"}, {"example.de", "Z2"}, {"b2b.example.de", "Z3"}}
	for host, zone := range map[string]string{
		"shop.example.com":       "Z1",
		"www.shop.example.com":   "Z1",
		"a.www.shop.example.com": "", // two labels below: no wildcard covers it
		"example.com":            "",
		"myshop.example.com":     "",
		".shop.example.com":      "",
		"www.example.de":         "Z2",
		"b2b.example.de":         "Z3", // covered by both, served by its own zone
		"www.b2b.example.de":     "Z3",
		"example.org":            "",
	} {
		domain, found := domains.Of(host)
		assert.Equal(t, zone, domain.ZoneID, host)
		assert.Equal(t, zone != "", found, host)
	}
	assert.Equal(t, []string{"shop.example.com", "example.de", "b2b.example.de"}, domains.Names())
	assert.Equal(t, []string{
		"shop.example.com", "*.shop.example.com", "example.de", "*.example.de", "b2b.example.de", "*.b2b.example.de",
	}, domains.Covered())
}

// TestWhatADomainTakesItsCertificateHas compares Of with what a browser would accept, for any names.
func TestWhatADomainTakesItsCertificateHas(t *testing.T) {
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "shop"}), 1, 4).Draw(t, "labels"), ".") + ".test"
	})
	rapid.Check(t, func(t *rapid.T) {
		var domains zones.Domains
		for _, d := range rapid.SliceOfN(name, 1, 4).Draw(t, "domains") {
			domains = append(domains, zones.Domain{Name: d, ZoneID: "Z"})
		}
		host := name.Draw(t, "host")
		label, parent, _ := strings.Cut(host, ".")
		accepted := false
		for _, covered := range domains.Covered() {
			accepted = accepted || covered == host || covered == "*."+parent && label != ""
		}
		if _, found := domains.Of(host); found != accepted {
			t.Fatalf("%s of %v: found %v, a certificate for %v is accepted %v", host, domains.Names(), found, domains.Covered(), accepted)
		}
	})
}

func TestCAA(t *testing.T) {
	assert.Equal(t, []string{
		`0 issue "amazon.com"`, `0 issue "amazontrust.com"`, `0 issue "awstrust.com"`, `0 issue "amazonaws.com"`,
		`0 issuewild "amazon.com"`, `0 issuewild "amazontrust.com"`, `0 issuewild "awstrust.com"`, `0 issuewild "amazonaws.com"`,
	}, zones.CAA(nil, ""))
	values := zones.CAA([]string{"letsencrypt.org"}, "security@example.com")
	assert.Contains(t, values, `0 issue "letsencrypt.org"`)
	assert.Contains(t, values, `0 issuewild "letsencrypt.org"`)
	assert.Equal(t, `0 iodef "mailto:security@example.com"`, values[len(values)-1])
	assert.Len(t, values, 11)
}
