// Package cluster tries the cluster's decisions on a real control plane with Karpenter's own scheduler, whose nodes are
// played. The tests run where CLUSTER_TOOL names a command that brings one up, and are skipped elsewhere.
package cluster

import "encoding/json"

// The instances of the plan's families, as EC2 sells them for general use: vCPUs by size, and memory by family.
var (
	families = map[string]int{"c6g": 2, "c7g": 2, "c8g": 2, "m6g": 4, "m7g": 4, "m8g": 4} // GiB for each vCPU
	sizes    = map[string]int{"xlarge": 4, "2xlarge": 8, "4xlarge": 16}
	zones    = []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"}
)

// prices are by vCPU and hour. Only their order matters: spot below on-demand, in every family.
var prices = map[string]float64{"on-demand": 0.040, "spot": 0.016}

// instanceType is one as Karpenter's kwok provider reads them.
type instanceType struct {
	Name             string            `json:"name"`
	Offerings        []offering        `json:"offerings"`
	Architecture     string            `json:"architecture"`
	OperatingSystems []string          `json:"operatingSystems"`
	Resources        map[string]string `json:"resources"`
}

type offering struct {
	Price        float64
	Available    bool
	Requirements []requirement
}

type requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

// instanceTypes are all of them, as a file for the provider, to be had in the ways that are given: on-demand and spot.
func instanceTypes(ways ...string) ([]byte, error) {
	var all []instanceType
	for family, memory := range families {
		for size, cpus := range sizes {
			t := instanceType{
				Name: family + "." + size, Architecture: "arm64", OperatingSystems: []string{"linux"},
				Resources: map[string]string{"cpu": number(cpus), "memory": number(cpus*memory) + "Gi", "ephemeral-storage": "50Gi", "pods": "110"},
			}
			for _, zone := range zones {
				for _, bought := range ways { // the provider has every offering that is listed
					// the memory costs something, too, so that no two families are the same
					t.Offerings = append(t.Offerings, offering{Price: float64(cpus) * prices[bought] * (1 + 0.1*float64(memory)), Available: true, Requirements: []requirement{
						{"karpenter.sh/capacity-type", "In", []string{bought}}, {"topology.kubernetes.io/zone", "In", []string{zone}},
					}})
				}
			}
			all = append(all, t)
		}
	}
	return json.MarshalIndent(all, "", " ")
}
