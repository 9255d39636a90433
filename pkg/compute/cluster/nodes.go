package cluster

import (
	"errors"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/encryption"
	"github.com/magestack/magestack/pkg/aws/policy"
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

// nodePolicies are what a node needs to join, to pull images and to be reached by Session Manager. The network
// add-on runs with the node's role.
var nodePolicies = []string{
	"AmazonEKSWorkerNodePolicy",
	"AmazonEKS_CNI_Policy",
	"AmazonEC2ContainerRegistryPullOnly",
	"AmazonSSMManagedInstanceCore",
}

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
func (a ClusterArgs) systemNodes(ctx *pulumi.Context, name string, c *Cluster, key *encryption.Key) error {
	role, attachments, err := a.nodeRole(ctx, name, c)
	if err != nil {
		return err
	}
	template, err := a.launchTemplate(ctx, name, c, key)
	if err != nil {
		return err
	}
	pinned, err := versions.AddonsFor(a.KubernetesVersion)
	if err != nil {
		return err
	}
	// It has no name of ours: with one, a change of instance types or subnets would end the old nodes before there
	// are new ones.
	nodes, err := awseks.NewNodeGroup(ctx, name+"-system-nodes", &awseks.NodeGroupArgs{
		ClusterName:   c.Name,
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
	}, pulumi.Parent(c), pulumi.DependsOn(attachments))
	if err != nil {
		return fmt.Errorf("system nodes: %w", err)
	}
	c.Nodes = []pulumi.Resource{nodes}
	return nil
}

func (a ClusterArgs) nodeRole(ctx *pulumi.Context, name string, c *Cluster) (*iam.Role, []pulumi.Resource, error) {
	trust, err := policy.TrustService("ec2.amazonaws.com")
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(ctx, name+"-node-role", &iam.RoleArgs{
		Description:      pulumi.String("System nodes of " + a.name()),
		AssumeRolePolicy: trust,
	}, pulumi.Parent(c))
	if err != nil {
		return nil, nil, fmt.Errorf("node role: %w", err)
	}
	var attachments []pulumi.Resource
	for _, managed := range nodePolicies {
		attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-node-"+managed, &iam.RolePolicyAttachmentArgs{
			Role:      role.Name,
			PolicyArn: pulumi.String(a.Account.ManagedPolicyARN(managed)),
		}, pulumi.Parent(c))
		if err != nil {
			return nil, nil, fmt.Errorf("policy %s of the node role: %w", managed, err)
		}
		attachments = append(attachments, attachment)
	}
	return role, attachments, nil
}

func (a ClusterArgs) launchTemplate(ctx *pulumi.Context, name string, c *Cluster, key *encryption.Key) (*ec2.LaunchTemplate, error) {
	var tags ec2.LaunchTemplateTagSpecificationArray
	for _, kind := range []string{"instance", "volume", "network-interface"} {
		tags = append(tags, ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String(kind), Tags: a.nodeTags(ctx)})
	}
	template, err := ec2.NewLaunchTemplate(ctx, name+"-node-template", &ec2.LaunchTemplateArgs{
		Description:          pulumi.String("System nodes of " + a.name()),
		UpdateDefaultVersion: pulumi.Bool(true),
		// Naming any group keeps EKS from adding its own, without which a node cannot join.
		VpcSecurityGroupIds: pulumi.StringArray{c.SecurityGroupID, pulumi.String(a.NodesSecurityGroupID)},
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
				KmsKeyId:            key.ARN.ToStringPtrOutput(),
				DeleteOnTermination: pulumi.String("true"),
			},
		}},
		Monitoring:        ec2.LaunchTemplateMonitoringArgs{Enabled: pulumi.Bool(true)},
		TagSpecifications: tags,
	}, pulumi.Parent(c))
	if err != nil {
		return nil, fmt.Errorf("launch template: %w", err)
	}
	return template, nil
}

// nodeTags are the environment's tags once more: a provider's default tags do not reach what AWS launches
// from a template.
func (a ClusterArgs) nodeTags(ctx *pulumi.Context) pulumi.StringMap {
	tags := map[string]string{}
	maps.Copy(tags, a.Tags)
	maps.Copy(tags, a.Environment.Tags(ctx.Project(), naming.LayerCompute, naming.ManagedByPulumi))
	tags["Name"] = a.name() + "-system"
	return pulumi.ToStringMap(tags)
}
