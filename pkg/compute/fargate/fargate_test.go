package fargate_test

import (
	"strings"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	k8scorev1 "k8s.io/api/core/v1"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/compute/fargate"
	"github.com/magestack/magestack/pkg/layer"
)

var home = offlinetest.Account()

func planned(args fargate.Args, whole bool) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), offlinetest.InCluster(func(ctx *pulumi.Context, opt, cluster pulumi.ResourceOption) (err error) {
		if whole {
			if args.Namespace, err = corev1.NewNamespace(ctx, "shop", nil, cluster); err != nil {
				return err
			}
		}
		_, err = fargate.New(ctx, "fargate", args, opt, cluster)
		return err
	}))
}

func planOf(t *testing.T) *plan.Environment {
	t.Helper()
	found, err := planned(fargate.Args{
		Account: home, Environment: "staging", ClusterName: pulumi.String("magento-staging"),
		ClusterSecurityGroupID: pulumi.String("sg-1"), NodesSecurityGroupID: "sg-2", SubnetIDs: []string{"subnet-1", "subnet-2"},
		KeyARN: pulumi.String(home.ARN("kms", "key/k")), LogRetentionDays: 365,
	}, true)
	require.NoError(t, err)
	offlinetest.CheckChildren(t, found, fargate.FargateType, "fargate")
	return found
}

// TestProfile holds which pods run on Fargate, and what must be there before the first of them: a pod reads its groups and
// the log router's configuration when it starts.
func TestProfile(t *testing.T) {
	p := planOf(t)
	profile := offlinetest.Find(t, p, "fargate-profile")
	assert.Equal(t, []any{map[string]any{"namespace": "magento", "labels": map[string]any{"magento.com/compute": "fargate"}}}, profile.Inputs["selectors"])
	assert.Equal(t, []any{"subnet-1", "subnet-2"}, profile.Inputs["subnetIds"])
	for _, name := range []string{"fargate-log-router", "fargate-groups", "fargate-execution", "fargate-logs-policy"} {
		assert.Contains(t, profile.Dependencies, offlinetest.Find(t, p, name).URN)
	}
	groups := offlinetest.Find(t, p, "fargate-groups").Inputs
	assert.Equal(t, map[string]any{
		"podSelector":    map[string]any{"matchLabels": map[string]any{"magento.com/compute": "fargate"}},
		"securityGroups": map[string]any{"groupIds": []any{"sg-1", "sg-2"}},
	}, groups["spec"])
	assert.Equal(t, "magento", groups["metadata"].(map[string]any)["namespace"])
}

// TestExecutionRole holds that profiles of this cluster alone get the role, and that it writes one log.
func TestExecutionRole(t *testing.T) {
	p := planOf(t)
	assert.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},
		"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:eks:eu-central-1:123456789012:fargateprofile/magento-staging/*"}}}]}`,
		offlinetest.Find(t, p, "fargate-execution-role").Inputs["assumeRolePolicy"].(string))
	assert.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Sid":"WriteLogs","Effect":"Allow",
		"Action":["logs:CreateLogStream","logs:DescribeLogStreams","logs:PutLogEvents"],
		"Resource":"arn:aws:logs:eu-central-1:123456789012:log-group:/aws/eks/magento-staging/fargate:*"}]}`,
		offlinetest.Find(t, p, "fargate-logs-policy").Inputs["policy"].(string))
}

// TestLogRouter holds what Fargate lets a configuration have, and that it writes to the group that was made.
func TestLogRouter(t *testing.T) {
	p := planOf(t)
	router, err := strict.Into[*k8scorev1.ConfigMap](offlinetest.Find(t, p, "fargate-log-router").Inputs)
	require.NoError(t, err)
	assert.Equal(t, "aws-logging", router.Name)
	assert.Equal(t, "aws-observability", router.Namespace)
	length := 0
	for key, text := range router.Data {
		length += len(key) + len(text)
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "[") {
				assert.Contains(t, []string{"[FILTER]\n", "[OUTPUT]\n", "[PARSER]\n"}, line)
			}
		}
		assert.NotContains(t, text, "${", "Fargate refuses variables")
	}
	assert.Less(t, length, 5300)
	group := offlinetest.Find(t, p, "fargate-log").Inputs
	assert.Contains(t, router.Data["output.conf"], "log_group_name "+group["name"].(string)+"\n")
	assert.Contains(t, router.Data["output.conf"], "auto_create_group false\n")
	assert.Equal(t, home.ARN("kms", "key/k"), group["kmsKeyId"])
	assert.Equal(t, 365.0, group["retentionInDays"])
	protection := offlinetest.Find(t, p, "fargate-log-protection").Inputs
	assert.Equal(t, group["name"], protection["logGroupName"])
	identifiers := `["arn:aws:dataprotection::aws:data-identifier/AwsSecretKey","arn:aws:dataprotection::aws:data-identifier/CreditCardNumber",
		"arn:aws:dataprotection::aws:data-identifier/EmailAddress","arn:aws:dataprotection::aws:data-identifier/IpAddress"]`
	assert.JSONEq(t, `{"Name":"personal-fields","Version":"2021-06-01","Statement":[
		{"Sid":"Audit","DataIdentifier":`+identifiers+`,"Operation":{"Audit":{"FindingsDestination":{}}}},
		{"Sid":"Mask","DataIdentifier":`+identifiers+`,"Operation":{"Deidentify":{"MaskConfig":{}}}}]}`,
		protection["policyDocument"].(string))
	namespace, err := strict.Into[*k8scorev1.Namespace](offlinetest.Find(t, p, "fargate-observability").Inputs)
	require.NoError(t, err)
	assert.Equal(t, "enabled", namespace.Labels["aws-observability"])
}

// TestRefusals wants everything that is missing named together.
func TestRefusals(t *testing.T) {
	_, err := planned(fargate.Args{}, false)
	for _, want := range []string{
		"account and environment: required", "clusterName, clusterSecurityGroupId, nodesSecurityGroupId, keyArn and namespace: required",
		"subnetIds: 0 given", "logRetentionDays 0: must be 1 or more",
	} {
		assert.ErrorContains(t, err, want)
	}
}
