package podidentity_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/podidentity"
	"github.com/magestack/magestack/pkg/layer"
)

var (
	home = offlinetest.Account()
	may  = []policy.Statement{{Actions: []string{"sqs:ReceiveMessage"}, Resources: policy.Strings(home.ARN("sqs", "queue"))}}
)

func identity(args podidentity.IdentityArgs) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		_, err := podidentity.NewIdentity(ctx, "controller", args, opt)
		return err
	})
}

// TestIdentity holds whom the role trusts, and that pods do not get it before it may do anything.
func TestIdentity(t *testing.T) {
	recorded, err := identity(podidentity.IdentityArgs{
		ClusterName: pulumi.String("magento-staging"), ServiceAccount: podidentity.Account{Namespace: "kube-system", Name: "controller"},
		Description: "A controller", Statements: may, ManagedARNs: []string{home.ManagedPolicyARN("service-role/Demo")},
	})
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, podidentity.IdentityType, "controller")
	assert.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},
		"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{
			"aws:RequestTag/eks-cluster-name":"magento-staging",
			"aws:RequestTag/kubernetes-namespace":"kube-system",
			"aws:RequestTag/kubernetes-service-account":"controller"}}}]}`,
		offlinetest.Find(t, recorded, "controller-role").Inputs["assumeRolePolicy"].(string))
	association := offlinetest.Find(t, recorded, "controller-association")
	assert.Equal(t, "kube-system", association.Inputs["namespace"])
	assert.Equal(t, "controller", association.Inputs["serviceAccount"])
	for _, name := range []string{"controller-policy", "controller-Demo"} {
		assert.Contains(t, association.Dependencies, offlinetest.Find(t, recorded, name).URN)
	}
}

func web(args podidentity.WebIdentityArgs) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		_, err := podidentity.NewWebIdentity(ctx, "batch", args, opt)
		return err
	})
}

// TestWebIdentity ties the role to one service account of one issuer.
func TestWebIdentity(t *testing.T) {
	const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/0123"
	recorded, err := web(podidentity.WebIdentityArgs{
		RoleName: "magento-staging-batch", ProviderARN: pulumi.String(home.GlobalARN("iam", "oidc-provider/"+issuer)), Issuer: pulumi.String(issuer),
		ServiceAccount: podidentity.Account{Namespace: "magento", Name: "batch"}, Description: "Batch", Statements: may,
	})
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, podidentity.WebIdentityType, "batch")
	assert.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
		"Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/`+issuer+`"},"Action":"sts:AssumeRoleWithWebIdentity",
		"Condition":{"StringEquals":{"`+issuer+`:aud":"sts.amazonaws.com","`+issuer+`:sub":"system:serviceaccount:magento:batch"}}}]}`,
		offlinetest.Find(t, recorded, "batch-role").Inputs["assumeRolePolicy"].(string))
}

// TestRefusals wants everything that is missing named together.
func TestRefusals(t *testing.T) {
	_, err := identity(podidentity.IdentityArgs{})
	assert.ErrorContains(t, err, "clusterName, serviceAccount and description: required")
	assert.ErrorContains(t, err, "pods without rights need no identity")
	_, err = web(podidentity.WebIdentityArgs{})
	assert.ErrorContains(t, err, "providerArn, issuer, serviceAccount and description: required")
	assert.ErrorContains(t, err, "must have 1 to 64 characters")
	assert.ErrorContains(t, err, "pods without rights need no identity")
}
