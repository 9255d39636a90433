// Package fargate runs cron and batch on Fargate: pods of the shop's namespace that ask for it by a label get a machine
// each, which needs no spare capacity and no draining.
package fargate

import (
	"errors"
	"fmt"
	"slices"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/naming"
)

// FargateType is the type token of a Fargate.
const FargateType = "magento:fargate:Fargate"

// Args configures a Fargate.
type Args struct {
	Account     account.Account
	Environment naming.Environment

	ClusterName            pulumi.StringInput
	ClusterSecurityGroupID pulumi.StringInput // EKS's own: names, and the way to other pods
	NodesSecurityGroupID   string             // what the stores admit
	SubnetIDs              []string           // private: Fargate takes no others
	KeyARN                 pulumi.StringInput // that logs are encrypted with
	LogRetentionDays       int
	Protect                bool // refuse to delete the log

	Namespace pulumi.Resource   // the shop's
	After     []pulumi.Resource // what there must be before pods can run
}

// Fargate is the profile, the security groups of its pods, and their log group.
type Fargate struct {
	pulumi.ResourceState
	LogGroup pulumi.StringOutput
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Fargate
	args Args

	role   *iam.Role         // that Fargate pulls images with
	needed []pulumi.Resource // before the first pod: it reads the log router's configuration and its groups when it starts, and never again
}

// New registers a Fargate. The options must have providers of AWS and of the cluster.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Fargate, error) {
	f := &Fargate{}
	return f, component.New(ctx, FargateType, name, args, f, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Fargate: f, args: args}
		err := component.Steps(b.logs, b.executionRole, b.securityGroups, b.profile)
		return pulumi.Map{"logGroup": f.LogGroup}, err
	}, opts...)
}

// profile registers the profile, which selects pods of the shop's namespace by a label.
func (b *builder) profile() error {
	if _, err := awseks.NewFargateProfile(b.Ctx, b.Child("profile"), &awseks.FargateProfileArgs{
		ClusterName:         b.args.ClusterName,
		PodExecutionRoleArn: b.role.Arn,
		SubnetIds:           pulumi.ToStringArray(b.args.SubnetIDs),
		Selectors: awseks.FargateProfileSelectorArray{awseks.FargateProfileSelectorArgs{
			Namespace: pulumi.String(naming.NamespaceMagento),
			Labels:    pulumi.StringMap{naming.ComputeLabel: pulumi.String(naming.ComputeFargate)},
		}},
	}, b.Parent, pulumi.DependsOn(slices.Concat(b.needed, b.args.After))); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return nil
}

// Inputs returns what the component shows in a plan.
func (Args) Inputs() pulumi.Map {
	return pulumi.Map{"namespace": pulumi.String(naming.NamespaceMagento)}
}

// Validate refuses arguments that the profile, its role or its log could not be made with.
func (a Args) Validate() error {
	var problems []error
	if a.Environment == "" || !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		problems = append(problems, errors.New("account and environment: required"))
	}
	if a.ClusterName == nil || a.ClusterSecurityGroupID == nil || a.NodesSecurityGroupID == "" || a.KeyARN == nil || a.Namespace == nil {
		problems = append(problems, errors.New("clusterName, clusterSecurityGroupId, nodesSecurityGroupId, keyArn and namespace: required"))
	}
	if len(a.SubnetIDs) < 2 {
		problems = append(problems, fmt.Errorf("subnetIds: %d given, at least 2 in different zones are required", len(a.SubnetIDs)))
	}
	if a.LogRetentionDays < 1 {
		problems = append(problems, fmt.Errorf("logRetentionDays %d: must be 1 or more", a.LogRetentionDays))
	}
	return errors.Join(problems...)
}

// groupPolicy is the spec of a SecurityGroupPolicy, vpcresources.k8s.aws/v1beta1, whose definition EKS brings with every
// cluster.
type groupPolicy struct {
	PodSelector podSelector `json:"podSelector"`
}

type podSelector struct {
	MatchLabels map[string]string `json:"matchLabels"`
}

// securityGroups gives pods on Fargate the groups that pods on nodes have. With none named they would have the cluster's own alone,
// which no store admits; named without the cluster's own they could not ask for names (EKS User Guide, "Assign security
// groups to individual Pods": Fargate).
func (b *builder) securityGroups() error {
	groups, err := object.NewObject(b.Ctx, b.Child("groups"), object.Object{
		APIVersion: "vpcresources.k8s.aws/v1beta1",
		Kind:       "SecurityGroupPolicy",
		Namespace:  naming.NamespaceMagento,
		Name:       naming.ComputeFargate,
		Spec:       groupPolicy{podSelector{map[string]string{naming.ComputeLabel: naming.ComputeFargate}}},
		Computed: pulumi.Map{"securityGroups": pulumi.Map{
			"groupIds": pulumi.Array{b.args.ClusterSecurityGroupID, pulumi.String(b.args.NodesSecurityGroupID)},
		}},
	}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{b.args.Namespace}, b.args.After...)))
	if err != nil {
		return err
	}
	b.needed = append(b.needed, groups)
	return nil
}
