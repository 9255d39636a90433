package karpenter

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// The names of the releases in the cluster.
const (
	releaseDefinitions = "karpenter-crd"
	releaseController  = "karpenter"
)

// replicas are two, of which one leads: the other takes over within seconds.
const replicas = 2

// Values are those of the chart that we set. A test holds every key to the chart's own values.
type Values struct {
	Replicas            int               `json:"replicas"`
	ServiceAccount      ServiceAccount    `json:"serviceAccount"`
	PodDisruptionBudget DisruptionBudget  `json:"podDisruptionBudget"`
	PriorityClassName   string            `json:"priorityClassName"`
	DNSPolicy           string            `json:"dnsPolicy"`
	NodeSelector        map[string]string `json:"nodeSelector"`
	Tolerations         []Toleration      `json:"tolerations"`
	Controller          Controller        `json:"controller"`
	LogLevel            string            `json:"logLevel"`
	Settings            Settings          `json:"settings"`
}

// ServiceAccount is the one that Pod Identity knows.
type ServiceAccount struct {
	Create bool   `json:"create"`
	Name   string `json:"name"`
}

// DisruptionBudget bounds how many replicas may go at a time.
type DisruptionBudget struct {
	Name           string `json:"name"`
	MaxUnavailable int    `json:"maxUnavailable"`
}

// Toleration lets the controller onto tainted nodes.
type Toleration struct {
	Key      string `json:"key"`
	Operator string `json:"operator"`
}

// Controller is the container.
type Controller struct {
	Resources Resources `json:"resources"`
}

// Resources are what the container has: as much as it asks for, so that no neighbour takes it away.
type Resources struct {
	Requests map[string]string `json:"requests"`
	Limits   map[string]string `json:"limits"`
}

// Settings are Karpenter's own. Cluster and queue are not among them: other resources give those.
type Settings struct {
	EKSControlPlane  bool         `json:"eksControlPlane"`
	IsolatedVPC      bool         `json:"isolatedVPC"`
	EnableZonalShift bool         `json:"enableZonalShift"`
	FeatureGates     FeatureGates `json:"featureGates"`
}

// FeatureGates are those of its features that are not for everybody yet.
type FeatureGates struct {
	SpotToSpotConsolidation bool `json:"spotToSpotConsolidation"`
}

// values are what the chart is given. What is not here is as the chart has it, above all that replicas share neither a
// node nor, while there are nodes in two, a zone, and never run on a node that Karpenter made.
func (a KarpenterArgs) values() Values {
	// The project recommends 1 CPU and 1 GiB (its values.yaml) for clusters of every size. A shop has tens of nodes, and
	// two system nodes carry more controllers than this one. Memory grows with instance types and pods, and stays.
	resources := map[string]string{"cpu": "500m", "memory": "1Gi"}
	return Values{
		Replicas:            replicas,
		ServiceAccount:      ServiceAccount{Create: true, Name: serviceAccount.Name},
		PodDisruptionBudget: DisruptionBudget{Name: releaseController, MaxUnavailable: 1},
		PriorityClassName:   "system-cluster-critical",
		// The node's resolver, not the cluster's: with no node left for CoreDNS, somebody must be able to make one
		// (Karpenter 1.14, "Troubleshooting": DNS).
		DNSPolicy:    "Default",
		NodeSelector: map[string]string{"kubernetes.io/os": "linux", naming.NodesLabel: naming.NodesSystem},
		Tolerations:  []Toleration{{Key: naming.SystemTaint, Operator: "Exists"}},
		Controller:   Controller{Resources: Resources{Requests: resources, Limits: resources}},
		LogLevel:     "info",
		Settings: Settings{
			EKSControlPlane:  true,
			IsolatedVPC:      false, // prices come over NAT; without them consolidation would compare nothing
			EnableZonalShift: a.ZonalShift,
			FeatureGates:     FeatureGates{SpotToSpotConsolidation: a.Pools.SpotConsolidation},
		},
	}
}

// controller installs the definitions and then the controller, and gives what NodePools must be deleted before. A pod
// that starts before its identity never gets credentials, and one that starts before the queue gives up.
func (b *builder) controller() (pulumi.Resource, error) {
	definitions, err := helm.NewRelease(b.ctx, b.name+"-definitions", releaseDefinitions, helm.ReleaseArgs{
		Chart:     versions.KarpenterDefinitions,
		Namespace: naming.NamespaceSystem,
	}, b.parent, pulumi.DependsOn(b.args.After))
	if err != nil {
		return nil, err
	}
	identity, err := b.identity()
	if err != nil {
		return nil, err
	}
	release, err := helm.NewRelease(b.ctx, b.name+"-release", releaseController, helm.ReleaseArgs{
		Chart:           versions.Karpenter,
		Namespace:       naming.NamespaceSystem,
		SkipDefinitions: true,
		Values:          b.args.values(),
		Computed: pulumi.Map{"settings": pulumi.Map{
			"clusterName":       b.args.ClusterName,
			"clusterEndpoint":   b.args.ClusterEndpoint,
			"interruptionQueue": b.queue.queue.Name,
		}},
	}, b.parent, pulumi.DependsOn(all(b.args.After, []pulumi.Resource{definitions, identity.Association}, b.queue.needed)))
	if err != nil {
		return nil, fmt.Errorf("controller: %w", err)
	}
	return release, nil
}
