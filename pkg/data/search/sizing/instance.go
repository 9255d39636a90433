package sizing

import (
	"fmt"
	"slices"
	"strings"
)

// InstanceType is a type of node, such as r7g.large.search. Accepted are Graviton types with EBS: m7g, and r7g
// with twice the memory for each processor. The burstable t3 is refused: Auto-Tune does not work on it (OSG,
// "Auto-Tune for Amazon OpenSearch Service").
type InstanceType string

// suffix ends every instance type of the service.
const suffix = ".search"

// families and instanceSizes are those that the service has for OpenSearch (OSG, "Supported instance types").
var (
	families      = []string{"m7g", "r7g"}
	instanceSizes = []string{"medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"}
)

// Allowed lists the families and their sizes.
func (InstanceType) Allowed() string {
	return fmt.Sprintf("{%s}.{%s}%s", strings.Join(families, ","), strings.Join(instanceSizes, ","), suffix)
}

// Validate refuses instance types that are not in the list of families.
func (i InstanceType) Validate() error {
	name, isSearch := strings.CutSuffix(string(i), suffix)
	family, instanceSize, _ := strings.Cut(name, ".")
	if !isSearch || !slices.Contains(families, family) || !slices.Contains(instanceSizes, instanceSize) {
		return fmt.Errorf("instance type %q: must be one of %s", string(i), i.Allowed())
	}
	return nil
}

// UnmarshalText reads a setting.
func (i *InstanceType) UnmarshalText(text []byte) error {
	if err := InstanceType(text).Validate(); err != nil {
		return err
	}
	*i = InstanceType(text)
	return nil
}
