package settings_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/settings"
)

const (
	moreDomains = "magento-networking:additionalDomains"
	givenZone   = "Z0123456789ABCDEFGHIJ"
)

// manyDomains is a list of as many further domains.
func manyDomains(t *testing.T, count int) string {
	t.Helper()
	list := make([]map[string]string, count)
	for i := range list {
		list[i] = map[string]string{"domainName": fmt.Sprintf("shop%d.example.com", i)}
	}
	text, err := json.Marshal(list)
	require.NoError(t, err)
	return string(text)
}

func TestBadDomains(t *testing.T) {
	for name, c := range map[string]struct {
		set  settings.Config
		want []string // one for each problem
	}{
		"a zone that is no id": {
			set:  settings.Config{"magento-networking:hostedZoneId": "shop.example.com"},
			want: []string{`magento-networking:hostedZoneId: "shop.example.com": must be make, lookup, or the id of a Route 53 hosted zone`},
		},
		"a list of texts": {
			set:  settings.Config{moreDomains: `["shop.example.de"]`},
			want: []string{moreDomains + `: "[\"shop.example.de\"]": must be a list of: domainName (a DNS name in lower case`},
		},
		"a further domain that is none": {
			set:  settings.Config{moreDomains: `[{"domainName":"Shop.example.de"}]`},
			want: []string{`domainName: "Shop.example.de": must be a DNS name in lower case`},
		},
		"a further domain without a name, and another one in no zone": {
			set: settings.Config{moreDomains: `[{"hostedZoneId":"lookup"},{"domainName":"shop.example.de","hostedZoneId":"some"}]`},
			want: []string{
				`item 1, "{\"hostedZoneId\":\"lookup\"}": domainName: missing`,
				`item 2, "{\"domainName\":\"shop.example.de\",\"hostedZoneId\":\"some\"}": hostedZoneId: "some": must be make, lookup, or the id`,
			},
		},
		"a misspelt key": {
			set:  settings.Config{moreDomains: `[{"domainName":"shop.example.de","hostedZone":"lookup"}]`},
			want: []string{`hostedZone: unknown key; did you mean hostedZoneId?`},
		},
		"an unknown key": {
			set:  settings.Config{moreDomains: `[{"domainName":"shop.example.de","delegatedBy":"us"}]`},
			want: []string{`delegatedBy: unknown key; there are: domainName, hostedZoneId`},
		},
		"a domain twice": {
			set: settings.Config{moreDomains: `[{"domainName":"shop.example.de"},{"domainName":"shop.example.de"},{"domainName":"staging.example.com"}]`},
			want: []string{
				moreDomains + `: "shop.example.de": named twice`,
				moreDomains + `: "staging.example.com": named twice, here or as magento-networking:domainName`,
			},
		},
		"more domains than a certificate has room for": {
			set:  settings.Config{moreDomains: manyDomains(t, 50)},
			want: []string{moreDomains + `: "50 domains": must be at most 49`},
		},
		"a host in no domain": {
			set: settings.Config{moreDomains: `[{"domainName":"shop.example.de"}]`, "magento-cdn:hostNames": `["www.shop.example.de","shop.example.fr","a.b.shop.example.de"]`},
			want: []string{
				`magento-cdn:hostNames: "shop.example.fr": must be staging.example.com, shop.example.de or one label below it (magento-networking:domainName and additionalDomains)`,
				`magento-cdn:hostNames: "a.b.shop.example.de": must be `,
			},
		},
		"another choice of CAA records": {
			set:  settings.Config{"magento-networking:caaRecords": "none"},
			want: []string{`magento-networking:caaRecords: "none": must be all or made`},
		},
		"an authority that is among them, and one that is named twice": {
			set: settings.Config{"magento-networking:certificateAuthorities": `["amazontrust.com","letsencrypt.org","letsencrypt.org"]`},
			want: []string{
				`magento-networking:certificateAuthorities: "amazontrust.com": is among them always`,
				`magento-networking:certificateAuthorities: "letsencrypt.org": named twice`,
			},
		},
		"an authority by its name": {
			set:  settings.Config{"magento-networking:certificateAuthorities": `["Let's Encrypt"]`},
			want: []string{`item 1, "Let's Encrypt": must be a DNS name in lower case`},
		},
		"an address that is none": {
			set:  settings.Config{"magento-networking:caaReportAddress": "mailto:security@example.com"},
			want: []string{`magento-networking:caaReportAddress: "mailto:security@example.com": must be a mail address`},
		},
		"an address that breaks out of its quotes": {
			set:  settings.Config{"magento-networking:caaReportAddress": `a"b@example.com`},
			want: []string{`must be a mail address`},
		},
		"what no CAA record says": {
			set: settings.Config{
				"magento-networking:hostedZoneId": givenZone, "magento-networking:caaRecords": "made",
				"magento-networking:certificateAuthorities": `["letsencrypt.org"]`, "magento-networking:caaReportAddress": "security@example.com",
			},
			want: []string{
				`magento-networking:caaReportAddress: "security@example.com": stands in no CAA record`,
				`magento-networking:certificateAuthorities: "1 authorities": stands in no CAA record`,
			},
		},
		"an interval that Route 53 does not have": {
			set:  settings.Config{"magento-cdn:healthCheckSeconds": "20"},
			want: []string{`magento-cdn:healthCheckSeconds: "20": must be 10 or 30`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := read(t, "staging")
			maps.Copy(config, c.set)
			err := settings.Check(config)
			require.Error(t, err)
			lines := strings.Split(err.Error(), "\n")
			require.Len(t, lines, len(c.want), err.Error())
			for i, want := range c.want {
				assert.Contains(t, lines[i], want)
			}
		})
	}
}

func TestDomains(t *testing.T) {
	config := read(t, "staging")
	config["magento-networking:hostedZoneId"] = ""
	config[moreDomains] = `[{"domainName":"shop.example.de","hostedZoneId":"lookup"},{"domainName":"shop.example.fr","hostedZoneId":"` + givenZone + `"},{"domainName":"shop.example.it"}]`
	networking, err := settings.LoadNetworking(config)
	require.NoError(t, err)
	domains := networking.Domains()
	assert.Equal(t, []settings.Domain{
		{Name: "staging.example.com", Zone: settings.HostedZoneMade}, // as nothing has always meant
		{Name: "shop.example.de", Zone: settings.HostedZoneLookedUp},
		{Name: "shop.example.fr", Zone: givenZone},
		{Name: "shop.example.it", Zone: settings.HostedZoneMade},
	}, domains)
	assert.Equal(t, []string{"", "", givenZone, ""}, []string{domains[0].Zone.ID(), domains[1].Zone.ID(), domains[2].Zone.ID(), domains[3].Zone.ID()})
	for _, domain := range domains {
		assert.Equal(t, zones.CAA(nil, ""), networking.CAA(domain), domain.Name)
	}
	networking.CAARecords = settings.CAAInMadeZones
	assert.Nil(t, networking.CAA(domains[1]), "who looks a zone up did not make it")
	assert.Nil(t, networking.CAA(domains[2]))
	assert.NotNil(t, networking.CAA(domains[3]))
}

// TestADomainsRecordHasOneOwner keeps two environments from writing the same CAA record: the second one would not come
// up, and whichever is destroyed takes it from the other.
func TestADomainsRecordHasOneOwner(t *testing.T) {
	environments, err := settings.Environments(root)
	require.NoError(t, err)
	owners := map[settings.HostName]string{}
	for _, environment := range environments {
		networking, err := settings.LoadNetworking(own(t, environment))
		require.NoError(t, err)
		for _, domain := range networking.Domains() {
			if networking.CAA(domain) != nil {
				assert.Empty(t, owners[domain.Name], "%s has the record of %s as well", environment, domain.Name)
				owners[domain.Name] = environment
			}
		}
	}
}
