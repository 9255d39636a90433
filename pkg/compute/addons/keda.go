package addons

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// kedaValues are those of the chart that we set. The chart's own pods are restricted already.
type kedaValues struct {
	Operator            replicated              `json:"operator"`
	MetricsServer       replicated              `json:"metricsServer"`
	Webhooks            replicated              `json:"webhooks"`
	NodeSelector        map[string]string       `json:"nodeSelector"`
	Tolerations         []toleration            `json:"tolerations"`
	Resources           map[string]resources    `json:"resources"`
	PodDisruptionBudget map[string]minAvailable `json:"podDisruptionBudget"`
	Spread              map[string][]spread     `json:"topologySpreadConstraints"`

	// Permissions keep the operator from every secret but those of its own namespace, where it looks for what a
	// ClusterTriggerAuthentication names (KEDA, "Deploying KEDA": restrict secret access).
	Permissions map[string]restriction `json:"permissions"`

	// RBAC leaves out what scales kinds of others: by default it is everything's scale, and with it the right to get any
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

func scalingValues() kedaValues {
	return kedaValues{
		Operator:      replicated{replicas},
		MetricsServer: replicated{replicas},
		Webhooks:      replicated{replicas},
		NodeSelector:  onSystemNodes(),
		Tolerations:   tolerations(),
		Resources: map[string]resources{
			"operator": sized("50m", "256Mi"), "metricServer": sized("50m", "256Mi"), "webhooks": sized("20m", "128Mi"),
		},
		PodDisruptionBudget: map[string]minAvailable{"operator": {1}, "metricServer": {1}, "webhooks": {1}},
		Permissions:         map[string]restriction{"operator": {restricted{Secret: true}}, "metricServer": {restricted{Secret: true}}},
		Spread: map[string][]spread{
			"operator":      apart(map[string]string{"app": "keda-operator"}),
			"metricsServer": apart(map[string]string{"app": "keda-operator-metrics-apiserver"}),
			"webhooks":      apart(map[string]string{"app": "keda-admission-webhooks"}),
		},
	}
}

// keda installs what scales consumers by the length of their queues. Its definitions are templates of the chart, and
// move with it; nothing of ours is of their kinds, so that they need no release of their own
// (docs/decisions/0017-crds-before-controllers.md).
//
// It watches every namespace: told of one, the chart writes a RoleBinding into that one, which would have to be there
// before KEDA and so outlive it, with ScaledObjects in it whose finalizers nobody is left to lift
// (docs/decisions/0064-the-shops-namespace-goes-before-its-controllers.md).
func (i *installer) keda() error {
	namespace, err := object.NewNamespace(i.ctx, i.name+"-keda", object.NamespaceArgs{Name: naming.NamespaceKEDA}, i.parent)
	if err != nil {
		return err
	}
	i.KEDA, err = helm.NewRelease(i.ctx, i.name+"-keda-release", "keda", helm.ReleaseArgs{
		Chart: versions.KEDA, Namespace: naming.NamespaceKEDA, Values: scalingValues(),
	}, i.parent, pulumi.DependsOn(append([]pulumi.Resource{namespace.Made}, i.Ready...)))
	return err
}
