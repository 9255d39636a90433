package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/naming"
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
	minSystemNodes = 2
	maxSystemNodes = 10
)

// Compute holds the settings of the project magento-compute.
type Compute struct {
	AWS
	Access
	NodePools
	GitOps

	// KubernetesVersion is the version of the cluster. A cluster moves up one minor version at a time.
	KubernetesVersion KubernetesVersion `key:"kubernetesVersion" default:"1.35"`

	// SystemInstanceTypes are the instance types of the system node group; all must be ARM (Graviton).
	SystemInstanceTypes []string `key:"systemInstanceTypes" default:"[\"m7g.large\",\"m6g.large\"]" differs:"size" allowed:"a list of Graviton instance types"`

	// SystemNodes is how many nodes the system group has.
	SystemNodes int `key:"systemNodes" default:"2" differs:"replicas" allowed:"2 to 10"`

	// ProvesDomain is whether this environment owns the DNS record that proves to AWS that the domain is ours. It
	// depends on the account and the domain alone, so that of environments which share both, a standby and its primary,
	// only one may.
	ProvesDomain bool `key:"provesDomain" default:"true" differs:"owner"`

	// ProtectCluster makes Pulumi refuse to delete the control plane, its logs, the cluster's key and the repository of
	// images, and Pulumi and AWS the load balancer that the shop answers through. Only an environment that is made to be thrown away may go without.
	ProtectCluster bool `key:"protectCluster" default:"true" differs:"purpose"`
}

// LoadCompute reads and checks the settings of magento-compute.
func LoadCompute(config Config) (Compute, error) { return load[Compute](config, naming.ProjectCompute) }

func (s Compute) rules() []rule {
	key := func(name string) string { return naming.ProjectCompute + ":" + name }
	return append(slices.Concat(s.AWS.rules(), s.Access.rules(s.accountID()), s.NodePools.rules(s.ProtectCluster), s.GitOps.rules()),
		rule{[]string{key("systemNodes")}, func() []Problem {
			if s.SystemNodes >= minSystemNodes && s.SystemNodes <= maxSystemNodes {
				return nil
			}
			return []Problem{{key("systemNodes"), strconv.Itoa(s.SystemNodes), fmt.Sprintf("must be %d to %d", minSystemNodes, maxSystemNodes)}}
		}},
		rule{[]string{key("systemInstanceTypes")}, func() []Problem { return s.instanceTypeProblems(key("systemInstanceTypes")) }},
	)
}

func (s Compute) instanceTypeProblems(key string) []Problem {
	if len(s.SystemInstanceTypes) == 0 {
		return []Problem{{key, "[]", "must name at least one instance type"}}
	}
	var problems []Problem
	for _, name := range s.SystemInstanceTypes {
		if !gravitonFormat.MatchString(name) {
			problems = append(problems, Problem{key, name, "must be a Graviton instance type, such as m7g.large"})
		}
	}
	return problems
}
