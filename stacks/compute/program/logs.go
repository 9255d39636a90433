package program

import (
	"net/netip"
	"slices"

	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/logs"
	"github.com/magestack/magestack/pkg/settings"
)

// makeLogs makes what sends the logs of pods on nodes to CloudWatch.
func (b *builder) makeLogs() error {
	cloudWatch, err := b.cloudWatch()
	if err != nil {
		return err
	}
	_, err = logs.New(b.ctx, "logs", logs.Args{
		Account:          b.set.Account(),
		Environment:      b.environment(),
		ClusterName:      b.cluster.Name,
		KeyARN:           b.cluster.KeyARN,
		LogRetentionDays: logretention.MinDays,
		Protect:          b.set.ProtectCluster,
		CloudWatch:       cloudWatch,
		Ready:            b.addons.Ready,
	}, b.inCluster())
	return err
}

// cloudWatch returns the addresses that CloudWatch Logs answers from: the VPC's where the settings of networking, in the same
// file, have an interface endpoint for it.
func (b *builder) cloudWatch() (netip.Prefix, error) {
	set, err := settings.LoadNetworking(b.config)
	if err != nil {
		return netip.Prefix{}, err
	}
	if slices.Contains(set.InterfaceEndpoints, topology.EndpointLogs) {
		return netip.ParsePrefix(b.networking.VPCCIDR)
	}
	return netip.PrefixFrom(netip.IPv4Unspecified(), 0), nil
}
