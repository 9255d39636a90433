package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/naming"
)

// HostedZone is where the public hosted zone of a domain comes from: it is made, looked up by the domain's name, or given
// by its id.
type HostedZone string

// The hosted zones that are not given by their id.
const (
	HostedZoneMade     HostedZone = "make"
	HostedZoneLookedUp HostedZone = "lookup"
)

var zoneIDFormat = regexp.MustCompile(`^Z[A-Z0-9]{8,32}$`)

// Allowed says what a HostedZone may be.
func (HostedZone) Allowed() string {
	return "make, lookup, or the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ"
}

// UnmarshalText refuses what is neither a word nor an id. Nothing at all means make, as it did before there was a word.
func (z *HostedZone) UnmarshalText(text []byte) error {
	given := HostedZone(text)
	switch {
	case given == "":
		given = HostedZoneMade
	case given != HostedZoneMade && given != HostedZoneLookedUp && !zoneIDFormat.Match(text):
		return fmt.Errorf("must be %s", z.Allowed())
	}
	*z = given
	return nil
}

// ID is the id of the zone, where it is given.
func (z HostedZone) ID() string {
	if z == HostedZoneMade || z == HostedZoneLookedUp {
		return ""
	}
	return string(z)
}

// Domain is a DNS domain of the shop with the zone that its records are in.
type Domain struct {
	Name HostName   `key:"domainName"`
	Zone HostedZone `key:"hostedZoneId" default:"make"`
}

// Allowed says what a Domain may be.
func (Domain) Allowed() string {
	return "domainName (" + HostName("").Allowed() + ") and hostedZoneId (" + HostedZone("").Allowed() + "; make by default)"
}

// CAARecords is which domains get a CAA record.
type CAARecords string

// The choices of CAARecords.
const (
	CAAInAllZones  CAARecords = "all"
	CAAInMadeZones CAARecords = "made"
)

// Allowed lists the choices.
func (CAARecords) Allowed() string { return "all or made" }

// UnmarshalText refuses every other choice.
func (c *CAARecords) UnmarshalText(text []byte) error {
	if given := CAARecords(text); given != CAAInAllZones && given != CAAInMadeZones {
		return fmt.Errorf("must be %s", c.Allowed())
	}
	*c = CAARecords(text)
	return nil
}

// maxDomains is how many domains a certificate has room for: each takes two of the 100 names that ACM can be asked for
// (AWS Certificate Manager User Guide, "Quotas").
const maxDomains = 50

// mailFormat is an address as it stands in a URL without escapes: of what RFC 6068 allows there, what people use.
var mailFormat = regexp.MustCompile(`^[A-Za-z0-9._+-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)

// Domains are the domains of the environment, the main one first.
func (s Networking) Domains() []Domain {
	return append([]Domain{{s.DomainName, s.HostedZoneID}}, s.AdditionalDomains...)
}

// names are the domains before their zones are known.
func (s Networking) names() zones.Domains {
	var all zones.Domains
	for _, domain := range s.Domains() {
		all = append(all, zones.Domain{Name: string(domain.Name)})
	}
	return all
}

// CAA is the record of a domain, or nothing where it is left to the zone's owner.
func (s Networking) CAA(domain Domain) []string {
	if domain.Zone != HostedZoneMade && s.CAARecords == CAAInMadeZones {
		return nil
	}
	further := make([]string, len(s.CertificateAuthorities))
	for i, authority := range s.CertificateAuthorities {
		further[i] = string(authority)
	}
	return zones.CAA(further, s.CAAReportAddress)
}

func (s Networking) domainRules() []rule {
	key := func(name string) string { return naming.ProjectNetworking + ":" + name }
	return []rule{
		{[]string{key("additionalDomains"), key("domainName")}, func() []Problem { return s.domainProblems(key("additionalDomains")) }},
		{[]string{key("certificateAuthorities")}, func() []Problem { return s.authorityProblems(key("certificateAuthorities")) }},
		{[]string{key("caaReportAddress")}, func() []Problem {
			if s.CAAReportAddress == "" || mailFormat.MatchString(s.CAAReportAddress) {
				return nil
			}
			return []Problem{{key("caaReportAddress"), s.CAAReportAddress, "must be a mail address, such as security@example.com"}}
		}},
		{[]string{key("caaRecords"), key("hostedZoneId"), key("additionalDomains"), key("certificateAuthorities"), key("caaReportAddress")}, func() []Problem {
			return s.unsaidProblems(key)
		}},
	}
}

// domainProblems refuses domains that are named twice, and more than a certificate has room for.
func (s Networking) domainProblems(key string) []Problem {
	var problems []Problem
	seen := map[HostName]bool{s.DomainName: true}
	for _, domain := range s.AdditionalDomains {
		if seen[domain.Name] {
			problems = append(problems, Problem{key, string(domain.Name), "named twice, here or as " + naming.ProjectNetworking + ":domainName"})
		}
		seen[domain.Name] = true
	}
	if len(s.AdditionalDomains) >= maxDomains {
		problems = append(problems, Problem{key, fmt.Sprintf("%d domains", len(s.AdditionalDomains)), fmt.Sprintf("must be at most %d; a certificate has no room for more", maxDomains-1)})
	}
	return problems
}

func (s Networking) authorityProblems(key string) []Problem {
	var problems []Problem
	seen := map[HostName]bool{}
	for _, authority := range s.CertificateAuthorities {
		switch {
		case slices.Contains(zones.AmazonAuthorities(), string(authority)):
			problems = append(problems, Problem{key, string(authority), "is among them always"})
		case seen[authority]:
			problems = append(problems, Problem{key, string(authority), "named twice"})
		}
		seen[authority] = true
	}
	return problems
}

// unsaidProblems refuses what would be said in no CAA record.
func (s Networking) unsaidProblems(key func(string) string) []Problem {
	for _, domain := range s.Domains() {
		if len(s.CAA(domain)) > 0 {
			return nil
		}
	}
	var problems []Problem
	const message = "stands in no CAA record: with caaRecords made, no zone is made here"
	if len(s.CertificateAuthorities) > 0 {
		problems = append(problems, Problem{key("certificateAuthorities"), fmt.Sprint(len(s.CertificateAuthorities), " authorities"), message})
	}
	if s.CAAReportAddress != "" {
		problems = append(problems, Problem{key("caaReportAddress"), s.CAAReportAddress, message})
	}
	return problems
}

// WithinDomains checks that every host name is one of the environment's domains or one label below it.
func (s CDN) WithinDomains(domains zones.Domains) error {
	var problems []Problem
	for _, name := range s.HostNames {
		if _, found := domains.Of(string(name)); !found {
			problems = append(problems, Problem{hostNamesKey, string(name), "must be " + strings.Join(domains.Names(), ", ") +
				" or one label below it (" + naming.ProjectNetworking + ":domainName and additionalDomains)"})
		}
	}
	return joined(problems)
}
