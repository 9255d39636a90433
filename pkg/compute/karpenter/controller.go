package karpenter

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/placement"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// The names of the releases in the cluster.
const (
	releaseDefinitions = "karpenter-crd"
	releaseController  = "karpenter"
)

// chartValues are those of the chart that we set. A test holds every key to the chart's own values.
type chartValues struct {
	Replicas            int                    `json:"replicas"`
	ServiceAccount      chartAccount           `json:"serviceAccount"`
	PodDisruptionBudget disruptionBudget       `json:"podDisruptionBudget"`
	PriorityClassName   string                 `json:"priorityClassName"`
	DNSPolicy           string                 `json:"dnsPolicy"`
	NodeSelector        map[string]string      `json:"nodeSelector"`
	Tolerations         []placement.Toleration `json:"tolerations"`
	Controller          chartController        `json:"controller"`
	LogLevel            string                 `json:"logLevel"`
	Settings            chartSettings          `json:"settings"`
}

// chartAccount is the one that Pod Identity knows.
type chartAccount struct {
	Create bool   `json:"create"`
	Name   string `json:"name"`
}

// disruptionBudget bounds how many replicas may go at a time.
type disruptionBudget struct {
	Name           string `json:"name"`
	MaxUnavailable int    `json:"maxUnavailable"`
}

// chartController is the container.
type chartController struct {
	Resources placement.Resources `json:"resources"`
}

// chartSettings are Karpenter's own. Cluster and queue are not among them: other resources give those.
type chartSettings struct {
	EKSControlPlane  bool         `json:"eksControlPlane"`
	IsolatedVPC      bool         `json:"isolatedVPC"`
	EnableZonalShift bool         `json:"enableZonalShift"`
	FeatureGates     featureGates `json:"featureGates"`
}

// featureGates are those of its features that are off by default.
type featureGates struct {
	SpotToSpotConsolidation bool `json:"spotToSpotConsolidation"`
}

// values returns what the chart is given. What is not here is as the chart has it, above all that replicas share neither a
// node nor, while there are nodes in two, a zone, and never run on a node that Karpenter made.
func (a Args) values() chartValues {
	// The project recommends 1 CPU and 1 GiB (its values.yaml) for clusters of every size. A shop has tens of nodes, and
	// two system nodes carry more controllers than this one. Memory grows with instance types and pods, and stays.
	resources := placement.Guaranteed("500m", "1Gi")
	return chartValues{
		Replicas:            placement.Replicas,
		ServiceAccount:      chartAccount{Create: true, Name: serviceAccount.Name},
		PodDisruptionBudget: disruptionBudget{Name: releaseController, MaxUnavailable: 1},
		PriorityClassName:   "system-cluster-critical",
		// The node's resolver, not the cluster's: with no node left for CoreDNS, Karpenter must still be able to make one
		// (Karpenter 1.14, "Troubleshooting": DNS).
		DNSPolicy:    "Default",
		NodeSelector: placement.SystemNodes(),
		Tolerations:  placement.SystemTolerations(),
		Controller:   chartController{Resources: resources},
		LogLevel:     "info",
		Settings: chartSettings{
			EKSControlPlane:  true,
			IsolatedVPC:      false, // prices come over NAT; without them consolidation would compare nothing
			EnableZonalShift: a.ZonalShift,
			FeatureGates:     featureGates{SpotToSpotConsolidation: a.Pools.SpotConsolidation},
		},
	}
}

// controller installs the definitions and then the controller. A pod
// that starts before its identity never gets credentials, and one that starts before the queue gives up.
func (b *builder) controller() error {
	definitions, err := helm.NewRelease(b.Ctx, b.Child("definitions"), releaseDefinitions, helm.ReleaseArgs{
		Chart:     versions.KarpenterDefinitions,
		Namespace: naming.NamespaceSystem,
	}, b.Parent, pulumi.DependsOn(b.args.After))
	if err != nil {
		return err
	}
	identity, err := b.identity()
	if err != nil {
		return err
	}
	release, err := helm.NewRelease(b.Ctx, b.Child("release"), releaseController, helm.ReleaseArgs{
		Chart:           versions.Karpenter,
		Namespace:       naming.NamespaceSystem,
		SkipDefinitions: true,
		Values:          b.args.values(),
		Computed: pulumi.Map{"settings": pulumi.Map{
			"clusterName":       b.args.ClusterName,
			"clusterEndpoint":   b.args.ClusterEndpoint,
			"interruptionQueue": b.queue.queue.Name,
		}},
	}, b.Parent, pulumi.DependsOn(slices.Concat(b.args.After, []pulumi.Resource{definitions, identity.Association}, b.queue.needed)))
	if err != nil {
		return fmt.Errorf("controller: %w", err)
	}
	b.release = release
	return nil
}
