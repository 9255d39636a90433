package addons

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
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
	ReplicaCount int               `json:"replicaCount"`
	NodeSelector map[string]string `json:"nodeSelector"`
	Tolerations  []toleration      `json:"tolerations"`
}

// volumes installs the driver of EBS, and makes volumes that are encrypted with the cluster's key the default.
func (i *installer) volumes() error {
	identity, err := podidentity.NewIdentity(i.ctx, i.name+"-volumes", podidentity.IdentityArgs{
		ClusterName:    i.args.ClusterName,
		ServiceAccount: driverAccount,
		Description:    "EBS driver of " + naming.Environment(i.args.Environment).Cluster(),
		Statements:     i.args.volumeKeyUse(),
		ManagedARNs:    []string{i.args.Account.ManagedPolicyARN("service-role/AmazonEBSCSIDriverPolicy")},
	}, i.parent)
	if err != nil {
		return err
	}
	driver, err := i.addon("aws-ebs-csi-driver", i.pinned.EBSCSIDriver, ebsDriver{ebsController{replicas, onSystemNodes(), tolerations()}},
		append(append([]pulumi.Resource{}, i.Ready...), identity.Association))
	if err != nil {
		return err
	}
	// A volume is made in the zone of its pod, once there is one.
	if _, err := apiextensions.NewCustomResource(i.ctx, i.name+"-storage-class", &apiextensions.CustomResourceArgs{
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
			"parameters":           pulumi.StringMap{"type": pulumi.String("gp3"), "encrypted": pulumi.String("true"), "kmsKeyId": i.args.KeyARN},
		},
	}, i.parent, pulumi.DependsOn([]pulumi.Resource{driver})); err != nil {
		return fmt.Errorf("storage class: %w", err)
	}
	return nil
}

// volumeKeyUse lets the driver have EC2 use the cluster's key (EKS User Guide, same page: encryption), through EC2 alone.
func (a AddonsArgs) volumeKeyUse() []policy.Statement {
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
