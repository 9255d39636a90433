package addons

import (
	"encoding/json"
	"fmt"
	"slices"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/placement"
)

// base installs what every other pod needs: credentials and names. CoreDNS waits for nodes, and the component of
// pulumi-eks, which makes the cluster before them, would wait for CoreDNS.
func (b *builder) base() error {
	agent, err := b.addon("eks-pod-identity-agent", b.pinned.PodIdentityAgent, nil, b.args.Nodes)
	if err != nil {
		return err
	}
	dns, err := b.addon("coredns", b.pinned.CoreDNS, coreDNSConfiguration(), b.args.Nodes)
	if err != nil {
		return err
	}
	b.Ready = slices.Concat(b.args.Nodes, []pulumi.Resource{agent, dns})
	return nil
}

// corefile is EKS's own but for one line: a pod that is to end answers for another 30 seconds, in which every node
// learns that it is going (EKS Best Practices, "Reliability": CoreDNS lameduck duration; the default is 5).
const corefile = `.:53 {
    errors
    health {
        lameduck 30s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`

// coreDNS is the configuration of the add-on that we set (its schema: aws eks describe-addon-configuration).
type coreDNS struct {
	Corefile                  string                       `json:"corefile"`
	ReplicaCount              int                          `json:"replicaCount"`
	NodeSelector              map[string]string            `json:"nodeSelector"`
	Tolerations               []placement.Toleration       `json:"tolerations"`
	TopologySpreadConstraints []placement.SpreadConstraint `json:"topologySpreadConstraints"`
	PodDisruptionBudget       dnsBudget                    `json:"podDisruptionBudget"`
	Resources                 placement.Resources          `json:"resources"`
}

type dnsBudget struct {
	Enabled        bool `json:"enabled"`
	MaxUnavailable int  `json:"maxUnavailable"`
}

func coreDNSConfiguration() coreDNS {
	return coreDNS{
		Corefile:                  corefile,
		ReplicaCount:              placement.Replicas,
		NodeSelector:              placement.SystemNodes(),
		Tolerations:               placement.SystemTolerations(),
		TopologySpreadConstraints: placement.TopologySpread(map[string]string{"k8s-app": "kube-dns"}),
		PodDisruptionBudget:       dnsBudget{Enabled: true, MaxUnavailable: 1},
		Resources:                 placement.Burstable("100m", "170Mi"), // the add-on's own figures
	}
}

// metricsServer is the configuration of the add-on that we set.
type metricsServer struct {
	Replicas     int                    `json:"replicas"`
	NodeSelector map[string]string      `json:"nodeSelector"`
	Tolerations  []placement.Toleration `json:"tolerations"`
}

// metrics installs metrics-server, without which nothing scales by CPU. It is EKS's community add-on and not the chart:
// EKS tests it with the version of the cluster, and its images come from EKS's own registry.
func (b *builder) metrics() error {
	_, err := b.addon("metrics-server", b.pinned.MetricsServer, metricsServer{placement.Replicas, placement.SystemNodes(), placement.SystemTolerations()}, b.Ready)
	return err
}

// addon registers an add-on of EKS. What runs in the cluster already, as CoreDNS does from the start, becomes the
// add-on's, and manual changes are overwritten by the next update.
func (b *builder) addon(addon, version string, configuration any, after []pulumi.Resource) (*awseks.Addon, error) {
	args := &awseks.AddonArgs{
		ClusterName:              b.args.ClusterName,
		AddonName:                pulumi.String(addon),
		AddonVersion:             pulumi.String(version),
		ResolveConflictsOnCreate: pulumi.String("OVERWRITE"),
		ResolveConflictsOnUpdate: pulumi.String("OVERWRITE"),
	}
	if configuration != nil {
		text, err := json.Marshal(configuration)
		if err != nil {
			return nil, fmt.Errorf("configuration of the add-on %s: %w", addon, err)
		}
		args.ConfigurationValues = pulumi.String(string(text))
	}
	made, err := awseks.NewAddon(b.Ctx, b.Child(addon), args, b.Parent, pulumi.DependsOn(after))
	if err != nil {
		return nil, fmt.Errorf("add-on %s: %w", addon, err)
	}
	return made, nil
}
