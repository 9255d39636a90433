package addons

import "github.com/magestack/magestack/pkg/naming"

// replicas is how many pods a controller has of which one leads, and a server that others wait for.
const replicas = 2

// toleration lets pods onto tainted nodes.
type toleration struct {
	Key      string `json:"key"`
	Operator string `json:"operator"`
}

// resources are what a container has.
type resources struct {
	Requests map[string]string `json:"requests"`
	Limits   map[string]string `json:"limits"`
}

// onSystemNodes selects the managed node group, which Karpenter does not move and a destroy takes last.
func onSystemNodes() map[string]string {
	return map[string]string{"kubernetes.io/os": "linux", naming.NodesLabel: naming.NodesSystem}
}

func tolerations() []toleration {
	return []toleration{{Key: naming.SystemTaint, Operator: "Exists"}}
}

// sized asks for a share of a CPU, which it may exceed, and for memory, which it may not.
func sized(cpu, memory string) resources {
	return resources{
		Requests: map[string]string{"cpu": cpu, "memory": memory},
		Limits:   map[string]string{"memory": memory},
	}
}

// spread keeps pods of one app on different nodes, and in different zones while there are nodes in them.
type spread struct {
	MaxSkew           int           `json:"maxSkew"`
	TopologyKey       string        `json:"topologyKey"`
	WhenUnsatisfiable string        `json:"whenUnsatisfiable"`
	LabelSelector     labelSelector `json:"labelSelector"`
}

type labelSelector struct {
	MatchLabels map[string]string `json:"matchLabels"`
}

func apart(labels map[string]string) []spread {
	pods := labelSelector{labels}
	return []spread{
		{1, "topology.kubernetes.io/zone", "ScheduleAnyway", pods}, // both in one zone are better than one
		{1, "kubernetes.io/hostname", "DoNotSchedule", pods},
	}
}
