package nodepool

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/enum"
)

// Operator says how a requirement compares.
type Operator string

// The operators of the pinned release.
const (
	In           Operator = "In"
	NotIn        Operator = "NotIn"
	Exists       Operator = "Exists"
	DoesNotExist Operator = "DoesNotExist"
	Gt           Operator = "Gt"
	Lt           Operator = "Lt"
	Gte          Operator = "Gte"
	Lte          Operator = "Lte"
)

func operators() []Operator {
	return []Operator{In, NotIn, Exists, DoesNotExist, Gt, Lt, Gte, Lte}
}

// The labels that requirements are about.
const (
	KeyArchitecture = "kubernetes.io/arch"
	KeyOS           = "kubernetes.io/os"
	KeyCapacity     = "karpenter.sh/capacity-type"
	KeyZone         = "topology.kubernetes.io/zone"
	KeyType         = "node.kubernetes.io/instance-type"
	KeyCategory     = ClassGroup + "/instance-category"
	KeyFamily       = ClassGroup + "/instance-family"
	KeyGeneration   = ClassGroup + "/instance-generation"
	KeySize         = ClassGroup + "/instance-size"
	KeyCPU          = ClassGroup + "/instance-cpu"
	KeyMemory       = ClassGroup + "/instance-memory" // MiB
	KeyManufacturer = ClassGroup + "/instance-cpu-manufacturer"
)

// knownKeys are the labels that this package can judge. Others would be requirements that are not checked: a
// misspelt one matches nothing, and its pool never makes a node.
func knownKeys() []string {
	return []string{KeyArchitecture, KeyOS, KeyCapacity, KeyZone, KeyType, KeyCategory, KeyFamily, KeyGeneration, KeySize, KeyCPU, KeyMemory, KeyManufacturer}
}

// Capacity is how EC2 sells an instance.
type Capacity string

// Karpenter takes spot before on-demand where a pool allows both.
const (
	Spot     Capacity = "spot"
	OnDemand Capacity = "on-demand"
)

// Requirement narrows the nodes of a pool by a label.
type Requirement struct {
	Key      string   `json:"key"`
	Operator Operator `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

// require makes a requirement.
func require[T ~string](key string, operator Operator, values ...T) Requirement {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return Requirement{Key: key, Operator: operator, Values: texts}
}

var wholeNumber = regexp.MustCompile(`^[0-9]{1,9}$`)

// Validate refuses what Karpenter would, and labels that nothing here can judge.
func (r Requirement) Validate() error {
	var problems []error
	if !slices.Contains(knownKeys(), r.Key) {
		problems = append(problems, fmt.Errorf("key %q: unknown; must be %s", r.Key, enum.Alternatives(knownKeys())))
	}
	if err := enum.Check(r.Operator, operators()); err != nil {
		return errors.Join(append(problems, fmt.Errorf("operator %w", err))...)
	}
	switch r.Operator {
	case In, NotIn:
		if len(r.Values) == 0 {
			problems = append(problems, fmt.Errorf("operator %s: needs at least one value", r.Operator))
		}
	case Exists, DoesNotExist:
		if len(r.Values) > 0 {
			problems = append(problems, fmt.Errorf("values %s: operator %s takes none", strings.Join(r.Values, ", "), r.Operator))
		}
	default:
		if len(r.Values) != 1 || !wholeNumber.MatchString(r.Values[0]) {
			problems = append(problems, fmt.Errorf("values %q: operator %s needs one whole number, not below 0", strings.Join(r.Values, ", "), r.Operator))
		}
	}
	if r.Key == KeyCapacity {
		for _, value := range r.Values {
			if err := enum.Check(Capacity(value), []Capacity{Spot, OnDemand}); err != nil {
				problems = append(problems, fmt.Errorf("%s %w", KeyCapacity, err))
			}
		}
	}
	return errors.Join(problems...)
}

// holds reports whether a label of that value, which a node always has, satisfies the requirement.
func (r Requirement) holds(value string) bool {
	switch r.Operator {
	case In:
		return slices.Contains(r.Values, value)
	case NotIn:
		return !slices.Contains(r.Values, value)
	case Exists:
		return true
	case Gt, Lt, Gte, Lte:
		return r.compares(value)
	default:
		return false
	}
}

// compares numbers; a label that is none satisfies no comparison.
func (r Requirement) compares(value string) bool {
	number, err := strconv.Atoi(value)
	if err != nil || len(r.Values) != 1 {
		return false
	}
	bound, err := strconv.Atoi(r.Values[0])
	if err != nil {
		return false
	}
	switch r.Operator {
	case Gt:
		return number > bound
	case Lt:
		return number < bound
	case Gte:
		return number >= bound
	default:
		return number <= bound
	}
}

// label is the value that Karpenter gives a node of the type; zones and capacity are not the type's.
func (t InstanceType) label(key string) (string, bool) {
	switch key {
	case KeyArchitecture:
		return string(t.Architecture), true
	case KeyOS:
		return "linux", true
	case KeyType:
		return t.Name(), true
	case KeyCategory:
		return t.Category, true
	case KeyFamily:
		return t.Family, true
	case KeyGeneration:
		return strconv.Itoa(t.Generation), true
	case KeySize:
		return t.Size, true
	case KeyCPU:
		return strconv.Itoa(t.CPUs), true
	case KeyMemory:
		return strconv.Itoa(t.MemoryMiB), true
	case KeyManufacturer:
		return t.Manufacturer, true
	}
	return "", false
}

// Matching lists the instance types of the catalog that satisfy all requirements.
func Matching(requirements []Requirement) []InstanceType {
	var found []InstanceType
	for _, t := range Catalog() {
		if !slices.ContainsFunc(requirements, func(r Requirement) bool {
			value, known := t.label(r.Key)
			return known && !r.holds(value)
		}) {
			found = append(found, t)
		}
	}
	return found
}

// capacities are the ways of buying that the requirements leave.
func capacities(requirements []Requirement) []Capacity {
	var left []Capacity
	for _, c := range []Capacity{Spot, OnDemand} {
		if !slices.ContainsFunc(requirements, func(r Requirement) bool { return r.Key == KeyCapacity && !r.holds(string(c)) }) {
			left = append(left, c)
		}
	}
	return left
}
