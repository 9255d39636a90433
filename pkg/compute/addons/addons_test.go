package addons_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	storagev1 "k8s.io/api/storage/v1"
	"sigs.k8s.io/yaml"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/addons"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/layer"
)

var home = account.Account{ID: "123456789012", Region: "eu-central-1"}

func given() addons.Args {
	return addons.Args{
		Account: home, Environment: "staging", SecretPrefixes: []string{"magento/staging/"}, KubernetesVersion: "1.35", VPCID: "vpc-0123",
		ClusterName: pulumi.String("magento-staging"), KeyARN: pulumi.String(home.ARN("kms", "key/k")),
	}
}

// planned has an address stand for the nodes.
func planned(args addons.Args, nodes bool) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		if nodes {
			node, err := ec2.NewEip(ctx, "addons-nodes", &ec2.EipArgs{}, opt)
			if err != nil {
				return err
			}
			args.Nodes = []pulumi.Resource{node}
		}
		cluster, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		_, err = addons.New(ctx, "addons", args, opt, pulumi.Providers(cluster))
		return err
	})
}

func whole(t *testing.T) *plan.Environment {
	t.Helper()
	recorded, err := planned(given(), true)
	require.NoError(t, err)
	return recorded
}

// TestOrder wants everything after what it needs: pods after nodes, names and identities; custom resources after their
// controller, and that after the definitions and its identity.
func TestOrder(t *testing.T) {
	recorded := whole(t)
	for later, earlier := range map[string][]string{
		"addons-coredns":                {"addons-nodes"},
		"addons-eks-pod-identity-agent": {"addons-nodes"},
		"addons-metrics-server":         {"addons-coredns", "addons-eks-pod-identity-agent", "addons-nodes"},
		"addons-aws-ebs-csi-driver":     {"addons-volumes-association", "addons-coredns"},
		"addons-storage-class":          {"addons-aws-ebs-csi-driver"},
		"addons-balancer-release":       {"addons-balancer-association", "addons-coredns", "addons-nodes"},
		"addons-secrets-definitions":    {"addons-secrets-namespace", "addons-coredns"},
		"addons-secrets-release":        {"addons-secrets-definitions", "addons-secrets-association", "addons-coredns", "addons-nodes"},
		"addons-secret-store":           {"addons-secrets-release"},
		"addons-reloader-release":       {"addons-reloader-namespace", "addons-coredns"},
		"addons-keda-release":           {"addons-keda-namespace", "addons-coredns"},
	} {
		waits := offlinetest.Find(t, recorded, later)
		for _, name := range earlier {
			assert.Contains(t, waits.Dependencies, offlinetest.Find(t, recorded, name).URN, "%s does not wait for %s", later, name)
		}
	}
}

// TestEverythingIsOnSystemNodes keeps what a destroy needs off the nodes that Karpenter takes away.
func TestEverythingIsOnSystemNodes(t *testing.T) {
	selected := 0
	for _, r := range whole(t).Resources() {
		text, err := json.Marshal(r.Inputs["values"])
		require.NoError(t, err)
		if configuration, ok := r.Inputs["configurationValues"].(string); ok {
			text = []byte(configuration)
		}
		if r.Type != "kubernetes:helm.sh/v3:Release" && r.Inputs["configurationValues"] == nil || r.Name == "addons-secrets-definitions" {
			continue
		}
		selected++
		assert.Contains(t, string(text), `"magento.com/nodes":"system"`, r.Name)
		assert.Contains(t, string(text), `"CriticalAddonsOnly"`, r.Name)
	}
	assert.Equal(t, 7, selected) // CoreDNS, EBS, metrics-server, and four charts
}

// TestDefinitionsHaveTheirOwnRelease holds that External Secrets' definitions are installed by one release and not by the other,
// so that removing the controller leaves them. test/crds holds the names of the values to the chart's own.
func TestDefinitionsHaveTheirOwnRelease(t *testing.T) {
	recorded := whole(t)
	first := offlinetest.Find(t, recorded, "addons-secrets-definitions").Inputs["values"].(map[string]any)
	assert.Equal(t, true, first["installCRDs"])
	assert.Equal(t, false, first["createOperator"])
	assert.Equal(t, false, offlinetest.Find(t, recorded, "addons-secrets-release").Inputs["values"].(map[string]any)["installCRDs"])
}

// TestObjectsAreTaken decodes the storage class as an API server would. test/crds checks the store.
func TestObjectsAreTaken(t *testing.T) {
	recorded := whole(t)
	store := offlinetest.Find(t, recorded, "addons-secret-store").Inputs
	assert.Equal(t, addons.SecretStoreName, store["metadata"].(map[string]any)["name"])

	class, err := strict.Into[*storagev1.StorageClass](offlinetest.Find(t, recorded, "addons-storage-class").Inputs)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"type": "gp3", "encrypted": "true", "kmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/k"}, class.Parameters)
}

// TestWhatControllersMay holds each identity's rights: what it needs, where, and nothing that changes more.
func TestWhatControllersMay(t *testing.T) {
	recorded := whole(t)
	rights := func(name string) map[string][]string {
		statements, err := policy.Parse(offlinetest.Find(t, recorded, name).Inputs["policy"].(string))
		require.NoError(t, err)
		found := map[string][]string{}
		for _, s := range statements {
			for _, action := range s.Action {
				found[action] = s.Resource
			}
		}
		return found
	}
	secrets := rights("addons-secrets-policy")
	assert.Equal(t, []string{"arn:aws:secretsmanager:eu-central-1:123456789012:secret:magento/staging/*"}, secrets["secretsmanager:GetSecretValue"])
	for _, action := range []string{"secretsmanager:ListSecrets", "secretsmanager:PutSecretValue", "secretsmanager:BatchGetSecretValue", "kms:Encrypt"} {
		assert.NotContains(t, secrets, action)
	}
	balancer := rights("addons-balancer-policy")
	assert.Contains(t, balancer, "elasticloadbalancing:RegisterTargets")
	for action := range balancer {
		assert.Regexp(t, `:(Describe\w+|RegisterTargets|DeregisterTargets)$`, action, "the controller makes and deletes nothing")
	}
	assert.Equal(t, []string{"arn:aws:kms:eu-central-1:123456789012:key/k"}, rights("addons-volumes-policy")["kms:CreateGrant"])
}

// TestRefusals wants everything that is missing named together.
func TestRefusals(t *testing.T) {
	_, err := planned(addons.Args{KubernetesVersion: "1.20"}, false)
	for _, want := range []string{
		"account and environment: required", "clusterName, keyArn and vpcId: required", "secretPrefixes: required",
		"nodes: required", `kubernetesVersion: version "1.20" of Kubernetes: no add-ons are pinned for it; there are: 1.34, 1.35, 1.36`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

// TestReloaderRestartsKEDA when the Secret changes that the shop's triggers log in with, and looks where both are.
func TestReloaderRestartsKEDA(t *testing.T) {
	text, err := os.ReadFile("../../../gitops/base/consumers/authentication.yaml")
	require.NoError(t, err)
	authentication, _, _ := strings.Cut(string(text), "\n---\n")
	var trigger struct {
		Kind string
		Spec struct {
			SecretTargetRef []struct{ Name string }
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(authentication), &trigger))
	require.Equal(t, "ClusterTriggerAuthentication", trigger.Kind)
	require.Len(t, trigger.Spec.SecretTargetRef, 1)

	recorded := whole(t)
	keda := offlinetest.Find(t, recorded, "addons-keda-release").Inputs
	pods := keda["values"].(map[string]any)["podAnnotations"].(map[string]any)
	assert.Equal(t, map[string]any{"keda": map[string]any{object.AnnotationReload: trigger.Spec.SecretTargetRef[0].Name}}, pods)
	reloader := offlinetest.Find(t, recorded, "addons-reloader-release").Inputs["values"].(map[string]any)["reloader"].(map[string]any)
	_, namespaces, _ := strings.Cut(reloader["namespaceSelector"].(string), " in ")
	assert.Contains(t, strings.Split(strings.Trim(namespaces, "()"), ","), keda["namespace"])
}
