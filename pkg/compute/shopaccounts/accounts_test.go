package shopaccounts_test

import (
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	k8scorev1 "k8s.io/api/core/v1"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/shopaccounts"
	"github.com/magestack/magestack/pkg/layer"
)

var home = offlinetest.Account()

func planned(args shopaccounts.AccountsArgs, whole bool) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), offlinetest.InCluster(func(ctx *pulumi.Context, opt, cluster pulumi.ResourceOption) (err error) {
		if whole {
			if args.Namespace, err = corev1.NewNamespace(ctx, "shop", nil, cluster); err != nil {
				return err
			}
		}
		_, err = shopaccounts.NewAccounts(ctx, "accounts", args, opt, cluster)
		return err
	}))
}

// TestAccounts holds that both accounts may do the same to one bucket, and that each is known to its kind of pods.
func TestAccounts(t *testing.T) {
	recorded, err := planned(shopaccounts.AccountsArgs{
		Account: home, Environment: "staging", ClusterName: pulumi.String("magento-staging"),
		ProviderARN: pulumi.String(home.GlobalARN("iam", "oidc-provider/issuer")), Issuer: pulumi.String("issuer"),
	}, true)
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, shopaccounts.AccountsType, "accounts")
	nodes, batch := offlinetest.Find(t, recorded, "accounts-nodes-policy").Inputs["policy"], offlinetest.Find(t, recorded, "accounts-batch-policy").Inputs["policy"]
	assert.Equal(t, nodes, batch)
	statements, err := policy.Parse(nodes.(string))
	require.NoError(t, err)
	const bucket = "arn:aws:s3:::magento-staging-media-eu-central-1-123456789012"
	rights := map[string][]string{}
	for _, s := range statements {
		for _, action := range s.Action {
			rights[action] = s.Resource
		}
	}
	assert.Equal(t, map[string][]string{
		"s3:ListBucket":           {bucket},
		"s3:AbortMultipartUpload": {bucket + "/*"}, "s3:GetObjectAcl": {bucket + "/*"}, "s3:PutObjectAcl": {bucket + "/*"},
		"s3:DeleteObject": {bucket + "/*"}, "s3:GetObject": {bucket + "/*"}, "s3:PutObject": {bucket + "/*"},
		"kms:Decrypt": {home.ARN("kms", "key/*")}, "kms:GenerateDataKey": {home.ARN("kms", "key/*")},
	}, rights)
	assert.Contains(t, nodes, `"kms:ResourceAliases":"alias/magento/staging/media"`)

	onFargate, err := strict.Into[*k8scorev1.ServiceAccount](offlinetest.Find(t, recorded, "accounts-batch-account").Inputs)
	require.NoError(t, err)
	assert.Equal(t, "magento-batch", onFargate.Name)
	assert.Equal(t, "arn:aws:iam::123456789012:role/magento-staging-batch", onFargate.Annotations["eks.amazonaws.com/role-arn"])
	onNodes := offlinetest.Find(t, recorded, "accounts-nodes-account")
	assert.Contains(t, onNodes.Dependencies, offlinetest.Find(t, recorded, "accounts-nodes-association").URN)
	for _, name := range []string{"accounts-nodes-account", "accounts-batch-account"} {
		account, err := strict.Into[*k8scorev1.ServiceAccount](offlinetest.Find(t, recorded, name).Inputs)
		require.NoError(t, err)
		assert.Equal(t, "magento", account.Namespace)
		assert.False(t, *account.AutomountServiceAccountToken)
	}
}

func TestRefusals(t *testing.T) {
	_, err := planned(shopaccounts.AccountsArgs{}, false)
	assert.ErrorContains(t, err, "account and environment: required")
	assert.ErrorContains(t, err, "clusterName, providerArn, issuer and namespace: required")
}
