package gitops

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/yaml"

	"github.com/magestack/magestack/internal/desired"
	"github.com/magestack/magestack/pkg/compute/fargate/sizing"
	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/compute/loadbalancer/timing"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// TestPodSecurityRestricted puts every pod before the rules that the API server applies to a namespace that enforces "restricted".
func TestPodSecurityRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	require.NoError(t, err)
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	judge := func(w desired.Workload) (refused []string) {
		for _, result := range evaluator.EvaluatePod(level, &w.Pod.ObjectMeta, &w.Pod.Spec) {
			if !result.Allowed {
				refused = append(refused, result.ForbiddenReason+": "+result.ForbiddenDetail)
			}
		}
		return refused
	}
	for _, environment := range overlays {
		workloads := stateOf(t, environment).Workloads
		require.NotEmpty(t, workloads)
		for _, w := range workloads {
			assert.Empty(t, judge(w), "%s: %s %s", environment, w.Kind, w.Name)
			for _, container := range slices.Concat(w.Pod.Spec.InitContainers, w.Pod.Spec.Containers) {
				assert.True(t, *container.SecurityContext.ReadOnlyRootFilesystem, "%s %s: its root can be written", w.Name, container.Name)
			}
			token := w.Pod.Spec.AutomountServiceAccountToken
			require.NotNil(t, token, w.Name)
			assert.Equal(t, w.Name == "magento-schema", *token, "%s: a token of the Kubernetes API", w.Name)
			w.Pod.Spec.SecurityContext = nil
			assert.NotEmpty(t, judge(w), "the test notices a pod without a security context")
		}
	}
}

// logsOfAContainer is what kubelet keeps of a container's log: five files of 10 MiB (KubeletConfiguration, containerLogMaxSize and
// containerLogMaxFiles).
const logsOfAContainer = 5 * 10 << 20

// TestVolumesFitTheLimits wants a pod's volumes on disk and its logs to be within the ephemeral storage of its containers: kubelet
// ends a pod that is beyond, whatever a volume's own limit says.
func TestVolumesFitTheLimits(t *testing.T) {
	for _, environment := range overlays {
		for _, w := range stateOf(t, environment).Workloads {
			var limit, needed int64
			for _, container := range w.Pod.Spec.Containers {
				limit += container.Resources.Limits.StorageEphemeral().Value()
				needed += logsOfAContainer
			}
			for _, volume := range w.Pod.Spec.Volumes {
				if on := volume.EmptyDir; on != nil && on.Medium != corev1.StorageMediumMemory {
					require.NotNil(t, on.SizeLimit, "%s: volume %s has no limit", w.Name, volume.Name)
					needed += on.SizeLimit.Value()
				}
			}
			assert.LessOrEqual(t, needed, limit, "%s: %s %s", environment, w.Kind, w.Name)
		}
	}
}

// TestEveryPodHasItsNodes wants each pod on Fargate, in one of its sizes, or tolerated by nodes of the pool that it selects.
func TestEveryPodHasItsNodes(t *testing.T) {
	for _, environment := range overlays {
		config, err := settings.ReadFile(repository + "/" + settings.FileName(environment))
		require.NoError(t, err)
		compute, err := settings.LoadCompute(config)
		require.NoError(t, err)
		set, err := compute.Workloads().Set()
		require.NoError(t, err)
		for _, w := range stateOf(t, environment).Workloads {
			name := environment + ": " + w.Name
			if w.Pod.Labels[naming.ComputeLabel] == naming.ComputeFargate {
				assert.Equal(t, naming.AccountBatch, w.Pod.Spec.ServiceAccountName, name)
				assert.Empty(t, w.Pod.Spec.NodeSelector, name)
				for _, container := range w.Pod.Spec.Containers {
					cpu, memory := container.Resources.Requests.Cpu().MilliValue(), container.Resources.Requests.Memory().Value()>>20
					size, err := sizing.For(int(cpu), int(memory))
					require.NoError(t, err)
					assert.Equal(t, sizing.Size{MilliCPU: int(cpu), MiB: int(memory) + sizing.OverheadMiB}, size, "%s: pays for more than it asks for", name)
					asked, limit := container.Resources.Requests, container.Resources.Limits
					assert.True(t, asked.Cpu().Equal(*limit.Cpu()) && asked.Memory().Equal(*limit.Memory()), "%s: Fargate gives what is asked for, and no more", name)
				}
				continue
			}
			pools := poolsFor(set, w.Pod.Spec)
			require.NotEmpty(t, pools, "%s: no NodePool has nodes for it", name)
			if named := w.Pod.Spec.NodeSelector[nodepool.PoolLabel]; named != "" {
				assert.Equal(t, []string{named}, pools, name)
			}
			spare := w.Pod
			spare.Spec.Tolerations = nil
			assert.Empty(t, poolsFor(set, spare.Spec), "the test notices a toleration that is missing")
		}
	}
}

// poolsFor are the pools whose nodes a pod selects and whose taints it tolerates, each by its value.
func poolsFor(set nodepool.Set, pod corev1.PodSpec) (names []string) {
	for _, pool := range set.Pools {
		node := labels.Set{nodepool.PoolLabel: pool.Metadata.Name}
		for key, value := range pool.Spec.Template.Metadata.Labels {
			node[key] = value
		}
		taints := pool.Spec.Template.Spec.Taints
		tolerated := !slices.ContainsFunc(taints, func(taint nodepool.Taint) bool {
			return !slices.ContainsFunc(pod.Tolerations, func(t corev1.Toleration) bool {
				return t.Key == taint.Key && t.Value == taint.Value && string(t.Effect) == taint.Effect
			})
		})
		if tolerated && len(pod.NodeSelector) > 0 && labels.SelectorFromSet(pod.NodeSelector).Matches(node) {
			names = append(names, pool.Metadata.Name)
		}
	}
	return names
}

// TestServicesOfTheTargetGroups wants the two Services that the target groups are bound to, with pods behind them that answer for
// longer than a target group sends requests, and that end in time.
func TestServicesOfTheTargetGroups(t *testing.T) {
	resources := rendered(t, "production", "shop")
	workloads := stateOf(t, "production").Workloads
	for _, name := range []string{naming.ServiceWeb, naming.ServiceAdmin} {
		service := find[corev1.Service](t, resources, "Service", name)
		assert.Equal(t, int32(8080), service.Spec.Ports[0].Port, name)
		behind := slices.DeleteFunc(slices.Clone(workloads), func(w desired.Workload) bool {
			return !labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(w.Pod.Labels))
		})
		require.Len(t, behind, 1, "%s: its selector finds the pods of one workload", name)
		pod := behind[0].Pod.Spec
		for _, container := range pod.Containers {
			seconds := drainSeconds(t, container)
			assert.Greater(t, seconds, timing.DeregistrationDelaySeconds, "%s: stops answering while requests still come", container.Name)
			assert.GreaterOrEqual(t, grace(pod), seconds+30, "%s: is killed in the middle of a request", container.Name)
		}
		assert.LessOrEqual(t, grace(pod), 10*60, "the base's nodes wait no longer (nodepool: baseGrace)")
	}
	for _, w := range workloads {
		if pool := w.Pod.Spec.NodeSelector[nodepool.PoolLabel]; pool == nodepool.PoolWebBurst || w.Pod.Spec.NodeSelector[naming.NodesLabel] == naming.NodesConsumers {
			assert.Less(t, grace(w.Pod.Spec), 120, "%s: spot gives 120 seconds", w.Name)
		}
	}
}

// grace is how long a pod may take to end, in seconds.
func grace(pod corev1.PodSpec) int {
	if pod.TerminationGracePeriodSeconds == nil {
		return 30 // Kubernetes' own
	}
	return int(*pod.TerminationGracePeriodSeconds)
}

// drainSeconds is how long a container goes on after it was told to end.
func drainSeconds(t *testing.T, container corev1.Container) int {
	t.Helper()
	require.NotNil(t, container.Lifecycle, container.Name)
	hook := container.Lifecycle.PreStop
	if hook.Sleep != nil {
		return int(hook.Sleep.Seconds)
	}
	words := strings.Fields(hook.Exec.Command[2])
	seconds, err := strconv.Atoi(strings.TrimSuffix(words[1], ";"))
	require.NoError(t, err)
	return seconds
}

// failoverSeconds is how long the database may be away while it fails over, for which ProxySQL holds clients.
const failoverSeconds = 60

// TestProbes wants readiness to outlast a failover, and liveness to know no database.
func TestProbes(t *testing.T) {
	probed := 0
	for _, w := range stateOf(t, "production").Workloads {
		for _, container := range w.Pod.Spec.Containers {
			if live := container.LivenessProbe; live != nil && live.HTTPGet != nil && w.Kind == "Deployment" {
				assert.NotEqual(t, timing.HealthCheckPath, live.HTTPGet.Path, "%s: restarts when the database is away", w.Name)
			}
			ready := container.ReadinessProbe
			if ready == nil || w.Kind != "Deployment" {
				continue
			}
			probed++
			assert.Equal(t, timing.HealthCheckPath, ready.HTTPGet.Path, w.Name)
			assert.Greater(t, int(ready.PeriodSeconds*(ready.FailureThreshold-1)), failoverSeconds-1, "%s: leaves its Service during a failover", w.Name)
		}
	}
	assert.Equal(t, 3, probed)
}

// TestPodsMountWhatIsThere wants every ConfigMap and Secret that a pod names to be rendered or made by an ExternalSecret.
func TestPodsMountWhatIsThere(t *testing.T) {
	for _, environment := range overlays {
		for _, application := range applications {
			resources := rendered(t, environment, application)
			there := map[string]bool{}
			for _, resource := range resources.Resources() {
				if kind := resource.GetKind(); kind == "ConfigMap" || kind == "ExternalSecret" {
					there[resource.GetName()] = true
				}
			}
			state, err := desired.Parse(textOf(t, resources))
			require.NoError(t, err)
			for _, w := range state.Workloads {
				mounted := map[string]bool{}
				for _, container := range slices.Concat(w.Pod.Spec.InitContainers, w.Pod.Spec.Containers) {
					for _, mount := range container.VolumeMounts {
						mounted[mount.Name] = true
					}
					for _, variable := range container.Env {
						assert.Nil(t, secretOf(variable), "%s: a secret in the environment of a process", w.Name)
					}
				}
				for _, volume := range w.Pod.Spec.Volumes {
					assert.True(t, mounted[volume.Name], "%s: volume %s is mounted nowhere", w.Name, volume.Name)
					if volume.Secret != nil {
						assert.True(t, there[volume.Secret.SecretName], "%s: Secret %s", w.Name, volume.Secret.SecretName)
					}
					if volume.ConfigMap != nil {
						assert.True(t, there[volume.ConfigMap.Name], "%s: ConfigMap %s", w.Name, volume.ConfigMap.Name)
					}
				}
			}
		}
	}
}

func secretOf(variable corev1.EnvVar) *corev1.SecretKeySelector {
	if variable.ValueFrom == nil {
		return nil
	}
	return variable.ValueFrom.SecretKeyRef
}

// find decodes one rendered object.
func find[T any](t *testing.T, resources resmap.ResMap, kind, name string) T {
	t.Helper()
	for _, resource := range resources.Resources() {
		if resource.GetKind() == kind && resource.GetName() == name {
			text, err := resource.AsYAML()
			require.NoError(t, err)
			var object T
			require.NoError(t, yaml.Unmarshal(text, &object))
			return object
		}
	}
	require.Fail(t, fmt.Sprintf("%s %s is not rendered", kind, name))
	panic("unreachable")
}
