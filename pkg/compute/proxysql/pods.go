package proxysql

import (
	"strconv"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/compute/k8s/placement"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	accountName    = "proxysql"
	clientPortName = "mysql"

	// user is the one of Debian's package, in the image (ProxySQL/proxysql-on-k8s, charts/proxysql: values.yaml).
	user = 999

	// availableSeconds is how long a new pod must be ready before the next one may go.
	availableSeconds = 10

	// processorMilli is what a pod is sure to get. It has no limit: a pod that is held back makes every page wait.
	processorMilli = 250
)

// deployment registers the pods and the budget of their disruptions.
func (b *builder) deployment() error {
	if _, err := policyv1.NewPodDisruptionBudget(b.Ctx, b.Child("disruptions"), &policyv1.PodDisruptionBudgetArgs{
		Metadata: metadata("proxysql"),
		Spec: policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable: pulumi.Int(1),
			Selector:       metav1.LabelSelectorArgs{MatchLabels: selector()},
			// A pod that is not ready serves no client: it must not keep a node from being replaced.
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, b.in()...); err != nil {
		return err
	}
	_, err := appsv1.NewDeployment(b.Ctx, b.Child("pods"), &appsv1.DeploymentArgs{
		// Everything in the template but the passwords replaces the pods. A rotation changes the other Secret, and no pod.
		Metadata: unawaited("proxysql", map[string]string{object.AnnotationReload: templateSecret}),
		Spec: appsv1.DeploymentSpecArgs{
			Replicas:             pulumi.Int(b.args.Budget.Pods),
			MinReadySeconds:      pulumi.Int(availableSeconds),
			RevisionHistoryLimit: pulumi.Int(3),
			Selector:             metav1.LabelSelectorArgs{MatchLabels: selector()},
			// The budget of connections carries so many pods more and no others. A pod that is being stopped is none of the
			// Deployment's any more, which is what PREDECESSOR_SECONDS is for.
			Strategy: appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: appsv1.RollingUpdateDeploymentArgs{
					MaxSurge: pulumi.Int(capacity.SurgePods), MaxUnavailable: pulumi.Int(0),
				},
			},
			Template: corev1.PodTemplateSpecArgs{
				Metadata: metav1.ObjectMetaArgs{
					Labels: pulumi.ToStringMap(labels()),
					Annotations: pulumi.StringMap{
						"prometheus.io/scrape": pulumi.String("true"),
						"prometheus.io/port":   pulumi.String(strconv.Itoa(proxysql.MetricsPort)),
						"prometheus.io/path":   pulumi.String("/metrics"),
					},
				},
				Spec: b.pod(),
			},
		},
	}, b.in(append(b.before, b.args.After...)...)...)
	return err
}

// pod runs on the system nodes, which stay while the cluster works.
func (b *builder) pod() corev1.PodSpecArgs {
	return corev1.PodSpecArgs{
		ServiceAccountName:            pulumi.String(accountName),
		AutomountServiceAccountToken:  pulumi.Bool(false),
		EnableServiceLinks:            pulumi.Bool(false),
		PriorityClassName:             pulumi.String("system-cluster-critical"), // without it nothing of the shop works
		TerminationGracePeriodSeconds: pulumi.Int(grace),
		NodeSelector:                  pulumi.StringMap{naming.NodesLabel: pulumi.String(naming.NodesSystem)},
		Tolerations:                   tolerations(),
		TopologySpreadConstraints: corev1.TopologySpreadConstraintArray{
			topologySpread(placement.ZoneKey, "DoNotSchedule"),
			topologySpread(placement.HostnameKey, "ScheduleAnyway"),
		},
		SecurityContext: corev1.PodSecurityContextArgs{
			RunAsNonRoot: pulumi.Bool(true), RunAsUser: pulumi.Int(user), RunAsGroup: pulumi.Int(user), FsGroup: pulumi.Int(user),
			FsGroupChangePolicy: pulumi.String("OnRootMismatch"),
			SeccompProfile:      corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		InitContainers: corev1.ContainerArray{b.container("settle", sidecarMiB, sidecarMilli)},
		Containers:     corev1.ContainerArray{b.server(), b.container("reload", sidecarMiB, sidecarMilli)},
		Volumes:        b.volumes(),
	}
}

// tolerations returns those of the system nodes' taint.
func tolerations() corev1.TolerationArray {
	var array corev1.TolerationArray
	for _, t := range placement.SystemTolerations() {
		array = append(array, corev1.TolerationArgs{Key: pulumi.String(t.Key), Operator: pulumi.String(t.Operator)})
	}
	return array
}

// topologySpread spreads the pods of one revision. A zone whose nodes are lost does not count (nodeTaintsPolicy): its pods
// may come together in another.
func topologySpread(key, otherwise string) corev1.TopologySpreadConstraintArgs {
	return corev1.TopologySpreadConstraintArgs{
		MaxSkew: pulumi.Int(1), TopologyKey: pulumi.String(key), WhenUnsatisfiable: pulumi.String(otherwise),
		LabelSelector:    metav1.LabelSelectorArgs{MatchLabels: selector()},
		MatchLabelKeys:   pulumi.ToStringArray([]string{"pod-template-hash"}),
		NodeTaintsPolicy: pulumi.String("Honor"),
	}
}
