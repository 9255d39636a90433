package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// KubernetesVersion is a minor version of Kubernetes that this release of the project was built for.
type KubernetesVersion string

// kubernetesVersions are the versions that both EKS and the pinned Karpenter support (Karpenter 1.14,
// "Compatibility": 1.36 is the newest; older ones are near the end of EKS's standard support).
var kubernetesVersions = []string{"1.34", "1.35", "1.36"}

// Allowed lists the versions.
func (KubernetesVersion) Allowed() string {
	return "one of " + strings.Join(kubernetesVersions, ", ") + ", in quotes"
}

// UnmarshalText refuses every other version.
func (v *KubernetesVersion) UnmarshalText(text []byte) error {
	if !slices.Contains(kubernetesVersions, string(text)) {
		return fmt.Errorf("must be %s", v.Allowed())
	}
	*v = KubernetesVersion(text)
	return nil
}

// Bounds of the managed node group that the cluster's own controllers run on. Two is the least: Karpenter's
// replicas refuse to share a node (chart defaults, pod anti-affinity by hostname).
const (
	MinSystemNodes = 2
	MaxSystemNodes = 10
)

// Compute holds the settings of the project magento-compute.
type Compute struct {
	AWS

	// KubernetesVersion is the version of the cluster. A cluster moves up one minor version at a time.
	KubernetesVersion KubernetesVersion `key:"kubernetesVersion" default:"1.35"`

	// SystemInstanceTypes are the instance types of the system node group; all must be ARM (Graviton).
	SystemInstanceTypes []string `key:"systemInstanceTypes" default:"[\"m7g.large\",\"m6g.large\"]" differs:"size" allowed:"a list of Graviton instance types"`

	// SystemNodes is how many nodes the system group has.
	SystemNodes int `key:"systemNodes" default:"2" differs:"replicas" allowed:"2 to 10"`

	// AdministratorRoles are the IAM roles that administer the cluster.
	AdministratorRoles []RoleARN `key:"administratorRoles" default:"[]" differs:"domain"`

	// PublicEndpointCIDRs are the networks from which the Kubernetes API answers over the internet. Empty,
	// the default, leaves only the private endpoint.
	PublicEndpointCIDRs []CIDR `key:"publicEndpointCidrs" default:"[]" differs:"domain"`

	// ProtectLoadBalancer makes AWS refuse to delete the load balancer that the shop answers through. Only an
	// environment that is made to be thrown away may go without.
	ProtectLoadBalancer bool `key:"protectLoadBalancer" default:"true" differs:"purpose"`
}

// ComputeProject is the name of the project and the namespace of its settings.
const ComputeProject = "magento-compute"

// LoadCompute reads and checks the settings of magento-compute.
func LoadCompute(config Config) (Compute, error) { return load[Compute](config, ComputeProject) }

func (s Compute) validate() []Problem {
	problems := s.AWS.validate()
	if s.SystemNodes < MinSystemNodes || s.SystemNodes > MaxSystemNodes {
		problems = append(problems, Problem{ComputeProject + ":systemNodes", strconv.Itoa(s.SystemNodes),
			fmt.Sprintf("must be %d to %d", MinSystemNodes, MaxSystemNodes)})
	}
	if len(s.SystemInstanceTypes) == 0 {
		problems = append(problems, Problem{ComputeProject + ":systemInstanceTypes", "[]", "must name at least one instance type"})
	}
	for _, name := range s.SystemInstanceTypes {
		if !gravitonFormat.MatchString(name) {
			problems = append(problems, Problem{ComputeProject + ":systemInstanceTypes", name, "must be a Graviton instance type, such as m7g.large"})
		}
	}
	for _, block := range s.PublicEndpointCIDRs {
		if block.Bits() == 0 {
			problems = append(problems, Problem{ComputeProject + ":publicEndpointCidrs", block.String(), "must not be the whole internet"})
		}
	}
	return problems
}
