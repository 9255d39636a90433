package nodepool

// The kinds of the pinned release's API.
const (
	poolVersion  = "karpenter.sh/v1"
	PoolKind     = "NodePool"
	ClassGroup   = "karpenter.k8s.aws"
	classVersion = ClassGroup + "/v1"
	ClassKind    = "EC2NodeClass"
)

// Object is a Kubernetes object with a spec.
type Object[S any] struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   Metadata `json:"metadata"`
	Spec       S        `json:"spec"`
}

// Metadata is what objects and templates are known by.
type Metadata struct {
	Name        string            `json:"name,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Pool is a NodePool: which nodes Karpenter may make for pods that wait, and when it may take them away.
type Pool struct {
	Template   Template   `json:"template"`
	Disruption Disruption `json:"disruption"`
	Limits     Limits     `json:"limits"`
	Weight     int        `json:"weight,omitempty"` // of pools that would do, the heaviest is used first
}

// Template is what the nodes of a pool are like.
type Template struct {
	Metadata Metadata     `json:"metadata"`
	Spec     TemplateSpec `json:"spec"`
}

// TemplateSpec is what the nodes of a pool are like. Labels are in the template's metadata.
type TemplateSpec struct {
	NodeClassRef ClassRef      `json:"nodeClassRef"`
	Requirements []Requirement `json:"requirements"`
	Taints       []Taint       `json:"taints,omitempty"`

	// ExpireAfter is a node's longest life. Expiry minds neither budgets nor trading hours.
	ExpireAfter Period `json:"expireAfter,omitempty"`

	// TerminationGracePeriod is how long a node that is to go waits for its pods. After it they are ended whatever a
	// disruption budget of theirs says, so that every node goes, and a destroy ends.
	TerminationGracePeriod Period `json:"terminationGracePeriod,omitempty"`
}

// ClassRef names the EC2NodeClass of a pool.
type ClassRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// Taint keeps pods that do not tolerate it away.
type Taint struct {
	Key    string `json:"key"`
	Value  string `json:"value,omitempty"`
	Effect string `json:"effect"`
}

// Limits is how much a pool may have at a time.
type Limits struct {
	CPU    string `json:"cpu,omitempty"`    // vCPUs, whole
	Memory string `json:"memory,omitempty"` // such as 64Gi
}

// Policy says which nodes consolidation may take.
type Policy string

// The consolidation policies of the pinned release.
const (
	WhenEmpty                Policy = "WhenEmpty"
	WhenEmptyOrUnderutilized Policy = "WhenEmptyOrUnderutilized"
	Balanced                 Policy = "Balanced"
)

// Disruption says when Karpenter may take nodes that work.
type Disruption struct {
	ConsolidationPolicy Policy   `json:"consolidationPolicy"`
	ConsolidateAfter    Period   `json:"consolidateAfter"`
	Budgets             []Budget `json:"budgets,omitempty"`
}

// Reason is why Karpenter takes a node of its own accord.
type Reason string

// The reasons that a budget may be about.
const (
	Underutilized Reason = "Underutilized"
	Empty         Reason = "Empty"
	Drifted       Reason = "Drifted"
)

// Budget is how many nodes of a pool may go at a time: of those budgets that are in force the tightest holds.
type Budget struct {
	Nodes    string   `json:"nodes"`              // a number, or a percentage such as 10%
	Schedule string   `json:"schedule,omitempty"` // when it begins: cron in UTC
	Duration Period   `json:"duration,omitempty"` // how long it then lasts
	Reasons  []Reason `json:"reasons,omitempty"`  // all of them when empty
}
