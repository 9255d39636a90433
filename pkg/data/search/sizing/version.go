// Package sizing knows what a domain of Amazon OpenSearch Service can be made of: versions, instance types, and
// how many nodes of what over how many zones. It is pure: no provider, no state.
//
// Sources are named where a number stands: "OSG" is the Amazon OpenSearch Service Developer Guide.
package sizing

import "fmt"

// Version is a version of OpenSearch, written as the service does: "OpenSearch_3.1".
type Version string

const (
	// OpenSearch219 is the last of the 2.x line. Adobe lists it for Magento 2.4.6 and 2.4.7 only.
	OpenSearch219 Version = "OpenSearch_2.19"
	// OpenSearch31 is the one to take: Adobe's table has "AWS OpenSearch 3.1+" for every supported release, from
	// 2.4.6-p15 to 2.4.9, so that upgrading Magento does not force an upgrade of the search at the same time
	// (AdobeDocs, system requirements, 2026-08).
	OpenSearch31 Version = "OpenSearch_3.1"
	// OpenSearch33 and OpenSearch35 are later ones of the same line. A domain never goes back to an older one
	// (OSG, "Upgrading domains").
	OpenSearch33 Version = "OpenSearch_3.3"
	OpenSearch35 Version = "OpenSearch_3.5"
)

// Allowed lists the versions.
func (Version) Allowed() string {
	return fmt.Sprintf("%s, %s, %s or %s", OpenSearch219, OpenSearch31, OpenSearch33, OpenSearch35)
}

// Validate refuses versions that Magento or the service does not support.
func (v Version) Validate() error {
	switch v {
	case OpenSearch219, OpenSearch31, OpenSearch33, OpenSearch35:
		return nil
	default:
		return fmt.Errorf("version %q: must be %s", string(v), v.Allowed())
	}
}

// UnmarshalText reads a setting.
func (v *Version) UnmarshalText(text []byte) error {
	if err := Version(text).Validate(); err != nil {
		return err
	}
	*v = Version(text)
	return nil
}
