package addons

import (
	"encoding/json"
	"fmt"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/versions"
)

// base installs what every other pod needs: credentials, then names. CoreDNS waits for nodes, and the component of
// pulumi-eks, which makes the cluster before them, would wait for CoreDNS.
func (i *installer) base() error {
	agent, err := i.addon(versions.PodIdentityAgent, nil, i.args.Nodes)
	if err != nil {
		return err
	}
	dns, err := i.addon(versions.CoreDNS, coreDNSConfiguration(), i.args.Nodes)
	if err != nil {
		return err
	}
	i.Ready = append(append([]pulumi.Resource{}, i.args.Nodes...), agent, dns)
	return nil
}

// coreDNS is the configuration of the add-on that we set; the Corefile stays EKS's, which has a lame duck.
type coreDNS struct {
	ReplicaCount              int               `json:"replicaCount"`
	NodeSelector              map[string]string `json:"nodeSelector"`
	Tolerations               []toleration      `json:"tolerations"`
	TopologySpreadConstraints []spread          `json:"topologySpreadConstraints"`
	Resources                 resources         `json:"resources"`
}

func coreDNSConfiguration() coreDNS {
	return coreDNS{
		ReplicaCount:              replicas,
		NodeSelector:              onSystemNodes(),
		Tolerations:               tolerations(),
		TopologySpreadConstraints: overZones(map[string]string{"k8s-app": "kube-dns"}),
		Resources:                 sized("100m", "170Mi"), // the add-on's own figures
	}
}

// metricsServer is the configuration of the add-on that we set.
type metricsServer struct {
	Replicas     int               `json:"replicas"`
	NodeSelector map[string]string `json:"nodeSelector"`
	Tolerations  []toleration      `json:"tolerations"`
}

// metrics installs metrics-server, without which nothing scales by CPU. It is EKS's community add-on and not the chart:
// EKS tests it with the version of the cluster, and its images come from EKS's own registry.
func (i *installer) metrics() error {
	_, err := i.addon(versions.MetricsServer, metricsServer{replicas, onSystemNodes(), tolerations()}, i.Ready)
	return err
}

// addon registers an add-on of EKS. What somebody has changed in the cluster by hand is overwritten: what runs is what
// is planned.
func (i *installer) addon(addon string, configuration any, after []pulumi.Resource) (*awseks.Addon, error) {
	version, err := versions.Addon(i.args.KubernetesVersion, addon)
	if err != nil {
		return nil, err
	}
	args := &awseks.AddonArgs{
		ClusterName:              i.args.ClusterName,
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
	made, err := awseks.NewAddon(i.ctx, i.name+"-"+addon, args, i.parent, pulumi.DependsOn(after))
	if err != nil {
		return nil, fmt.Errorf("add-on %s: %w", addon, err)
	}
	return made, nil
}
