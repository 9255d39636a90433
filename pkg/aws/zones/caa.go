package zones

import (
	"fmt"
	"slices"
)

// AmazonAuthorities are the names by which AWS Certificate Manager finds itself in a CAA record; one of them is enough
// for it, and which one may change (AWS Certificate Manager User Guide, "Configure a CAA record").
func AmazonAuthorities() []string {
	return []string{"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}
}

// CAA returns the values of a domain's CAA record in the form of Route 53 (Route 53 Developer Guide, "CAA record type"):
// only Amazon and the further authorities may issue certificates for the domain and everything below it. Wildcards have
// values of their own, since issuewild alone counts for them where there is one (RFC 8659 section 4.3). The mail address, where
// there is one, is notified of a request that was refused; ACM does not write to it.
func CAA(further []string, mail string) []string {
	var values []string
	for _, tag := range []string{"issue", "issuewild"} {
		for _, authority := range slices.Concat(AmazonAuthorities(), further) {
			values = append(values, fmt.Sprintf("0 %s %q", tag, authority))
		}
	}
	if mail != "" {
		values = append(values, fmt.Sprintf("0 iodef %q", "mailto:"+mail))
	}
	return values
}
