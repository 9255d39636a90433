package settings

import (
	"fmt"
	"regexp"
	"strings"
)

// lookUpZone stands for the id of a hosted zone that is to be found by its name.
const lookUpZone = "lookup"

// mailFormat is enough of RFC 5321 to notice a mistake.
var mailFormat = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,63}$`)

// Domain is a domain of the shop, and its hosted zone.
type Domain struct {
	Name   HostName
	ZoneID string // an id, lookUpZone, or empty for one that is made
}

// Allowed says what a Domain may be.
func (Domain) Allowed() string {
	return "a DNS name, which makes its hosted zone, or with =lookup or =<id of the zone> behind it"
}

// UnmarshalText reads a name, and a zone behind an equals sign.
func (d *Domain) UnmarshalText(text []byte) error {
	name, zone, given := strings.Cut(string(text), "=")
	if given && zone != lookUpZone && !zoneIDFormat.MatchString(zone) {
		return fmt.Errorf("must be %s", d.Allowed())
	}
	d.ZoneID = zone
	return d.Name.UnmarshalText([]byte(name))
}

// Domains are all domains of the shop, the main one first.
func (s Networking) Domains() []HostName {
	names := []HostName{s.DomainName}
	for _, d := range s.FurtherDomains {
		names = append(names, d.Name)
	}
	return names
}

// domainProblems refuses a domain that is named twice. ACM puts ten names on a certificate without being asked for more,
// two of each domain (AWS Certificate Manager User Guide, "Quotas").
func (s Networking) domainProblems() []Problem {
	const key, most = NetworkingProject + ":furtherDomains", 4
	var problems []Problem
	seen := map[HostName]bool{s.DomainName: true}
	for _, d := range s.FurtherDomains {
		if seen[d.Name] {
			problems = append(problems, Problem{key, string(d.Name), "named twice"})
		}
		seen[d.Name] = true
	}
	if n := len(s.FurtherDomains); n > most {
		problems = append(problems, Problem{key, fmt.Sprintf("%d domains", n), fmt.Sprintf("must be %d or fewer: a certificate has ten names, two of each domain", most)})
	}
	return problems
}
