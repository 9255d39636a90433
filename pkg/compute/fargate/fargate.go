// Package fargate runs cron and batch on Fargate: pods of the shop's namespace that ask for it by a label get a machine
// each, which nobody has to make room for or drain.
package fargate

import (
	"errors"
	"fmt"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/naming"
)

// FargateType is the type token of a Fargate.
const FargateType = "magento:fargate:Fargate"

// FargateArgs configures a Fargate.
type FargateArgs struct {
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

// Fargate is the profile, what its pods wear, and where their logs go.
type Fargate struct {
	pulumi.ResourceState
	LogGroup pulumi.StringOutput
}

// builder registers the parts one after the other.
type builder struct {
	*Fargate
	ctx    *pulumi.Context
	name   string
	args   FargateArgs
	parent pulumi.ResourceOption
}

// NewFargate registers a Fargate. The options must have providers of AWS and of the cluster.
func NewFargate(ctx *pulumi.Context, name string, args FargateArgs, opts ...pulumi.ResourceOption) (*Fargate, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("fargate %q: %w", name, err)
	}
	b := &builder{Fargate: &Fargate{}, ctx: ctx, name: name, args: args}
	if err := ctx.RegisterComponentResourceV2(FargateType, name, pulumi.Map{"namespace": pulumi.String(naming.NamespaceMagento)}, b.Fargate, opts...); err != nil {
		return nil, fmt.Errorf("fargate %q: %w", name, err)
	}
	b.parent = pulumi.Parent(b.Fargate)
	logs, err := b.logs()
	if err != nil {
		return nil, fmt.Errorf("fargate %q: %w", name, err)
	}
	role, granted, err := b.executionRole()
	if err != nil {
		return nil, fmt.Errorf("fargate %q: %w", name, err)
	}
	groups, err := b.securityGroups()
	if err != nil {
		return nil, fmt.Errorf("fargate %q: %w", name, err)
	}
	// A pod reads the log router's configuration and its groups when it starts, and never again.
	if _, err := awseks.NewFargateProfile(ctx, name+"-profile", &awseks.FargateProfileArgs{
		ClusterName:         args.ClusterName,
		PodExecutionRoleArn: role.Arn,
		SubnetIds:           pulumi.ToStringArray(args.SubnetIDs),
		Selectors: awseks.FargateProfileSelectorArray{awseks.FargateProfileSelectorArgs{
			Namespace: pulumi.String(naming.NamespaceMagento),
			Labels:    pulumi.StringMap{naming.ComputeLabel: pulumi.String(naming.ComputeFargate)},
		}},
	}, b.parent, pulumi.DependsOn(append(append([]pulumi.Resource{logs, groups}, granted...), args.After...))); err != nil {
		return nil, fmt.Errorf("profile of fargate %q: %w", name, err)
	}
	return b.Fargate, ctx.RegisterResourceOutputs(b.Fargate, pulumi.Map{"logGroup": b.LogGroup})
}

func (a FargateArgs) validate() error {
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

// securityGroups has pods on Fargate wear what pods on nodes do. With none named they would wear the cluster's own alone,
// which no store admits; named without the cluster's own they could not ask for names (EKS User Guide, "Assign security
// groups to individual Pods": Fargate).
func (b *builder) securityGroups() (pulumi.Resource, error) {
	return object.NewObject(b.ctx, b.name+"-groups", object.Object{
		APIVersion: "vpcresources.k8s.aws/v1beta1",
		Kind:       "SecurityGroupPolicy",
		Namespace:  naming.NamespaceMagento,
		Name:       naming.ComputeFargate,
		Spec:       groupPolicy{podSelector{map[string]string{naming.ComputeLabel: naming.ComputeFargate}}},
		Computed: pulumi.Map{"securityGroups": pulumi.Map{
			"groupIds": pulumi.Array{b.args.ClusterSecurityGroupID, pulumi.String(b.args.NodesSecurityGroupID)},
		}},
	}, b.parent, pulumi.DependsOn(append([]pulumi.Resource{b.args.Namespace}, b.args.After...)))
}
