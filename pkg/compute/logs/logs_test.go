package logs_test

import (
	"fmt"
	"net/netip"
	"path"
	"slices"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/logs"
	"github.com/magestack/magestack/pkg/layer"
)

var home = offlinetest.Account()

func planned(args logs.Args, nodes bool) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), offlinetest.InCluster(func(ctx *pulumi.Context, opt, cluster pulumi.ResourceOption) error {
		if nodes {
			node, err := corev1.NewNamespace(ctx, "nodes", nil, cluster) // stands for them
			if err != nil {
				return err
			}
			args.Ready = []pulumi.Resource{node}
		}
		_, err := logs.New(ctx, "logs", args, opt, cluster)
		return err
	}))
}

func planOf(t *testing.T) *plan.Environment {
	t.Helper()
	found, err := planned(logs.Args{
		Account: home, Environment: "staging", ClusterName: pulumi.String("magento-staging"), KeyARN: pulumi.String(home.ARN("kms", "key/k")),
		LogRetentionDays: 365, Protect: true, CloudWatch: netip.MustParsePrefix("10.0.0.0/16"),
	}, true)
	require.NoError(t, err)
	offlinetest.CheckChildren(t, found, logs.LogsType, "logs")
	return found
}

// TestGroups holds the log groups, each under our key, with an end, and that the role writes to these and does nothing else.
func TestGroups(t *testing.T) {
	p := planOf(t)
	var arns, names []string
	for _, r := range p.Resources() {
		if r.Type != "aws:cloudwatch/logGroup:LogGroup" {
			continue
		}
		name := fmt.Sprint(r.Inputs["name"])
		names = append(names, path.Base(name))
		assert.Equal(t, "/aws/eks/magento-staging/pods/"+path.Base(name), name)
		assert.Equal(t, home.ARN("kms", "key/k"), r.Inputs["kmsKeyId"])
		assert.Equal(t, 365.0, r.Inputs["retentionInDays"])
		assert.True(t, r.Protect)
		arns = append(arns, home.ARN("logs", "log-group:"+name+":*"))
	}
	slices.Sort(names)
	assert.Equal(t, []string{"argocd", "external-secrets", "keda", "kube-system", "magento", "other", "proxysql", "reloader"}, names)
	statements, err := policy.Parse(offlinetest.Find(t, p, "logs-agent-policy").Inputs["policy"].(string))
	require.NoError(t, err)
	require.Len(t, statements, 1)
	assert.ElementsMatch(t, []string{"logs:CreateLogStream", "logs:PutLogEvents"}, statements[0].Action)
	assert.ElementsMatch(t, arns, statements[0].Resource)
	association := offlinetest.Find(t, p, "logs-agent-association").Inputs
	assert.Equal(t, "logging", association["namespace"])
	assert.Equal(t, "fluent-bit", association["serviceAccount"])
}

// TestOrder wants groups, rights and policies before the first pod, so that a destroy ends with them.
func TestOrder(t *testing.T) {
	p := planOf(t)
	needs := []string{"nodes", "logs-agent-association", "logs-namespace-namespace", "logs-deny", "logs-allow", "logs-magento", "logs-other"}
	for _, name := range needs {
		assert.Contains(t, offlinetest.Find(t, p, "logs-release").Dependencies, offlinetest.Find(t, p, name).URN, name)
	}
}

// release returns the values that Fluent Bit's chart gets.
func release(t *testing.T) map[string]any {
	values, ok := offlinetest.Find(t, planOf(t), "logs-release").Inputs["values"].(map[string]any)
	require.True(t, ok)
	return values
}

// TestPod holds what a pod may do on its node: read logs, keep its state, and nothing as root that a user could not.
func TestPod(t *testing.T) {
	values := release(t)
	assert.Equal(t, []any{
		map[string]any{"name": "logs", "mountPath": "/var/log", "readOnly": true},
		map[string]any{"name": "state", "mountPath": "/var/lib/fluent-bit"},
	}, values["daemonSetVolumeMounts"])
	assert.Equal(t, map[string]any{
		"runAsUser": 0.0, "runAsGroup": 0.0, "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
		"capabilities": map[string]any{"drop": []any{"ALL"}},
	}, values["securityContext"])
	assert.Equal(t, map[string]any{"create": false}, values["rbac"])
	assert.Equal(t, map[string]any{"name": "fluent-bit", "automountServiceAccountToken": false}, values["serviceAccount"])
	assert.Equal(t, []any{map[string]any{"key": "", "operator": "Exists"}}, values["tolerations"])
	assert.Contains(t, fmt.Sprint(values["affinity"]), "eks.amazonaws.com/compute-type operator:NotIn values:[fargate]")
}

// TestConfiguration holds where events go, what is kept on the disk, and that no event passes the script by.
func TestConfiguration(t *testing.T) {
	config := release(t)["config"].(map[string]any)
	for part, lines := range map[string][]string{
		"outputs": {
			"Match kube.*", "region eu-central-1", "auto_create_group false", "log_group_name /aws/eks/magento-staging/pods/other",
			"log_group_template /aws/eks/magento-staging/pods/$group", "log_stream_template $source", "storage.total_limit_size 512M",
		},
		"inputs": {"storage.type filesystem", "Tag kube.<namespace>.<pod>.<container>", "DB /var/lib/fluent-bit/positions.db",
			"Exclude_Path /var/log/containers/fluent-bit-*_logging_*.log"},
		"filters": {"Match kube.*\n    script /fluent-bit/scripts/pod.lua\n    call pod"},
		"service": {"storage.path /var/lib/fluent-bit/buffer", "storage.max_chunks_up 32", "Grace 25"},
	} {
		for _, line := range lines {
			assert.Contains(t, config[part], "    "+line+"\n", part)
		}
	}
	assert.NotContains(t, config["inputs"], "compare_filename", "links are never named as their files")
	for part, text := range config {
		assert.NotContains(t, text, "{{", "%s: the chart would take it for a template", part)
	}
	for _, script := range release(t)["luaScripts"].(map[string]any) {
		assert.NotContains(t, script, "{{", "the chart would take it for a template")
	}
}

// TestNamespaceIsClosed holds what Fluent Bit reaches: names, credentials, CloudWatch, each on one port.
func TestNamespaceIsClosed(t *testing.T) {
	p := planOf(t)
	labels := offlinetest.Find(t, p, "logs-namespace-namespace").Input("metadata.labels").(map[string]any)
	assert.Equal(t, "privileged", labels["pod-security.kubernetes.io/enforce"])
	closed := offlinetest.Find(t, p, "logs-deny").Inputs["spec"]
	assert.Equal(t, map[string]any{"podSelector": map[string]any{}, "policyTypes": []any{"Ingress", "Egress"}}, closed)
	allowed := offlinetest.Find(t, p, "logs-allow")
	assert.Equal(t, []any{"Egress"}, allowed.Input("spec.policyTypes"))
	for rule, want := range map[string][2]any{
		"1": {"169.254.170.23/32", 80.0},
		"2": {"10.0.0.0/16", 443.0},
	} {
		assert.Equal(t, want[0], allowed.Input("spec.egress."+rule+".to.0.ipBlock.cidr"))
		assert.Equal(t, want[1], allowed.Input("spec.egress."+rule+".ports.0.port"))
	}
	assert.Equal(t, 53.0, allowed.Input("spec.egress.0.ports.0.port"))
	assert.Len(t, allowed.Input("spec.egress"), 3)
}

// TestRefusals wants everything that is missing named together.
func TestRefusals(t *testing.T) {
	_, err := planned(logs.Args{}, false)
	for _, want := range []string{
		"account and environment: required", "clusterName and keyArn: required", "logRetentionDays 0: must be 1 or more",
		"cloudWatch: required", "ready: required",
	} {
		assert.ErrorContains(t, err, want)
	}
}
