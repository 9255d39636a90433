package addons

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/compute/k8s/placement"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// kedaValues are those of the chart that we set. The chart's own pods are restricted already.
type kedaValues struct {
	Operator            replicated                              `json:"operator"`
	MetricsServer       replicated                              `json:"metricsServer"`
	Webhooks            replicated                              `json:"webhooks"`
	NodeSelector        map[string]string                       `json:"nodeSelector"`
	Tolerations         []placement.Toleration                  `json:"tolerations"`
	Resources           map[string]placement.Resources          `json:"resources"`
	PodDisruptionBudget map[string]minAvailable                 `json:"podDisruptionBudget"`
	Spread              map[string][]placement.SpreadConstraint `json:"topologySpreadConstraints"`

	// Permissions keep the operator from every secret but those of its own namespace, where it looks for what a
	// ClusterTriggerAuthentication names (KEDA, "Deploying KEDA": restrict secret access).
	Permissions map[string]restriction `json:"permissions"`

	// PodAnnotations are those of the operator's pods. It logs in to RabbitMQ once for each queue and keeps the connection, with a
	// login that is no longer the shop's, and a rotation changes no password of a user who is connected: Reloader restarts it.
	PodAnnotations map[string]map[string]string `json:"podAnnotations"`

	// RBAC leaves out the scale of custom kinds: by default it is that of every kind, and with it the right to get any
	// object of the cluster, each Secret among them. Deployments have rules of their own.
	RBAC scaledKinds `json:"rbac"`
}

type scaledKinds struct {
	EnabledCustomScaledRefKinds bool `json:"enabledCustomScaledRefKinds"`
}

type restriction struct {
	Restrict restricted `json:"restrict"`
}

type restricted struct {
	Secret bool `json:"secret"`
}

type replicated struct {
	ReplicaCount int `json:"replicaCount"`
}

type minAvailable struct {
	MinAvailable int `json:"minAvailable"`
}

// queueSecret is the Secret that the triggers' login at RabbitMQ is read from (gitops/base/consumers/authentication.yaml).
const queueSecret = "magento-queue"

func scalingValues() kedaValues {
	return kedaValues{
		Operator:      replicated{placement.Replicas},
		MetricsServer: replicated{placement.Replicas},
		Webhooks:      replicated{placement.Replicas},
		NodeSelector:  placement.SystemNodes(),
		Tolerations:   placement.SystemTolerations(),
		Resources: map[string]placement.Resources{
			"operator": placement.Burstable("50m", "256Mi"), "metricServer": placement.Burstable("50m", "256Mi"), "webhooks": placement.Burstable("20m", "128Mi"),
		},
		PodDisruptionBudget: map[string]minAvailable{"operator": {1}, "metricServer": {1}, "webhooks": {1}},
		PodAnnotations:      map[string]map[string]string{"keda": {object.AnnotationReload: queueSecret}},
		Permissions:         map[string]restriction{"operator": {restricted{Secret: true}}, "metricServer": {restricted{Secret: true}}},
		Spread: map[string][]placement.SpreadConstraint{
			"operator":      placement.TopologySpread(map[string]string{"app": "keda-operator"}),
			"metricsServer": placement.TopologySpread(map[string]string{"app": "keda-operator-metrics-apiserver"}),
			"webhooks":      placement.TopologySpread(map[string]string{"app": "keda-admission-webhooks"}),
		},
	}
}

// keda installs what scales consumers by the length of their queues. Its definitions are templates of the chart, and
// move with it; nothing of ours is of their kinds, so that they need no release of their own
// (docs/decisions/0017-crds-before-controllers.md).
//
// It watches every namespace: told of one, the chart writes a RoleBinding into that one, which would have to be there
// before KEDA and so outlive it, with ScaledObjects in it whose finalizers no controller is left to lift
// (docs/decisions/0064-the-shops-namespace-goes-before-its-controllers.md).
func (b *builder) keda() error {
	namespace, err := object.NewNamespace(b.Ctx, b.Child("keda"), object.NamespaceArgs{Name: naming.NamespaceKEDA}, b.Parent)
	if err != nil {
		return err
	}
	b.KEDA, err = helm.NewRelease(b.Ctx, b.Child("keda-release"), "keda", helm.ReleaseArgs{
		Chart: versions.KEDA, Namespace: naming.NamespaceKEDA, Values: scalingValues(),
	}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{namespace.Made}, b.Ready...)))
	return err
}
