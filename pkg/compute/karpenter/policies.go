package karpenter

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/podidentity"
)

// The tags that Karpenter gives what it makes, and by which its rights are bounded.
const (
	tagPool    = "karpenter.sh/nodepool"
	tagCluster = "eks:eks-cluster-name"
)

// policies returns the controller's rights, split as those of the pinned release are (Karpenter 1.14, "CloudFormation":
// Controller Authorization), and narrower: instances are launched in our subnets and groups alone; what is the account's
// own names the account; the profile of the nodes is made here, so that the controller makes, tags and deletes none; and
// without zonal shifts it reads none.
func (a Args) policies(queueARN, nodeRoleARN pulumi.StringInput) []podidentity.Policy {
	parts := []podidentity.Policy{
		{Name: "node-lifecycle", Statements: a.nodeLifecycle()},
		{Name: "iam-integration", Statements: []policy.Statement{{
			Sid:        "PassNodeRole",
			Actions:    []string{"iam:PassRole"},
			Resources:  []pulumi.StringInput{nodeRoleARN},
			Conditions: []policy.Condition{equals("iam:PassedToService", "ec2.amazonaws.com")},
		}}},
		{Name: "eks-integration", Statements: []policy.Statement{{
			Sid:       "DescribeCluster",
			Actions:   []string{"eks:DescribeCluster"},
			Resources: policy.Strings(a.Account.ARN("eks", "cluster/"+a.cluster())),
		}}},
		{Name: "interruption", Statements: []policy.Statement{{
			Sid:       "ReadInterruptions",
			Actions:   []string{"sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"},
			Resources: []pulumi.StringInput{queueARN},
		}}},
		{Name: "resource-discovery", Statements: a.discovery()},
	}
	if a.ZonalShift {
		parts = append(parts, podidentity.Policy{Name: "zonal-shift", Statements: []policy.Statement{{
			Sid:        "ReadZonalShifts",
			Actions:    []string{"arc-zonal-shift:GetManagedResource"},
			Resources:  policy.Strings("*"), // the service's ARNs cannot be narrowed, its condition can
			Conditions: []policy.Condition{equals("arc-zonal-shift:ResourceIdentifier", a.Account.ARN("eks", "cluster/"+a.cluster()))},
		}}})
	}
	return parts
}

// nodeLifecycle lets the controller launch instances of this cluster's pools, and end those alone.
func (a Args) nodeLifecycle() []policy.Statement {
	var (
		launch   = []string{"ec2:RunInstances", "ec2:CreateFleet"}
		template = a.ec2("launch-template")
		made     = a.ec2("fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request")

		taggedAsOurs    = []policy.Condition{equals("aws:ResourceTag/kubernetes.io/cluster/"+a.cluster(), "owned"), anyValue("aws:ResourceTag/" + tagPool)}
		requestedAsOurs = []policy.Condition{
			equals("aws:RequestTag/kubernetes.io/cluster/"+a.cluster(), "owned"),
			equals("aws:RequestTag/"+tagCluster, a.cluster()),
			anyValue("aws:RequestTag/" + tagPool),
		}
	)
	return []policy.Statement{
		{
			Sid: "LaunchWith", Actions: launch,
			Resources: slices.Concat(a.published("image", "snapshot"), a.ec2("capacity-reservation", "placement-group"), a.places()),
		},
		{Sid: "LaunchFromOwnTemplates", Actions: launch, Resources: template, Conditions: taggedAsOurs},
		{Sid: "LaunchTagged", Actions: append([]string{"ec2:CreateLaunchTemplate"}, launch...), Resources: made, Conditions: requestedAsOurs},
		{
			Sid: "TagWhenMade", Actions: []string{"ec2:CreateTags"}, Resources: made,
			Conditions: append([]policy.Condition{equals("ec2:CreateAction", "RunInstances", "CreateFleet", "CreateLaunchTemplate")}, requestedAsOurs...),
		},
		{
			Sid: "NameOwnInstances", Actions: []string{"ec2:CreateTags"}, Resources: a.ec2("instance"),
			Conditions: append([]policy.Condition{
				{Operator: "StringEqualsIfExists", Key: "aws:RequestTag/" + tagCluster, Values: policy.Strings(a.cluster())},
				{Operator: "ForAllValues:StringEquals", Key: "aws:TagKeys", Values: policy.Strings(tagCluster, "karpenter.sh/nodeclaim", "Name")},
			}, taggedAsOurs...),
		},
		{
			Sid: "EndOwn", Actions: []string{"ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"},
			Resources: a.ec2("instance", "launch-template"), Conditions: taggedAsOurs,
		},
	}
}

// discovery lets the controller look at what it may choose from. Actions that only list have no resources to be
// narrowed by (Service Authorization Reference, "Amazon EC2", "AWS Price List", "AWS IAM").
func (a Args) discovery() []policy.Statement {
	return []policy.Statement{
		{
			Sid: "DescribeRegion",
			Actions: []string{
				"ec2:DescribeCapacityReservations", "ec2:DescribeImages", "ec2:DescribeInstances", "ec2:DescribeInstanceStatus",
				"ec2:DescribeInstanceTypeOfferings", "ec2:DescribeInstanceTypes", "ec2:DescribeLaunchTemplates",
				"ec2:DescribePlacementGroups", "ec2:DescribeSecurityGroups", "ec2:DescribeSpotPriceHistory", "ec2:DescribeSubnets",
			},
			Resources:  policy.Strings("*"),
			Conditions: []policy.Condition{equals("aws:RequestedRegion", a.Account.Region)},
		},
		{
			Sid: "FindImages", Actions: []string{"ssm:GetParameter"},
			Resources: policy.Strings("arn:" + a.Account.Partition() + ":ssm:" + a.Account.Region + "::parameter/aws/service/*"),
		},
		{Sid: "ReadPrices", Actions: []string{"pricing:GetProducts"}, Resources: policy.Strings("*")},
		{Sid: "ListInstanceProfiles", Actions: []string{"iam:ListInstanceProfiles"}, Resources: policy.Strings("*")},
		{
			Sid: "ReadInstanceProfiles", Actions: []string{"iam:GetInstanceProfile"},
			Resources: policy.Strings(a.Account.GlobalARN("iam", "instance-profile/*")),
		},
	}
}

// ec2 names all of the account's things of these kinds.
func (a Args) ec2(kinds ...string) []pulumi.StringInput {
	var arns []pulumi.StringInput
	for _, kind := range kinds {
		arns = append(arns, pulumi.String(a.Account.ARN("ec2", kind+"/*")))
	}
	return arns
}

// places returns the ARNs of the subnets that nodes are made in, and of their groups. With all of the account's, an attacker in the
// controller could launch an instance among the stores, in the group of one.
func (a Args) places() []pulumi.StringInput {
	var arns []pulumi.StringInput
	for _, id := range a.SubnetIDs {
		arns = append(arns, pulumi.String(a.Account.ARN("ec2", "subnet/"+id)))
	}
	return append(arns, pulumi.String(a.Account.ARN("ec2", "security-group/"+a.NodesSecurityGroupID)),
		pulumi.Sprintf("%s%s", a.Account.ARN("ec2", "security-group/"), a.ClusterSecurityGroupID))
}

// published names what AWS publishes: its ARNs have no account.
func (a Args) published(kinds ...string) []pulumi.StringInput {
	var arns []pulumi.StringInput
	for _, kind := range kinds {
		arns = append(arns, pulumi.String("arn:"+a.Account.Partition()+":ec2:"+a.Account.Region+"::"+kind+"/*"))
	}
	return arns
}

func equals(key string, values ...string) policy.Condition {
	return policy.Condition{Operator: "StringEquals", Key: key, Values: policy.Strings(values...)}
}

// anyValue wants a key to be there.
func anyValue(key string) policy.Condition {
	return policy.Condition{Operator: "StringLike", Key: key, Values: policy.Strings("*")}
}
