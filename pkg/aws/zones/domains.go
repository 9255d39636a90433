// Package zones knows which of an environment's domains a host name belongs to, and what their CAA records say. It
// needs no provider, so that settings and contracts can use it.
package zones

import "strings"

// Domain is a DNS domain of the shop: its certificate covers the domain and every name one label below it.
type Domain struct {
	Name   string
	ZoneID string // of the public hosted zone that its records are in
}

// Covers reports whether the host is the domain itself or one label below it, since a wildcard stands for one label
// (RFC 6125 section 6.4.3).
func (d Domain) Covers(host string) bool {
	if host == d.Name {
		return true
	}
	label, below := strings.CutSuffix(host, "."+d.Name)
	return below && label != "" && !strings.Contains(label, ".")
}

// Domains are an environment's domains, the main one first.
type Domains []Domain

// Of is the domain that a host name belongs to. A domain may lie below another one: its zone is asked for what is in
// it, so that the longest one counts.
func (d Domains) Of(host string) (Domain, bool) {
	var found Domain
	for _, candidate := range d {
		if candidate.Covers(host) && len(candidate.Name) > len(found.Name) {
			found = candidate
		}
	}
	return found, found.Name != ""
}

// Names are the domains without their zones.
func (d Domains) Names() []string {
	names := make([]string, len(d))
	for i, domain := range d {
		names[i] = domain.Name
	}
	return names
}

// Covered are all names of a certificate for the domains: each with its wildcard, in order.
func (d Domains) Covered() []string {
	var covered []string
	for _, domain := range d {
		covered = append(covered, domain.Name, "*."+domain.Name)
	}
	return covered
}
