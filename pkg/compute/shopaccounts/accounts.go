// Package shopaccounts gives the shop's own pods what they need of AWS: service accounts whose roles may use the media bucket.
// The pods themselves come from elsewhere.
package shopaccounts

import (
	"errors"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/compute/podidentity"
	"github.com/magestack/magestack/pkg/naming"
)

// AccountsType is the type token of Accounts.
const AccountsType = "magento:shop:Accounts"

// AccountsArgs configures Accounts.
type AccountsArgs struct {
	Account     account.Account
	Environment naming.Environment
	ClusterName pulumi.StringInput
	ProviderARN pulumi.StringInput // of the cluster's OIDC provider
	Issuer      pulumi.StringInput // without https://
	Namespace   pulumi.Resource    // the shop's
}

// Accounts are the service accounts of the shop's pods: one for nodes, with Pod Identity, and one for Fargate, where
// there is none, with a web identity. Both may do the same.
type Accounts struct {
	pulumi.ResourceState
	NodesRoleARN pulumi.StringOutput
	BatchRoleARN pulumi.StringOutput
}

// NewAccounts registers Accounts. The options must have providers of AWS and of the cluster.
func NewAccounts(ctx *pulumi.Context, name string, args AccountsArgs, opts ...pulumi.ResourceOption) (*Accounts, error) {
	a := &Accounts{}
	return a, component.New(ctx, AccountsType, name, args, a, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Accounts: a, args: args}
		err := component.Steps(b.nodes, b.batch)
		return pulumi.Map{"nodesRoleArn": a.NodesRoleARN, "batchRoleArn": a.BatchRoleARN}, err
	}, opts...)
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Accounts
	args AccountsArgs
}

// nodes registers the account of pods on nodes, after its identity: a pod that starts earlier never gets the credentials.
func (b *builder) nodes() error {
	identity, err := podidentity.NewIdentity(b.Ctx, b.Child("nodes"), podidentity.IdentityArgs{
		ClusterName:    b.args.ClusterName,
		ServiceAccount: podidentity.Account{Namespace: naming.NamespaceMagento, Name: naming.AccountMagento},
		Description:    "Magento on nodes of " + b.args.Environment.Cluster(),
		Statements:     b.args.mediaUse(),
	}, b.Parent)
	if err != nil {
		return err
	}
	b.NodesRoleARN = identity.RoleARN
	return b.account("nodes-account", naming.AccountMagento, nil, identity.Association)
}

// batch registers the account of pods on Fargate.
func (b *builder) batch() error {
	identity, err := podidentity.NewWebIdentity(b.Ctx, b.Child("batch"), podidentity.WebIdentityArgs{
		RoleName:    b.args.Environment.Cluster() + "-batch",
		ProviderARN: b.args.ProviderARN, Issuer: b.args.Issuer,
		ServiceAccount: podidentity.Account{Namespace: naming.NamespaceMagento, Name: naming.AccountBatch},
		Description:    "Magento on Fargate of " + b.args.Environment.Cluster(),
		Statements:     b.args.mediaUse(),
	}, b.Parent)
	if err != nil {
		return err
	}
	b.BatchRoleARN = identity.RoleARN
	return b.account("batch-account", naming.AccountBatch, pulumi.StringMap{podidentity.RoleAnnotation: identity.RoleARN})
}

// account registers a service account. It has no token: Magento does not call the Kubernetes API.
func (b *builder) account(part, name string, annotations pulumi.StringMap, after ...pulumi.Resource) error {
	if _, err := corev1.NewServiceAccount(b.Ctx, b.Child(part), &corev1.ServiceAccountArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name: pulumi.String(name), Namespace: pulumi.String(naming.NamespaceMagento), Annotations: annotations,
		},
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{b.args.Namespace}, after...))); err != nil {
		return fmt.Errorf("service account %s: %w", name, err)
	}
	return nil
}

// Inputs returns what the component shows in a plan.
func (a AccountsArgs) Inputs() pulumi.Map {
	return pulumi.Map{"environment": pulumi.String(a.Environment)}
}

// Validate refuses arguments that the accounts' roles could not be made with.
func (a AccountsArgs) Validate() error {
	var problems []error
	if a.Environment == "" || !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		problems = append(problems, errors.New("account and environment: required"))
	}
	if a.ClusterName == nil || a.ProviderARN == nil || a.Issuer == nil || a.Namespace == nil {
		problems = append(problems, errors.New("clusterName, providerArn, issuer and namespace: required"))
	}
	return errors.Join(problems...)
}

// mediaUse returns what Magento's remote storage does with its bucket, which is the data layer's: it is known by its name, and
// its key by its alias, through S3 alone. The SDK in Magento must be 3.287.1 or newer for Pod Identity (EKS User Guide).
//
// The two rights to ACLs open nothing, since the bucket has ACLs off: Magento's driver names the ACL "private" with every
// write, which S3 asks PutObjectAcl for, and Flysystem reads the source's ACL before a copy or a move whose visibility it
// was not told (magento/magento2, AwsS3.php; thephpleague/flysystem, AwsS3V3Adapter.php). Refused, the driver logs it
// and goes on: an image that was uploaded never leaves catalog/tmp.
func (a AccountsArgs) mediaUse() []policy.Statement {
	bucket := a.Account.BucketARN(a.Environment.Bucket(a.Account, "media"))
	return []policy.Statement{
		{Sid: "ListMedia", Actions: []string{"s3:ListBucket"}, Resources: policy.Strings(bucket)},
		{
			Sid: "UseMedia",
			Actions: []string{
				"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:PutObjectAcl",
			},
			Resources: policy.Strings(bucket + "/*"),
		},
		{
			Sid:       "EncryptMedia",
			Actions:   []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resources: policy.Strings(a.Account.ARN("kms", "key/*")),
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "kms:ViaService", Values: policy.Strings("s3." + a.Account.Region + ".amazonaws.com")},
				{Operator: "ForAnyValue:StringEquals", Key: "kms:ResourceAliases", Values: policy.Strings("alias/" + a.Environment.Path("media"))},
			},
		},
	}
}
