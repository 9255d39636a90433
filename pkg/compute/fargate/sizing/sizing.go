// Package sizing says what a pod on Fargate is given, and costs.
package sizing

import (
	"fmt"
	"slices"
)

// OverheadMiB is what Fargate adds to a pod's memory for kubelet, kube-proxy and containerd (EKS User Guide,
// "Understand Fargate Pod configuration details").
const OverheadMiB = 256

// Size is one of the combinations that Fargate has.
type Size struct {
	MilliCPU int
	MiB      int
}

// steps are the combinations of each CPU: memory from least to most (same page). All but the first go in whole GiB;
// above 4 vCPU in steps of 4 and 8.
var steps = []struct {
	milliCPU, least, most, step int // MiB
}{
	{250, 512, 2048, 512}, // 512, 1024 and 2048: see For
	{500, 1 * gib, 4 * gib, gib},
	{1000, 2 * gib, 8 * gib, gib},
	{2000, 4 * gib, 16 * gib, gib},
	{4000, 8 * gib, 30 * gib, gib},
	{8000, 16 * gib, 60 * gib, 4 * gib},
	{16000, 32 * gib, 120 * gib, 8 * gib},
}

const gib = 1024

// Sizes lists every combination, the smallest first.
func Sizes() []Size {
	var sizes []Size
	for _, s := range steps {
		for mib := s.least; mib <= s.most; mib += s.step {
			if size := (Size{s.milliCPU, mib}); size != (Size{250, 1536}) { // the one gap
				sizes = append(sizes, size)
			}
		}
	}
	return sizes
}

// For is the smallest combination that holds what a pod's containers ask for together, and the overhead.
func For(milliCPU, mib int) (Size, error) {
	if milliCPU < 1 || mib < 1 {
		return Size{}, fmt.Errorf("cpu %dm, memory %d MiB: must both be above 0", milliCPU, mib)
	}
	sizes := Sizes()
	fits := slices.IndexFunc(sizes, func(s Size) bool { return s.MilliCPU >= milliCPU && s.MiB >= mib+OverheadMiB })
	if fits < 0 {
		last := sizes[len(sizes)-1]
		return Size{}, fmt.Errorf("cpu %dm, memory %d MiB: Fargate has at most %dm and %d MiB, of which %d MiB are its own",
			milliCPU, mib, last.MilliCPU, last.MiB, OverheadMiB)
	}
	return sizes[fits], nil
}

// What an hour costs in us-east-1, Linux on x86, in US dollars (AWS Fargate pricing, 2024; other regions are 10 to 60 %
// above). Fargate for EKS has neither spot nor Graviton.
const (
	dollarsPerCPUHour = 0.04048
	dollarsPerGiBHour = 0.004445
)

// DollarsPerMinute is what a pod of the size costs for every minute from the pull of its image to its end. Fargate bills
// at least one minute.
func (s Size) DollarsPerMinute() float64 {
	const minutes = 60
	return (float64(s.MilliCPU)/1000*dollarsPerCPUHour + float64(s.MiB)/gib*dollarsPerGiBHour) / minutes
}
