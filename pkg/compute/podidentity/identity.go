// Package podidentity gives pods an identity in AWS: a role that the service account of one namespace of one cluster
// may assume through EKS Pod Identity, and nobody else. Fargate has no Pod Identity; pods there have a web identity.
package podidentity

import (
	"errors"
	"fmt"
	"strings"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// IdentityType is the type token of an Identity.
const IdentityType = "magento:workload:Identity"

// Account is a service account in a cluster.
type Account struct {
	Namespace string
	Name      string
}

// Policy is a part of what pods may do.
type Policy struct {
	Name       string
	Statements []policy.Statement
}

// IdentityArgs configures an Identity.
type IdentityArgs struct {
	ClusterName    pulumi.StringInput
	ServiceAccount Account
	Description    string
	Statements     []policy.Statement // what the pods may do
	Policies       []Policy           // what they may do, in parts that have names
	ManagedARNs    []string           // of policies that AWS maintains, where AWS asks for them
}

// Identity is a role with its permissions, associated with a service account.
type Identity struct {
	pulumi.ResourceState
	RoleARN  pulumi.StringOutput
	RoleName pulumi.StringOutput

	// Association ties the role to the service account, after the role has its permissions. What runs under the service
	// account must depend on it: a pod that starts earlier never gets the credentials (EKS User Guide, "Assign an IAM
	// role to a Kubernetes service account"). Depending on the Identity itself would not do: Pulumi's SDK takes those
	// children of a component that it happens to know by then.
	Association pulumi.Resource
}

// NewIdentity registers an Identity.
func NewIdentity(ctx *pulumi.Context, name string, args IdentityArgs, opts ...pulumi.ResourceOption) (*Identity, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("identity %q: %w", name, err)
	}
	i := &Identity{}
	inputs := pulumi.Map{"namespace": pulumi.String(args.ServiceAccount.Namespace), "serviceAccount": pulumi.String(args.ServiceAccount.Name)}
	if err := ctx.RegisterComponentResourceV2(IdentityType, name, inputs, i, opts...); err != nil {
		return nil, fmt.Errorf("identity %q: %w", name, err)
	}
	trust, err := args.trust()
	if err != nil {
		return nil, fmt.Errorf("identity %q: %w", name, err)
	}
	role, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		Description:      pulumi.String(args.Description),
		AssumeRolePolicy: trust,
	}, pulumi.Parent(i))
	if err != nil {
		return nil, fmt.Errorf("identity %q: %w", name, err)
	}
	policies := args.Policies
	if len(args.Statements) > 0 {
		policies = append([]Policy{{"policy", args.Statements}}, policies...)
	}
	granted, err := grant(ctx, name, role, policies, args.ManagedARNs, pulumi.Parent(i))
	if err != nil {
		return nil, fmt.Errorf("identity %q: %w", name, err)
	}
	association, err := awseks.NewPodIdentityAssociation(ctx, name+"-association", &awseks.PodIdentityAssociationArgs{
		ClusterName:    args.ClusterName,
		Namespace:      pulumi.String(args.ServiceAccount.Namespace),
		ServiceAccount: pulumi.String(args.ServiceAccount.Name),
		RoleArn:        role.Arn,
	}, pulumi.Parent(i), pulumi.DependsOn(granted))
	if err != nil {
		return nil, fmt.Errorf("identity %q: %w", name, err)
	}
	i.RoleARN, i.RoleName, i.Association = role.Arn, role.Name, association
	return i, ctx.RegisterResourceOutputs(i, pulumi.Map{"roleArn": i.RoleARN, "associationId": association.AssociationId})
}

func (a IdentityArgs) validate() error {
	var problems []error
	if a.ClusterName == nil || a.ServiceAccount.Namespace == "" || a.ServiceAccount.Name == "" || a.Description == "" {
		problems = append(problems, errors.New("clusterName, serviceAccount and description: required"))
	}
	if len(a.Statements) == 0 && len(a.Policies) == 0 && len(a.ManagedARNs) == 0 {
		problems = append(problems, errors.New("statements, policies, managedArns: one of them is required; pods without rights need no identity"))
	}
	return errors.Join(problems...)
}

// trust lets Pod Identity assume the role for the one service account. The service sends where a pod is from as
// session tags (EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity").
func (a IdentityArgs) trust() (pulumi.StringOutput, error) {
	equals := func(tag string, value pulumi.StringInput) policy.Condition {
		return policy.Condition{Operator: "StringEquals", Key: "aws:RequestTag/" + tag, Values: []pulumi.StringInput{value}}
	}
	return policy.Document(policy.Statement{
		Principals: policy.Principals{Services: []string{"pods.eks.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole", "sts:TagSession"},
		Conditions: []policy.Condition{
			equals("eks-cluster-name", a.ClusterName),
			equals("kubernetes-namespace", pulumi.String(a.ServiceAccount.Namespace)),
			equals("kubernetes-service-account", pulumi.String(a.ServiceAccount.Name)),
		},
	})
}

// grant gives a role its own policies and those of AWS.
func grant(ctx *pulumi.Context, name string, role *iam.Role, policies []Policy, managed []string, opts ...pulumi.ResourceOption) ([]pulumi.Resource, error) {
	var granted []pulumi.Resource
	for _, p := range policies {
		document, err := policy.Document(p.Statements...)
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", p.Name, err)
		}
		own, err := iam.NewRolePolicy(ctx, name+"-"+p.Name, &iam.RolePolicyArgs{Role: role.Name, Policy: document}, opts...)
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", p.Name, err)
		}
		granted = append(granted, own)
	}
	for _, arn := range managed {
		attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-"+lastPart(arn), &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: pulumi.String(arn),
		}, opts...)
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", arn, err)
		}
		granted = append(granted, attachment)
	}
	return granted, nil
}

// lastPart is what follows the last slash of an ARN.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
