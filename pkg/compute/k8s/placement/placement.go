// Package placement says where the pods of the cluster's own controllers run: on the system nodes, spread over zones and
// nodes. The types are written as JSON into charts' values and add-ons' configurations.
package placement

import "github.com/magestack/magestack/pkg/naming"

// Replicas is how many pods a controller has of which one leads, and a server that others wait for: the other takes over
// within seconds.
const Replicas = 2

// The labels that pods are spread over (Kubernetes, "Well-Known Labels, Annotations and Taints").
const (
	ZoneKey     = "topology.kubernetes.io/zone"
	HostnameKey = "kubernetes.io/hostname"
)

// Toleration lets pods onto tainted nodes.
type Toleration struct {
	Key      string `json:"key"`
	Operator string `json:"operator"`
}

// Resources are what a container requests, and what it is limited to.
type Resources struct {
	Requests map[string]string `json:"requests"`
	Limits   map[string]string `json:"limits"`
}

// SystemNodes returns the selector of the managed node group, which Karpenter does not move and a destroy takes last.
func SystemNodes() map[string]string {
	return map[string]string{"kubernetes.io/os": "linux", naming.NodesLabel: naming.NodesSystem}
}

// SystemTolerations returns what the system nodes' taint asks for.
func SystemTolerations() []Toleration {
	return []Toleration{{Key: naming.SystemTaint, Operator: "Exists"}}
}

// Burstable returns resources with a share of a CPU, which a container may exceed, and memory, which it may not.
func Burstable(cpu, memory string) Resources {
	return Resources{
		Requests: map[string]string{"cpu": cpu, "memory": memory},
		Limits:   map[string]string{"memory": memory},
	}
}

// Guaranteed returns resources whose limits are the requests, so that no other pod of the node takes any of them.
func Guaranteed(cpu, memory string) Resources {
	both := map[string]string{"cpu": cpu, "memory": memory}
	return Resources{Requests: both, Limits: both}
}

// SpreadConstraint is a topology spread constraint.
type SpreadConstraint struct {
	MaxSkew           int           `json:"maxSkew"`
	TopologyKey       string        `json:"topologyKey"`
	WhenUnsatisfiable string        `json:"whenUnsatisfiable"`
	LabelSelector     LabelSelector `json:"labelSelector"`
}

// LabelSelector selects pods by their labels.
type LabelSelector struct {
	MatchLabels map[string]string `json:"matchLabels"`
}

// TopologySpread returns the constraints that keep the pods with these labels on different nodes, and in different zones
// while there are nodes in them: both in one zone are better than one.
func TopologySpread(labels map[string]string) []SpreadConstraint {
	pods := LabelSelector{labels}
	return []SpreadConstraint{
		{1, ZoneKey, "ScheduleAnyway", pods},
		{1, HostnameKey, "DoNotSchedule", pods},
	}
}
