package guard

import (
	"fmt"
	"slices"

	"github.com/magestack/magestack/internal/plan"
)

func nameControls() []Control {
	return []Control{
		{"issuance-restricted", "RFC 8659; ACM User Guide, \"Configure a CAA record\": who may issue a certificate for the shop is written down", checkIssuance},
	}
}

// checkIssuance wants a CAA record for every domain whose zone we made or whose component says that it has one. The
// record must tell wildcards apart, and let ACM renew.
func checkIssuance(g *graph) []Violation {
	var found []Violation
	for _, zone := range g.of("magento:dns:Zone") {
		made, record := g.partsOf(zone)
		if record.URN == "" {
			if made || len(texts(zone, "caa")) > 0 {
				found = append(found, Violation{URN: zone.URN, Problem: fmt.Sprintf("every certificate authority may issue certificates for %v", at(zone, "domainName"))})
			}
			continue
		}
		for _, tag := range []string{"issue", "issuewild"} {
			if !slices.Contains(texts(record, "records"), fmt.Sprintf("0 %s %q", tag, "amazon.com")) {
				found = append(found, Violation{URN: record.URN, Problem: fmt.Sprintf("no %s for amazon.com: ACM cannot renew, or wildcards are open to others", tag)})
			}
		}
	}
	return found
}

// partsOf tells whether the component of a zone made it, and its CAA record, if it has one.
func (g *graph) partsOf(zone plan.Resource) (made bool, record plan.Resource) {
	for _, r := range g.resources {
		if r.Parent != zone.URN {
			continue
		}
		made = made || r.Type == "aws:route53/zone:Zone"
		if r.Type == "aws:route53/record:Record" && at(r, "type") == "CAA" {
			record = r
		}
	}
	return made, record
}
