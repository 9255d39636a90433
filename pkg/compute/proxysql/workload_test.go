package proxysql

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/proxysql"
)

// TestObjects decodes everything but what External Secrets defines, which test/crds checks.
func TestObjects(t *testing.T) {
	plan, err := planned(t, arguments(t))
	require.NoError(t, err)
	var kinds []string
	for _, r := range plan.Resources() {
		if !strings.HasPrefix(r.Type, "kubernetes:") || r.Name == "first" {
			continue
		}
		kind, _ := r.Inputs["kind"].(string)
		kinds = append(kinds, kind)
		assert.Contains(t, r.URN, WorkloadType, "%s is outside the component", r.Name)
		assert.True(t, strings.HasPrefix(r.Name, "proxysql-"), r.Name)
		assert.Contains(t, r.Provider, "::cluster", r.Name)
		if kind == "ExternalSecret" {
			continue
		}
		_, err := strict.Decode(r.Inputs)
		assert.NoError(t, err, r.Name)
	}
	assert.ElementsMatch(t, []string{
		"Namespace", "NetworkPolicy", "NetworkPolicy", "ExternalSecret", "ExternalSecret", "ConfigMap", "ConfigMap",
		"ServiceAccount", "PodDisruptionBudget", "Deployment", "Service",
	}, kinds)
	assert.Equal(t, "proxysql.proxysql.svc.cluster.local:6033", plan.Stacks[0].Outputs["host"])
}

func TestNamespaceIsRestricted(t *testing.T) {
	plan, err := planned(t, arguments(t))
	require.NoError(t, err)
	namespace := decodedObject[*corev1.Namespace](t, plan, "proxysql-namespace")
	assert.Equal(t, "proxysql", namespace.Name)
	for _, mode := range []string{"enforce", "audit", "warn"} {
		assert.Equal(t, "restricted", namespace.Labels["pod-security.kubernetes.io/"+mode])
	}
}

// TestRollingUpdate holds that the budget of connections is kept while pods are exchanged: no more pods than it has been
// shared out among, and no start before a predecessor is gone.
func TestRollingUpdate(t *testing.T) {
	args := arguments(t)
	plan, err := planned(t, args)
	require.NoError(t, err)
	deployment := decodedObject[*appsv1.Deployment](t, plan, "proxysql-pods")
	spec, pod := deployment.Spec, deployment.Spec.Template.Spec

	surge, unavailable := spec.Strategy.RollingUpdate.MaxSurge.IntValue(), spec.Strategy.RollingUpdate.MaxUnavailable.IntValue()
	assert.Equal(t, args.Budget.Pods, int(*spec.Replicas))
	assert.LessOrEqual(t, int(*spec.Replicas)+surge, args.Budget.OpenPods())
	assert.LessOrEqual(t, (int(*spec.Replicas)+surge)*args.Budget.PerPod+args.Budget.Reserved, args.Budget.MaxConnections)
	assert.Zero(t, unavailable)
	assert.Equal(t, capacity.SurgePods, surge)

	assert.GreaterOrEqual(t, variable(t, pod.InitContainers[0], "PREDECESSOR_SECONDS"), int(*pod.TerminationGracePeriodSeconds),
		"a pod may start while its predecessor still holds connections")
	server := pod.Containers[0]
	assert.Greater(t, int(*pod.TerminationGracePeriodSeconds), variable(t, server, "ENDPOINT_SECONDS")+variable(t, server, "DRAIN_SECONDS"),
		"ProxySQL is killed before it may end")

	budget := decodedObject[*policyv1.PodDisruptionBudget](t, plan, "proxysql-disruptions")
	assert.Equal(t, 1, budget.Spec.MaxUnavailable.IntValue())
	assert.Equal(t, spec.Selector, budget.Spec.Selector)
}

// TestProbes holds who is asked what: the database by readiness alone, and so patiently that a failover goes by.
func TestProbes(t *testing.T) {
	plan, err := planned(t, arguments(t))
	require.NoError(t, err)
	pod := decodedObject[*appsv1.Deployment](t, plan, "proxysql-pods").Spec.Template.Spec
	server := pod.Containers[0]
	const failoverSeconds = 60 // mysql-connect_timeout_server_max
	assert.Equal(t, []string{"/bin/sh", "/opt/proxysql/live.sh"}, server.LivenessProbe.Exec.Command)
	assert.Equal(t, []string{"/bin/sh", "/opt/proxysql/live.sh"}, server.StartupProbe.Exec.Command)
	assert.Equal(t, []string{"/bin/sh", "/opt/proxysql/ready.sh"}, server.ReadinessProbe.Exec.Command)
	assert.Equal(t, []string{"/bin/sh", "/opt/proxysql/stop.sh"}, server.Lifecycle.PreStop.Exec.Command)
	assert.Greater(t, int(server.ReadinessProbe.PeriodSeconds*server.ReadinessProbe.FailureThreshold), failoverSeconds)
	assert.GreaterOrEqual(t, readinessPeriod, int(topologyPeriod.Seconds()))
	assert.Nil(t, pod.Containers[1].LivenessProbe)
}

// TestContainers holds what every container of ours may do, and what it is sure to get.
func TestContainers(t *testing.T) {
	args := arguments(t)
	plan, err := planned(t, args)
	require.NoError(t, err)
	pod := decodedObject[*appsv1.Deployment](t, plan, "proxysql-pods").Spec.Template.Spec
	assert.True(t, *pod.SecurityContext.RunAsNonRoot)
	assert.Equal(t, corev1.SeccompProfileTypeRuntimeDefault, pod.SecurityContext.SeccompProfile.Type)
	assert.False(t, *pod.AutomountServiceAccountToken)
	assert.False(t, *pod.EnableServiceLinks)
	assert.False(t, pod.HostNetwork)
	assert.Equal(t, map[string]string{"magento.com/nodes": "system"}, pod.NodeSelector)
	assert.Equal(t, []corev1.Toleration{{Key: "CriticalAddonsOnly", Operator: corev1.TolerationOpExists}}, pod.Tolerations)

	containers := append(slices.Clone(pod.InitContainers), pod.Containers...)
	require.Len(t, containers, 3)
	for _, c := range containers {
		assert.False(t, *c.SecurityContext.AllowPrivilegeEscalation, c.Name)
		assert.True(t, *c.SecurityContext.ReadOnlyRootFilesystem, c.Name)
		assert.Equal(t, []corev1.Capability{"ALL"}, c.SecurityContext.Capabilities.Drop, c.Name)
		assert.Empty(t, c.SecurityContext.Capabilities.Add, c.Name)
		assert.True(t, c.Resources.Limits.Memory().Equal(*c.Resources.Requests.Memory()), c.Name)
		assert.False(t, c.Resources.Requests.Cpu().IsZero(), c.Name)
		for _, m := range c.VolumeMounts {
			assert.Empty(t, m.SubPath, "kubelet never updates %s", m.MountPath)
			assert.Equal(t, m.Name != dataVolume && m.Name != runVolume, m.ReadOnly, m.MountPath)
		}
	}
	assert.Equal(t, int64(memoryMiB(args.Budget.PerPod, args.Instances))<<20, pod.Containers[0].Resources.Requests.Memory().Value())
	assert.Equal(t, proxysql.DefaultCAFile, path.Join(configDirectory, authoritiesFile), "the template names another file")
}

// TestRotationReplacesNoPod holds which Secret replaces the pods, and that the other is followed where it is mounted.
func TestRotationReplacesNoPod(t *testing.T) {
	plan, err := planned(t, arguments(t))
	require.NoError(t, err)
	deployment := decodedObject[*appsv1.Deployment](t, plan, "proxysql-pods")
	reloading := map[string]string{}
	for key, value := range deployment.Annotations {
		if strings.Contains(key, "reloader.stakater.com") {
			reloading[key] = value
		}
	}
	assert.Equal(t, map[string]string{"secret.reloader.stakater.com/reload": "proxysql-template"}, reloading)
	assert.Equal(t, aurora.TemplateKey, configurationFile, "the data layer writes another key")

	spec := arguments(t).configurationSpec()
	assert.Equal(t, templateSecret, spec.Target.Template.TemplateFrom[0].Secret.Name)
	assert.Equal(t, "Replace", spec.Target.Template.MergePolicy, "the bare passwords would be in the Secret")
	assert.Equal(t, "magento/staging/proxysql", spec.DataFrom[0].Extract.Key)
	assert.Equal(t, "magento/staging/proxysql/template", arguments(t).templateSpec().DataFrom[0].Extract.Key)
	for name, file := range spec.Target.Template.Data {
		if name == statementsFile {
			assert.Equal(t, proxysql.CredentialStatements(), file)
			continue
		}
		assert.Regexp(t, `(?m)^password = \{\{ \.\w+Password \| toRawJson \}\}$`, file)
	}
}

// TestNetworkPolicies holds that there is nothing but the exceptions, and that the administration is none.
func TestNetworkPolicies(t *testing.T) {
	plan, err := planned(t, arguments(t))
	require.NoError(t, err)
	deny := decodedObject[*networkingv1.NetworkPolicy](t, plan, "proxysql-deny").Spec
	assert.Empty(t, deny.PodSelector.MatchLabels)
	assert.Empty(t, deny.Ingress)
	assert.Empty(t, deny.Egress)
	assert.ElementsMatch(t, []networkingv1.PolicyType{"Ingress", "Egress"}, deny.PolicyTypes)

	allow := decodedObject[*networkingv1.NetworkPolicy](t, plan, "proxysql-allow").Spec
	in := map[string][]int{}
	for _, rule := range allow.Ingress {
		for _, port := range rule.Ports {
			for _, peer := range rule.From {
				var from string
				if peer.IPBlock != nil {
					from = peer.IPBlock.CIDR
				} else {
					from = peer.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]
				}
				in[from] = append(in[from], port.Port.IntValue())
			}
		}
	}
	assert.Equal(t, map[string][]int{"magento": {6033}, "monitoring": {6070}, "10.20.36.0/22": {6033}, "10.20.100.0/22": {6033}}, in)
	var out []string
	for _, rule := range allow.Egress {
		for _, to := range rule.To {
			for _, port := range rule.Ports {
				where := "dns"
				if to.IPBlock != nil {
					where = to.IPBlock.CIDR
				} else {
					assert.Equal(t, map[string]string{"k8s-app": "kube-dns"}, to.PodSelector.MatchLabels)
				}
				out = append(out, strings.Join([]string{where, string(*port.Protocol), port.Port.String()}, " "))
			}
		}
	}
	assert.Equal(t, []string{"10.20.36.0/22 TCP 3306", "10.20.100.0/22 TCP 3306", "dns UDP 53", "dns TCP 53"}, out)
}

// TestOrder holds what is there when the pods come, and goes after them.
func TestOrder(t *testing.T) {
	plan, err := planned(t, arguments(t))
	require.NoError(t, err)
	pods := offlinetest.Find(t, plan, "proxysql-pods")
	for _, name := range []string{
		"first", "proxysql-namespace", "proxysql-deny", "proxysql-allow", "proxysql-template", "proxysql-configuration",
		"proxysql-scripts", "proxysql-authorities", "proxysql-account",
	} {
		assert.Contains(t, pods.Dependencies, offlinetest.Find(t, plan, name).URN, name)
	}
	for _, name := range []string{"proxysql-template", "proxysql-configuration"} {
		assert.Contains(t, offlinetest.Find(t, plan, name).Dependencies, offlinetest.Find(t, plan, "first").URN)
	}
	for _, name := range []string{"proxysql-pods", "proxysql-service"} {
		annotations := offlinetest.Find(t, plan, name).Inputs["metadata"].(map[string]any)["annotations"].(map[string]any)
		assert.Equal(t, "true", annotations["pulumi.com/skipAwait"], "%s would wait for the data layer", name)
	}
}

// TestScriptsKnowTheirVariables holds that the pod sets what the scripts read, and nothing else.
func TestScriptsKnowTheirVariables(t *testing.T) {
	files, err := scriptFiles()
	require.NoError(t, err)
	plan, err := planned(t, arguments(t))
	require.NoError(t, err)
	pod := decodedObject[*appsv1.Deployment](t, plan, "proxysql-pods").Spec.Template.Spec
	set := []string{"HOME"}
	for _, v := range pod.Containers[0].Env {
		if v.Name != "HOME" {
			set = append(set, v.Name)
		}
	}
	used := []string{"HOME"}
	for _, text := range files {
		for _, match := range regexp.MustCompile(`\$\{?([A-Z][A-Z_]+)\b`).FindAllStringSubmatch(text, -1) {
			used = append(used, match[1])
		}
	}
	slices.Sort(set)
	slices.Sort(used)
	assert.Equal(t, set, slices.Compact(used))
	mounted := decodedObject[*corev1.ConfigMap](t, plan, "proxysql-scripts")
	assert.Equal(t, files, mounted.Data)
	assert.True(t, *mounted.Immutable)
}

func TestFilesAreNamedAfterTheirContent(t *testing.T) {
	one := named("x", map[string]string{"a": "1", "b": "2"})
	assert.Regexp(t, `^x-[0-9a-f]{8}$`, one)
	assert.Equal(t, one, named("x", map[string]string{"b": "2", "a": "1"}))
	assert.NotEqual(t, one, named("x", map[string]string{"a": "1", "b": "3"}))
	assert.NotEqual(t, one, named("x", map[string]string{"a": "1", "c": "2"}))
}

func TestMemory(t *testing.T) {
	for _, c := range []struct{ pool, instances, want int }{
		{10, 1, 576}, {45, 2, 640}, {230, 3, 960}, {1000, 16, 8576},
	} {
		got := memoryMiB(c.pool, c.instances)
		assert.Equal(t, c.want, got, "%d connections to %d instances", c.pool, c.instances)
		assert.Zero(t, got%stepMiB)
	}
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := planned(t, WorkloadArgs{Region: "mx-central-1", Budget: capacity.Budget{Pods: 1, PerPod: 9}})
	for _, want := range []string{
		"environment and store: required", "dataBlocks: none given", "instances: 0 given, at least 1",
		"budget: for 1 pods, at least 2", "budget: a pool of 9 connections, at least 10", `region "mx-central-1"`,
	} {
		assert.ErrorContains(t, err, want)
	}
}
