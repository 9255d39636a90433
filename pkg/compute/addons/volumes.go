package addons

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/k8s/placement"
	"github.com/magestack/magestack/pkg/compute/podidentity"
	"github.com/magestack/magestack/pkg/naming"
)

// driverAccount is the service account of the driver's controller (EKS User Guide, "Store Kubernetes volumes with
// Amazon EBS").
var driverAccount = podidentity.Account{Namespace: naming.NamespaceSystem, Name: "ebs-csi-controller-sa"}

type ebsDriver struct {
	Controller ebsController `json:"controller"`
}

type ebsController struct {
	ReplicaCount int                    `json:"replicaCount"`
	NodeSelector map[string]string      `json:"nodeSelector"`
	Tolerations  []placement.Toleration `json:"tolerations"`
}

// volumes installs the driver of EBS, and makes volumes that are encrypted with the cluster's key the default.
func (b *builder) volumes() error {
	identity, err := podidentity.NewIdentity(b.Ctx, b.Child("volumes"), podidentity.IdentityArgs{
		ClusterName:    b.args.ClusterName,
		ServiceAccount: driverAccount,
		Description:    "EBS driver of " + b.args.Environment.Cluster(),
		Statements:     b.args.volumeKeyUse(),
		ManagedARNs:    []string{b.args.Account.ManagedPolicyARN("service-role/AmazonEBSCSIDriverPolicy")},
	}, b.Parent)
	if err != nil {
		return err
	}
	driver, err := b.addon("aws-ebs-csi-driver", b.pinned.EBSCSIDriver, ebsDriver{ebsController{placement.Replicas, placement.SystemNodes(), placement.SystemTolerations()}},
		slices.Concat(b.Ready, []pulumi.Resource{identity.Association}))
	if err != nil {
		return err
	}
	// A volume is made in the zone of its pod, once there is one.
	if _, err := apiextensions.NewCustomResource(b.Ctx, b.Child("storage-class"), &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String("storage.k8s.io/v1"),
		Kind:       pulumi.String("StorageClass"),
		Metadata: metav1.ObjectMetaArgs{
			Name:        pulumi.String("gp3"),
			Annotations: pulumi.StringMap{"storageclass.kubernetes.io/is-default-class": pulumi.String("true")},
		},
		OtherFields: kubernetes.UntypedArgs{
			"provisioner":          "ebs.csi.aws.com",
			"reclaimPolicy":        "Delete",
			"volumeBindingMode":    "WaitForFirstConsumer",
			"allowVolumeExpansion": true,
			"parameters":           pulumi.StringMap{"type": pulumi.String("gp3"), "encrypted": pulumi.String("true"), "kmsKeyId": b.args.KeyARN},
		},
	}, b.Parent, pulumi.DependsOn([]pulumi.Resource{driver})); err != nil {
		return fmt.Errorf("storage class: %w", err)
	}
	return nil
}

// volumeKeyUse lets the driver have EC2 use the cluster's key (EKS User Guide, same page: encryption), through EC2 alone.
func (a Args) volumeKeyUse() []policy.Statement {
	through := policy.Condition{Operator: "StringEquals", Key: "kms:ViaService", Values: policy.Strings("ec2." + a.Account.Region + ".amazonaws.com")}
	return []policy.Statement{
		{
			Sid:       "Volumes",
			Actions:   []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"},
			Resources: []pulumi.StringInput{a.KeyARN}, Conditions: []policy.Condition{through},
		},
		{
			Sid:       "AttachVolumes",
			Actions:   []string{"kms:CreateGrant"},
			Resources: []pulumi.StringInput{a.KeyARN},
			Conditions: []policy.Condition{through, {
				Operator: "Bool", Key: "kms:GrantIsForAWSResource", Values: policy.Strings("true"),
			}},
		},
	}
}
