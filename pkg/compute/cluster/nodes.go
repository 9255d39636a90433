package cluster

import (
	"errors"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/noderole"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// SystemNodes sizes the managed node group of the cluster's own controllers. What Magento runs on, Karpenter
// makes.
type SystemNodes struct {
	InstanceTypes []string // Graviton
	Count         int
}

// What a system node is made of.
const (
	amiType        = "AL2023_ARM_64_STANDARD"
	rootDevice     = "/dev/xvda" // of the Amazon Linux 2023 images
	rootVolumeGiB  = 50          // images of a dozen controllers and their logs
	rootVolumeType = "gp3"

	// metadataHopLimit keeps the instance's credentials from pods, whose packets take one more hop
	// (EKS Best Practices, "Restrict access to the instance profile").
	metadataHopLimit = 1
)

func (n SystemNodes) validate() error {
	var problems []error
	if len(n.InstanceTypes) == 0 {
		problems = append(problems, errors.New("systemNodes: at least one instance type is required"))
	}
	if n.Count < 2 {
		problems = append(problems, fmt.Errorf("systemNodes: %d given, at least 2 are required: Karpenter's replicas refuse to share a node", n.Count))
	}
	return errors.Join(problems...)
}

// systemNodes registers the managed node group, its role and its launch template.
func (b *builder) systemNodes() error {
	a := b.args
	role, attachments, err := noderole.New(b.Scope, a.Account, "System nodes of "+a.name())
	if err != nil {
		return err
	}
	template, err := b.launchTemplate()
	if err != nil {
		return err
	}
	pinned, err := versions.AddonsFor(a.KubernetesVersion)
	if err != nil {
		return err
	}
	// It has no name of ours: with one, a change of instance types or subnets would end the old nodes before there
	// are new ones.
	nodes, err := awseks.NewNodeGroup(b.Ctx, b.Child("system-nodes"), &awseks.NodeGroupArgs{
		ClusterName:   b.Cluster.Name,
		NodeRoleArn:   role.Arn,
		SubnetIds:     pulumi.ToStringArray(a.SubnetIDs),
		AmiType:       pulumi.String(amiType),
		InstanceTypes: pulumi.ToStringArray(a.SystemNodes.InstanceTypes),
		// A group follows neither the cluster nor EKS's images by itself. Both wait for the control plane, which the name
		// of the cluster waits for: a kubelet may be older than the API server, and never newer (Kubernetes, "Version Skew
		// Policy").
		Version:        pulumi.String(a.KubernetesVersion),
		ReleaseVersion: pulumi.String(pinned.NodeRelease()),
		LaunchTemplate: awseks.NodeGroupLaunchTemplateArgs{
			Id:      template.ID().ToStringOutput().ToStringPtrOutput(),
			Version: pulumi.Sprintf("%d", template.LatestVersion),
		},
		ScalingConfig: awseks.NodeGroupScalingConfigArgs{
			MinSize:     pulumi.Int(a.SystemNodes.Count),
			DesiredSize: pulumi.Int(a.SystemNodes.Count),
			MaxSize:     pulumi.Int(a.SystemNodes.Count + 1), // room for a node's replacement during an update
		},
		UpdateConfig: awseks.NodeGroupUpdateConfigArgs{MaxUnavailable: pulumi.Int(1)},
		// A node whose kubelet is lost for half an hour is replaced (EKS User Guide, "Enable node auto repair").
		NodeRepairConfig: awseks.NodeGroupNodeRepairConfigArgs{Enabled: pulumi.Bool(true)},
		Labels:           pulumi.StringMap{naming.NodesLabel: pulumi.String(naming.NodesSystem)},
		Taints: awseks.NodeGroupTaintArray{awseks.NodeGroupTaintArgs{
			Key: pulumi.String(naming.SystemTaint), Value: pulumi.String("true"), Effect: pulumi.String("NO_SCHEDULE"),
		}},
	}, b.Parent, pulumi.DependsOn(attachments))
	if err != nil {
		return fmt.Errorf("system nodes: %w", err)
	}
	b.Nodes = []pulumi.Resource{nodes}
	return nil
}

// launchTemplate registers what EC2 is told beyond the node group: groups, metadata, the volume and its key, tags.
func (b *builder) launchTemplate() (*ec2.LaunchTemplate, error) {
	a := b.args
	var tags ec2.LaunchTemplateTagSpecificationArray
	for _, kind := range []string{"instance", "volume", "network-interface"} {
		tags = append(tags, ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String(kind), Tags: b.nodeTags()})
	}
	template, err := ec2.NewLaunchTemplate(b.Ctx, b.Child("node-template"), &ec2.LaunchTemplateArgs{
		Description:          pulumi.String("System nodes of " + a.name()),
		UpdateDefaultVersion: pulumi.Bool(true),
		// Naming any group keeps EKS from adding its own, without which a node cannot join.
		VpcSecurityGroupIds: pulumi.StringArray{b.SecurityGroupID, pulumi.String(a.NodesSecurityGroupID)},
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint:            pulumi.String("enabled"),
			HttpTokens:              pulumi.String("required"),
			HttpPutResponseHopLimit: pulumi.Int(metadataHopLimit),
		},
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{ec2.LaunchTemplateBlockDeviceMappingArgs{
			DeviceName: pulumi.String(rootDevice),
			Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
				VolumeType:          pulumi.String(rootVolumeType),
				VolumeSize:          pulumi.Int(rootVolumeGiB),
				Encrypted:           pulumi.String("true"),
				KmsKeyId:            b.key.ARN.ToStringPtrOutput(),
				DeleteOnTermination: pulumi.String("true"),
			},
		}},
		Monitoring:        ec2.LaunchTemplateMonitoringArgs{Enabled: pulumi.Bool(true)},
		TagSpecifications: tags,
	}, b.Parent)
	if err != nil {
		return nil, fmt.Errorf("launch template: %w", err)
	}
	return template, nil
}

// nodeTags are the environment's tags once more: a provider's default tags do not reach what AWS launches
// from a template.
func (b *builder) nodeTags() pulumi.StringMap {
	tags := map[string]string{}
	maps.Copy(tags, b.args.Tags)
	maps.Copy(tags, b.args.Environment.Tags(b.Ctx.Project(), naming.LayerCompute, naming.ManagedByPulumi))
	tags["Name"] = b.args.name() + "-system"
	return pulumi.ToStringMap(tags)
}
