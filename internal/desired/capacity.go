package desired

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/naming"
)

const mebibyte = 1 << 20

// asked is what one pod asks for.
func asked(pod corev1.PodSpec) (milliCPU, memoryMiB int64) {
	for _, container := range pod.Containers {
		milliCPU += container.Resources.Requests.Cpu().MilliValue()
		memoryMiB += container.Resources.Requests.Memory().Value() / mebibyte
	}
	return milliCPU, memoryMiB
}

// on reports whether the workload's pods go to the pool. Jobs run for minutes and are in no sum.
func (p Pool) on(w Workload) bool {
	if w.Kind != "Deployment" && w.Kind != "StatefulSet" {
		return false
	}
	selector := w.Pod.Spec.NodeSelector
	if p.named {
		return selector[nodepool.PoolLabel] == p.Name
	}
	return selector[naming.NodesLabel] == p.Purpose
}

// capacity holds what all pods of a pool may ask for against its limits.
func (s State) capacity(environment Environment) []error {
	var problems []error
	for _, pool := range environment.Pools {
		var milliCPU, memoryMiB int64
		var parts []string
		for _, w := range s.Workloads {
			if !pool.on(w) {
				continue
			}
			cpu, memory := asked(w.Pod.Spec)
			most := int64(s.Most(w))
			milliCPU, memoryMiB = milliCPU+most*cpu, memoryMiB+most*memory
			parts = append(parts, fmt.Sprintf("%s %d × %dm and %dMi", w.Name, most, cpu, memory))
		}
		sum := strings.Join(parts, ", ")
		if allowed := pool.MilliCPU - pool.Reserved; milliCPU > allowed {
			problems = append(problems, fmt.Errorf("NodePool %s: its pods may ask for %dm of CPU (%s), and it has %dm%s; lower the replicas or raise %s",
				pool.Name, milliCPU, sum, allowed, pool.explainsReserve, pool.Setting))
		}
		if allowed := pool.MemoryMiB - pool.ReservedMiB; memoryMiB > allowed {
			problems = append(problems, fmt.Errorf("NodePool %s: its pods may ask for %dMi of memory (%s), and it has %dMi%s; lower the replicas or raise %s",
				pool.Name, memoryMiB, sum, allowed, pool.explainsReserve, pool.memorySetting))
		}
	}
	return problems
}

// workersPerConnection is how many workers of PHP may share a connection to the database. A request has one for a statement, or a
// transaction, and computes or waits for other stores for the rest of its time; behind it wait others, unfairly where all
// connections are taken. It is ours: 2,000 clients shared 495 connections without an error, four to one and all of them at
// work at the same time, and of a page's time a half at most is the database's.
const workersPerConnection = 8

var maxChildren = regexp.MustCompile(`(?m)^pm\.max_children\s*=\s*(\d+)$`)

// workers holds all workers of PHP that there may be against the connections that ProxySQL has for them.
func (s State) workers(environment Environment) []error {
	perPod := 0
	for _, file := range s.ConfigMaps {
		if found := maxChildren.FindStringSubmatch(file.Data["php-fpm.conf"]); found != nil {
			perPod, _ = strconv.Atoi(found[1])
		}
	}
	pods := 0
	for _, w := range s.Workloads {
		for _, container := range w.Pod.Spec.Containers {
			if len(container.Command) > 0 && container.Command[0] == "php-fpm" {
				pods += s.Most(w)
			}
		}
	}
	if pods == 0 {
		return nil
	}
	if perPod == 0 {
		return []error{fmt.Errorf("php-fpm.conf: pm.max_children is missing; the connection budget counts the workers")}
	}
	if allowed := environment.Connections * workersPerConnection; pods*perPod > allowed {
		return []error{fmt.Errorf("%d pods × %d workers of PHP are %d, and the database's %d connections for requests carry %d (%d each); lower maxReplicas or pm.max_children, or raise magento-data:minCapacity",
			pods, perPod, pods*perPod, environment.Connections, allowed, workersPerConnection)}
	}
	return nil
}
