package desired

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/mail/sending"
	"github.com/magestack/magestack/pkg/settings"
)

// Environment is what an environment's settings give to the desired state.
type Environment struct {
	Name              string
	Pools             []Pool
	ConsumerProcesses int
	Connections       int // that requests may have at a time, while one pod of ProxySQL is gone
	ReadSplit         topology.ReadSplit
	Mail              sending.Mode
}

// Pool is how much the pods of a NodePool may ask for.
type Pool struct {
	Name, Setting   string
	Purpose         string
	MilliCPU        int64
	MemoryMiB       int64
	Reserved        int64 // of MilliCPU: the largest node, which a successor needs
	ReservedMiB     int64
	named           bool // pods name the pool, and not its purpose alone
	memorySetting   string
	explainsReserve string
}

// Of reads an environment's settings file in a folder.
func Of(folder, environment string) (Environment, error) {
	path := filepath.Join(folder, settings.FileName(environment))
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return Environment{}, fmt.Errorf("desired state of %q: %s is missing; an overlay is of an environment with settings", environment, path)
	}
	config, err := settings.ReadFile(path)
	if err != nil {
		return Environment{}, err
	}
	compute, computeErr := settings.LoadCompute(config)
	data, dataErr := settings.LoadData(config)
	if err := errors.Join(computeErr, dataErr); err != nil {
		return Environment{}, err
	}
	pools, err := poolsOf(compute.Workloads())
	if err != nil {
		return Environment{}, err
	}
	connections, err := connectionsOf(data.Database)
	if err != nil {
		return Environment{}, err
	}
	return Environment{environment, pools, data.ConsumerProcesses, connections, data.ReadSplit, data.Mail.Mail}, nil
}

// poolsOf are the pools that the desired state's workloads are on.
func poolsOf(w nodepool.Workloads) ([]Pool, error) {
	set, err := w.Set()
	if err != nil {
		return nil, err
	}
	const milli, gib = 1000, 1024
	pools := []Pool{
		{
			Name: nodepool.PoolWebBase, named: true, MilliCPU: int64(w.WebBase.CPUs) * milli, MemoryMiB: int64(w.WebBase.MemoryGiB) * gib,
			Setting: "magento-compute:webBaseCpus", memorySetting: "magento-compute:webBaseMemoryGib",
			explainsReserve: " less the largest node, which a successor needs (docs/decisions/0066-pods-select-their-nodepool.md)",
		},
		{
			Name: nodepool.PoolWebBurst, named: true, MilliCPU: int64(w.WebBurst.CPUs) * milli, MemoryMiB: int64(w.WebBurst.MemoryGiB) * gib,
			Setting: "magento-compute:webBurstCpus", memorySetting: "magento-compute:webBurstMemoryGib",
		},
		{
			Name: "consumers", MilliCPU: int64(w.Consumer.CPUs) * milli, MemoryMiB: int64(w.Consumer.MemoryGiB) * gib,
			Setting: "magento-compute:consumersCpus", memorySetting: "magento-compute:consumersMemoryGib",
		},
	}
	for _, pool := range set.Pools {
		for i := range pools {
			if pools[i].Name != pool.Metadata.Name {
				continue
			}
			pools[i].Purpose = pool.Spec.Template.Spec.Taints[0].Value
			if pools[i].Name != nodepool.PoolWebBase {
				continue
			}
			for _, kind := range nodepool.Matching(pool.Spec.Template.Spec.Requirements) {
				pools[i].Reserved = max(pools[i].Reserved, int64(kind.CPUs)*milli)
				pools[i].ReservedMiB = max(pools[i].ReservedMiB, int64(kind.MemoryMiB))
			}
		}
	}
	return pools, nil
}

// connectionsOf is how many connections to the writer requests may use at a time while one pod of ProxySQL is gone: those of the
// others, less what consumers and cron may keep.
func connectionsOf(s settings.Database) (int, error) {
	budget, err := s.Budget()
	if err != nil {
		return 0, err
	}
	pods := max(1, s.ProxySQLPods-1)
	return pods*s.Pool(budget).Limit() - s.ConsumerProcesses - s.CronProcesses, nil
}
