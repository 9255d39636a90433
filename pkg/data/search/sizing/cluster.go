package sizing

import (
	"errors"
	"fmt"
	"regexp"
)

// Cluster is the size of a domain and how it is spread.
type Cluster struct {
	DataNodes int
	DataType  InstanceType
	VolumeGiB int // of each data node

	// Zones is over how many availability zones the data nodes are spread. With 2 or 3, OpenSearch keeps the
	// copies of a shard in different zones, and the loss of one stops neither search nor indexing.
	Zones int

	// Masters is the number of dedicated master nodes. They hold the state of the cluster and nothing else, so
	// that a heavy query or a full reindex cannot make it lose its leader. 0 lets data nodes do it: for
	// environments that may stop for a while.
	Masters    int
	MasterType InstanceType // meaningless without masters

	// MaxClauses is how many clauses one query may have; 0 leaves the domain what it has. A rule of a virtual category or a
	// search over many attributes becomes one clause for each of its parts.
	MaxClauses int
}

const (
	// MinMaxClauses is what the service begins with (API Reference, AdvancedOptionsStatus,
	// indices.query.bool.max_clause_count), and MaxMaxClauses ours: four times the 16,384 or so that modules for large
	// catalogues ask for. A node counts clauses to protect its heap.
	MinMaxClauses = 1024
	MaxMaxClauses = 65536
)

// ValidMaxClauses reports whether a query may be allowed so many clauses.
func ValidMaxClauses(clauses int) bool {
	return clauses == 0 || clauses >= MinMaxClauses && clauses <= MaxMaxClauses
}

const (
	// maxZones is the most that a domain is spread over (OSG, "Configuring a multi-AZ domain").
	maxZones = 3

	// minVolumeGiB is the smallest volume that the service takes (OSG, "EBS volume size quotas"). The largest
	// depends on the instance type, and the service says so; maxVolumeGiB is ours: a catalogue's indices are
	// gigabytes, and a volume can grow but never shrink without a new domain.
	minVolumeGiB = 10
	maxVolumeGiB = 1024
)

// Validate reports everything that is wrong with the cluster.
func (c Cluster) Validate() error {
	problems := []error{c.ValidateSpread(), wrap("data nodes", c.DataType.Validate()), c.ValidateMasters(), c.ValidateVolume()}
	if !ValidMaxClauses(c.MaxClauses) {
		problems = append(problems, fmt.Errorf("%d clauses in a query: must be 0, or %d to %d", c.MaxClauses, MinMaxClauses, MaxMaxClauses))
	}
	return errors.Join(problems...)
}

// ValidateVolume holds each node's volume between its bounds.
func (c Cluster) ValidateVolume() error {
	if c.VolumeGiB < minVolumeGiB || c.VolumeGiB > maxVolumeGiB {
		return fmt.Errorf("volume of %d GiB: must be %d to %d GiB", c.VolumeGiB, minVolumeGiB, maxVolumeGiB)
	}
	return nil
}

// ValidateSpread holds data nodes and zones together (OSG, "Configuring a multi-AZ domain": an even number for
// two zones, multiples of three for three).
func (c Cluster) ValidateSpread() error {
	switch {
	case c.DataNodes < 1:
		return fmt.Errorf("%d data nodes: must be 1 or more", c.DataNodes)
	case c.Zones < 1 || c.Zones > maxZones:
		return fmt.Errorf("%d zones: must be 1 to %d", c.Zones, maxZones)
	case c.Zones == 1 && c.DataNodes > 1:
		return fmt.Errorf("%d data nodes in 1 zone: one zone takes one node, since more would be lost together; "+
			"spread them over 2 or %d zones", c.DataNodes, maxZones)
	case c.DataNodes%c.Zones != 0:
		return fmt.Errorf("%d data nodes over %d zones: must be a multiple of %d, such as %d",
			c.DataNodes, c.Zones, c.Zones, (c.DataNodes/c.Zones+1)*c.Zones)
	}
	return nil
}

// ValidateMasters allows none, or a number that can vote (OSG, "Dedicated master nodes": three are recommended,
// five allowed; two or four survive no more losses than one or three).
func (c Cluster) ValidateMasters() error {
	switch c.Masters {
	case 0:
		return nil
	case 3, 5:
		return wrap("masters", c.MasterType.Validate())
	default:
		return fmt.Errorf("%d dedicated masters: must be 0, 3 or 5, so that a majority outlives the loss of one", c.Masters)
	}
}

// wrap puts the name of what was checked before an error, and leaves nil as it is.
func wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// maxDomainName and domainNameFormat are the rules for names of domains (OpenSearch Service API Reference,
// CreateDomain, DomainName: 3 to 28 lower-case letters, digits and hyphens, a letter first).
const maxDomainName = 28

var domainNameFormat = regexp.MustCompile(`^[a-z][a-z0-9-]{2,27}$`)

// ValidateDomainName refuses names that the service does not take.
func ValidateDomainName(name string) error {
	if !domainNameFormat.MatchString(name) {
		return fmt.Errorf("domain name %q has %d characters: must be 3 to %d lower-case letters, digits and hyphens, a letter first",
			name, len(name), maxDomainName)
	}
	return nil
}
